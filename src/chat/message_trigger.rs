//! Messages that are alerts without being commands: those of people and of alert bots that carry the error.
//!
//! Nothing here knows a platform. Whoever calls it says who wrote the message; the bot itself is never listened to, other
//! bots only where they are named, and threads not at all: there people talk about an error that is known, perhaps long over.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use serde_json::Value;

use crate::incident::account::Platform;
use crate::incident::alert::meaning::read;
use crate::incident::alert::over::{By, over};
use crate::incident::alert::{Alert, AlertStatus, Fingerprint, Meaning};
use crate::request::Request;

/// Which messages of one platform raise alerts: in which channels, and by which bots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageTriggers {
    /// Channels, each with the environment that its messages mean.
    pub channels: BTreeMap<String, String>,
    /// The bots that raise alerts, by the platform's own id for them.
    pub bots: BTreeSet<String>,
}

/// The triggers that a running bot goes by, which a reload replaces. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct LiveTriggers(Arc<RwLock<Arc<MessageTriggers>>>);

impl LiveTriggers {
    /// At first these.
    pub fn new(triggers: MessageTriggers) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(triggers))))
    }

    /// The triggers as they are now.
    pub fn now(&self) -> Arc<MessageTriggers> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// These from now on.
    pub fn replace(&self, triggers: MessageTriggers) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(triggers);
    }
}

/// Who wrote a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author<'a> {
    /// This bot.
    Us,
    /// A person.
    Person,
    /// Another bot, by each id that the platform has for it: any of them may be configured.
    Bot(&'a [&'a str]),
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub struct ChannelMessage<'a> {
    /// On which platform.
    pub platform: Platform,
    /// In which channel.
    pub channel: &'a str,
    /// By whom.
    pub author: Author<'a>,
    /// When it was written, where the platform says so.
    pub at: Option<Timestamp>,
    /// Whether it stands in a thread.
    pub in_thread: bool,
    /// Everything that it says, as plain text: its attachments and embeds too, line by line.
    pub text: &'a str,
}

/// The largest part of a message that is looked at, in bytes: platforms allow 40 000 characters, and an error stands at the top.
const MAX_SCANNED: usize = 64 * 1024;
/// How much of the line that carries the error is kept, in characters.
const MAX_SUMMARY: usize = 300;

impl MessageTriggers {
    /// The request that a message makes; mostly none.
    pub fn request_for(&self, message: &ChannelMessage<'_>) -> Option<Request> {
        let environment = self.channels.get(message.channel)?;
        let by = match message.author {
            Author::Person => By::Person,
            Author::Bot(ids) if ids.iter().any(|id| self.bots.contains(*id)) => By::Bot,
            Author::Us | Author::Bot(_) => return None,
        };
        if message.in_thread {
            return None;
        }
        let text = &message.text[..message.text.floor_char_boundary(MAX_SCANNED)];
        let meaning = read(text).meaning;
        // What an alert bot says of the database counts; what people say of it is a talk.
        if !meaning.concerns_us() && (meaning != Meaning::Database || by == By::Person) {
            return None;
        }
        let status = if over(text, by).is_some() { AlertStatus::Resolved } else { AlertStatus::Firing };
        let alert = Alert {
            source: message.platform.to_string(),
            name: name_of(meaning).to_owned(),
            status,
            fingerprint: fingerprint(message, meaning),
            summary: line_of(text, meaning),
            starts_at: message.at,
            meaning,
            severity: None,
            seen_at: None,
        };
        Some(Request::Alert { environment: environment.clone(), alert })
    }
}

/// What attachments, blocks and embeds say: the texts under these keys, a line each, titles before what stands below them.
pub fn texts(part: &Value, keys: &[&str], plain: fn(&str) -> String, into: &mut String) {
    match part {
        Value::Array(parts) => parts.iter().for_each(|part| texts(part, keys, plain, into)),
        Value::Object(fields) => {
            let mut fields: Vec<(&String, &Value)> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| rank(name));
            for (name, field) in fields {
                match field {
                    Value::String(text) if keys.contains(&name.as_str()) => {
                        into.push('\n');
                        into.push_str(&plain(text));
                    }
                    field => texts(field, keys, plain, into),
                }
            }
        }
        _ => {}
    }
}

/// Where a part stands in what a reader sees: JSON tells no order.
fn rank(key: &str) -> usize {
    const ORDER: [&str; 10] =
        ["pretext", "author_name", "author", "title", "name", "text", "description", "value", "fields", "fallback"];
    ORDER.iter().position(|one| *one == key).unwrap_or(ORDER.len())
}

/// Ten people who paste the same error into a channel tell one thing.
fn fingerprint(message: &ChannelMessage<'_>, meaning: Meaning) -> Fingerprint {
    Fingerprint::of(&BTreeMap::from([
        ("platform".to_owned(), message.platform.to_string()),
        ("channel".to_owned(), message.channel.to_owned()),
        ("meaning".to_owned(), name_of(meaning).to_owned()),
    ]))
}

fn name_of(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::StagerUnavailable => "CF-StagerUnavailable",
        Meaning::SameOutage => "Diego unavailable",
        Meaning::Symptom => "CF:AppPushFail",
        Meaning::Database => "database",
        Meaning::LookAlike | Meaning::Unrelated => "other",
    }
}

