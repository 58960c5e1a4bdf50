//! In which language people have their Slack: asked once an hour for each, and never waited for long.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;
use tokio::time::{Instant, timeout};

use super::client::{CallError, Client};

/// How long an answer to somebody waits for their language: a form has to come up within three seconds of the click.
const PATIENCE: Duration = Duration::from_millis(700);
/// How long what Slack said is good for, and that it will not say it (no scope `users:read`).
const GOOD_FOR: Duration = Duration::from_hours(1);
/// How long somebody of whom nothing was heard is not asked for again.
const NOT_HEARD: Duration = Duration::from_mins(1);
/// So many people are remembered; past that, it begins anew.
const MOST: usize = 5_000;

#[derive(Deserialize)]
struct Asked {
    user: User,
}

#[derive(Deserialize)]
struct User {
    #[serde(default)]
    locale: Option<String>,
}

/// What was heard of people's languages.
#[derive(Debug, Default)]
pub(super) struct Locales(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    people: HashMap<String, Heard>,
    /// Until when nobody is asked for, since Slack does not tell.
    silent_until: Option<Instant>,
}

/// What was heard of somebody's language, and how long that is good for.
#[derive(Clone, Debug)]
struct Heard {
    locale: Option<String>,
    until: Instant,
}

impl Locales {
    /// Somebody's language as Slack names it (`fr-FR`), as far as it tells it soon enough.
    pub(super) async fn of(&self, client: &Client, user: &str) -> Option<String> {
        if let Some(heard) = self.remembered(user) {
            return heard.locale;
        }
        let about = [("user", user), ("include_locale", "true")];
        let (locale, good_for) = match timeout(PATIENCE, client.ask::<Asked>("users.info", &about)).await {
            Ok(Ok(Asked { user })) => (user.locale, GOOD_FOR),
            Ok(Err(CallError::Refused(refusal))) if refusal.code == "missing_scope" => {
                self.known().silent_until = Some(Instant::now() + GOOD_FOR);
                return None;
            }
            Ok(Err(_)) | Err(_) => (None, NOT_HEARD),
        };
        let mut known = self.known();
        if known.people.len() >= MOST {
            known.people.clear();
        }
        known.people.insert(user.to_owned(), Heard { locale: locale.clone(), until: Instant::now() + good_for });
        locale
    }

    /// What need not be asked again.
    fn remembered(&self, user: &str) -> Option<Heard> {
        let (known, now) = (self.known(), Instant::now());
        let silent = known.silent_until.filter(|until| now < *until).map(|until| Heard { locale: None, until });
        silent.or_else(|| known.people.get(user).filter(|heard| now < heard.until).cloned())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
