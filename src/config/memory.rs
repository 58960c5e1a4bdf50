//! The durable memory: `[store]`.

use std::time::Duration;

use jiff::SignedDuration;

use crate::settings::Section;
use crate::settings::secrets;
use crate::store::settings::{Settings, split_password};

const URL: &str =
    "a URL such as \"sqlite:///var/lib/stagerbot/stagerbot.db\" or \"postgres://stagerbot@db.example/stagerbot\"";
const KEEP: &str = "days from \"1d\" to \"3650d\", or \"forever\"";
const LEASE: &str = "from \"2s\" to \"5m\"";
const CONNECTIONS: &str = "a number from 1 to 64";

/// Where the store is. A password in its URL is taken out of it, and has to have come by a variable.
pub(super) fn memory(root: &mut Section<'_>) -> Settings {
    let mut section = root.section("store");
    let by_variable = matches!(section.only_variable("url"), Some(Ok(_)));
    let split = section.discreetly("url", URL, split_password);
    let (url, in_url) = split.unwrap_or_default();
    let password = secrets::secret(&mut section, "password", &secrets::PASSWORD);
    if in_url.is_some() && !by_variable {
        section.problem(
            "url",
            "a password does not belong among the settings: leave it out of the URL, write it to a file of its own and name \
             that in store.password_file, or set the variable STAGERBOT__STORE__PASSWORD",
        );
    } else if in_url.is_some() && password.is_some() {
        section.problem("url", "it holds a password, and store.password or its file is set, too; expected one of them");
    }
    let replica = section.optional("replica", "a name of up to 100 letters, digits, dots and dashes", |text| {
        let fits = (1..=100).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        fits.then(|| text.to_owned())
    });
    let keep = section.required("keep", KEEP, keep).flatten();
    let lease = section.required("lease", LEASE, lease);
    let count = |text: &str| text.parse().ok().filter(|count| (1..=64).contains(count));
    let connections = section.number("connections", CONNECTIONS, count);
    let give_back = section.truth("give_back");
    section.finish();
    let defaults = Settings::default();
    Settings {
        url,
        password: password.or(in_url),
        replica: replica.unwrap_or(defaults.replica),
        keep,
        lease: lease.unwrap_or(defaults.lease),
        deadline: defaults.deadline,
        connections: connections.unwrap_or(defaults.connections),
        give_back,
    }
}

/// Two seconds leave room for a renewal each second; nobody wants to wait for more than five minutes.
fn lease(text: &str) -> Option<Duration> {
    let lease: SignedDuration = text.parse().ok()?;
    (SignedDuration::from_secs(2)..=SignedDuration::from_mins(5)).contains(&lease).then(|| lease.unsigned_abs())
}

/// How long closed incidents are kept: days, since a shorter time would prune what is still being talked about.
#[allow(clippy::option_option, reason = "outside: is it understood; inside: is there an end")]
fn keep(text: &str) -> Option<Option<SignedDuration>> {
    if text == "forever" {
        return Some(None);
    }
    let days: i64 = text.strip_suffix('d')?.parse().ok()?;
    (1..=3650).contains(&days).then(|| Some(SignedDuration::from_hours(24 * days)))
}