/// The first line that carries the error, shortened; all of it where only several lines together do.
fn line_of(text: &str, meaning: Meaning) -> String {
    let line = text.lines().find(|line| read(line).meaning == meaning).unwrap_or(text);
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_SUMMARY) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn triggers() -> MessageTriggers {
        MessageTriggers {
            channels: [("C1".to_owned(), "prod".to_owned())].into(),
            bots: ["B0ALERTS".to_owned()].into(),
        }
    }

    fn message<'a>(author: Author<'a>, text: &'a str) -> ChannelMessage<'a> {
        ChannelMessage { platform: Platform::Slack, channel: "C1", author, at: None, in_thread: false, text }
    }

    fn alert(message: &ChannelMessage<'_>) -> Option<Alert> {
        match triggers().request_for(message)? {
            Request::Alert { environment, alert } => {
                assert_eq!(environment, "prod");
                Some(alert)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_error_is_recognized_in_every_form_it_takes() {
        for text in [
            r#"{"description":"Stager is unavailable: execution expired","error_code":"CF-StagerUnavailable","code":170010}"#,
            r#"{"errors":[{"detail":"Stager is unavailable: x","title":"CF-StagerUnavailable","code":170010}]}"#,
            "Server error, status code: 503, error code: 170010, message: Stager is unavailable: execution expired",
            "FAILED\nError staging application: Staging error: Stager is unavailable: execution expired",
            "cf push says:\nStagerUnavailable - Stager is unavailable: Connection refused",
            "错误代码：170010，登台程序不可用：执行已到期",
            "編譯打包器無法使用",
            "ステージャーは使用できません",
            "Le stager est non disponible",
            "Stager를 사용할 수 없음",
            "CF:AppPushFail",
            "error code 220002",
        ] {
            assert!(alert(&message(Author::Person, text)).is_some(), "{text}");
        }
        for text in ["", "good morning", "170011 Stager error: no space", "call me at 0170010123"] {
            assert_eq!(alert(&message(Author::Person, text)), None, "{text}");
        }
    }

    #[test]
    fn neither_itself_nor_strange_bots_nor_other_channels_nor_threads() {
        let text = "170010";
        assert_eq!(alert(&message(Author::Us, text)), None);
        assert_eq!(alert(&message(Author::Bot(&["B0OTHER", "U0OTHER"]), text)), None);
        assert_eq!(alert(&ChannelMessage { channel: "C2", ..message(Author::Person, text) }), None);
        assert_eq!(alert(&ChannelMessage { in_thread: true, ..message(Author::Person, text) }), None);
        assert!(alert(&message(Author::Bot(&["U0ALERTS", "B0ALERTS"]), text)).is_some());
    }

    #[test]
    fn that_it_is_over_is_heard_from_people_and_bots() {
        for text in ["[RESOLVED] CFStagerUnavailable", "error 170010 is fixed", "✅ CF-StagerUnavailable"] {
            for author in [Author::Person, Author::Bot(&["B0ALERTS"])] {
                assert_eq!(alert(&message(author, text)).unwrap().status, AlertStatus::Resolved, "{text}");
            }
        }
        // A bot's title; a person who begins so goes on talking.
        let text = "OK: CFStagerUnavailable";
        assert_eq!(alert(&message(Author::Bot(&["B0ALERTS"]), text)).unwrap().status, AlertStatus::Resolved);
        assert_eq!(alert(&message(Author::Person, text)).unwrap().status, AlertStatus::Firing);
    }

    #[test]
    fn of_the_database_only_alert_bots_are_heard() {
        let text = "[FIRING:1] MySQLDown (mysql-0)";
        assert_eq!(alert(&message(Author::Bot(&["B0ALERTS"]), text)).unwrap().meaning, Meaning::Database);
        assert_eq!(alert(&message(Author::Person, text)), None);
    }

    #[test]
    fn titles_stand_before_what_they_stand_over() {
        let attachment = serde_json::json!([{"fallback": "f", "text": "t", "title": "[RESOLVED]", "pretext": "p",
            "fields": [{"title": "Status", "value": "Resolved", "short": true}]}]);
        let mut text = String::new();
        texts(&attachment, &["text", "title", "pretext", "fallback", "value"], str::to_owned, &mut text);
        assert_eq!(text, "\np\n[RESOLVED]\nt\nStatus\nResolved\nf");
    }

    #[test]
    fn the_same_error_is_the_same_alert_and_keeps_its_line() {
        let first = alert(&message(Author::Person, "see:\n  170010   Stager is unavailable  \nhelp")).unwrap();
        let second = alert(&message(Author::Bot(&["B0ALERTS"]), "CF-StagerUnavailable")).unwrap();
        assert_eq!(first.fingerprint, second.fingerprint);
        assert_eq!(first.summary, "170010 Stager is unavailable");
        let long = format!("170010 {}", "本".repeat(100_000));
        assert_eq!(alert(&message(Author::Person, &long)).unwrap().summary.chars().count(), MAX_SUMMARY + 1);
    }
}
