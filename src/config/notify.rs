//! `[notify]`: who is told that somebody is needed, and when; and what pages people.

use std::collections::BTreeMap;

use secrecy::SecretString;
use url::Url;

use crate::chat::http::is_private;
use crate::chat::platforms::PLATFORMS;
use crate::incident::account::Platform;
use crate::incident::escalation::{Audience, Notify, Step};
use crate::incident::policy::Person;
use crate::page::{EVENTS_API, Pagers, Settings};
use crate::settings::secrets::{self, Shape};
use crate::settings::{NONE, SOME, Section};

/// Whoever may do what is needed.
const ABLE: &str = "able";

/// Who can be told.
fn expected() -> String {
    let groups = PLATFORMS.map(|keys| format!("\"{}:\" with {}", keys.platform, keys.groups.one));
    format!("\"able\", the name of a [[person]], {}", groups.join(" or "))
}

/// PagerDuty's key of an integration.
const ROUTING_KEY: Shape = Shape {
    expected: "an integration key of PagerDuty's Events API v2: 32 letters and digits",
    fits: |text| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
};

/// A webhook's address.
pub(super) const ADDRESS: Shape =
    Shape { expected: "an https URL, or an http one of this machine", fits: |text| private_url(text).is_some() };

/// Who is told, and what pages people.
pub(super) fn notify(root: &mut Section<'_>, people: &[Person]) -> (Notify, Pagers) {
    let mut section = root.section("notify");
    let mut notify = Notify {
        who: audience(&mut section, people),
        private: section.truth("private"),
        remind: section.duration("remind", NONE),
        last_call: section.duration("last_call", NONE),
        unattended: section.duration("unattended", NONE),
        escalation: Vec::new(),
    };
    let pagers = Pagers(pagers(&mut section));
    // What is wrong with one that is there was told with it.
    let there: Vec<&str> = [PAGERDUTY, WEBHOOK].into_iter().filter(|name| section.has(name)).collect();
    for mut step in section.sections("escalation") {
        notify.escalation.push(self::step(&mut step, people, &there));
        step.finish();
    }
    section.finish();
    (notify, pagers)
}

fn audience(section: &mut Section<'_>, people: &[Person]) -> Vec<Audience> {
    let mut all = Vec::new();
    for text in section.list("who", &format!("a list of {}", expected()), |text| !text.is_empty()) {
        match one(&text, people) {
            Some(one) => all.push(one),
            None => section.problem("who", format!("{text:?} is none of these: {}", expected())),
        }
    }
    all
}

fn one(text: &str, people: &[Person]) -> Option<Audience> {
    if text == ABLE {
        return Some(Audience::Able);
    }
    for keys in PLATFORMS {
        if let Some(id) = text.strip_prefix(&format!("{}:", keys.platform)) {
            return (keys.groups.fits)(id).then(|| Audience::Group(keys.platform, id.to_owned()));
        }
    }
    people.iter().any(|person| person.name == text).then(|| Audience::Person(text.to_owned()))
}

fn step(section: &mut Section<'_>, people: &[Person], pagers: &[&str]) -> Step {
    let after = section.duration("after", SOME);
    let who = audience(section, people);
    let channels: BTreeMap<Platform, String> =
        PLATFORMS.iter().filter_map(|keys| Some((keys.platform, keys.channel_in(section)?))).collect();
    let page = section.optional("page", "\"pagerduty\" or \"webhook\"", |text| {
        [PAGERDUTY, WEBHOOK].contains(&text).then(|| text.to_owned())
    });
    if let Some(name) = page.as_ref().filter(|name| !pagers.contains(&name.as_str())) {
        section.problem("page", format!("there is no notify.{name} that says how"));
    }
    if who.is_empty() && channels.is_empty() && page.is_none() {
        let channels = PLATFORMS.map(|keys| keys.channel).join(", ");
        section.problem("who", format!("nobody is told: expected who, {channels} or page"));
    }
    Step { after, who, channels, page }
}

const PAGERDUTY: &str = "pagerduty";
const WEBHOOK: &str = "webhook";

fn pagers(section: &mut Section<'_>) -> BTreeMap<String, Settings> {
    let mut all = BTreeMap::new();
    let wanted = section.has(PAGERDUTY);
    let mut part = section.section(PAGERDUTY);
    let routing_key = secrets::secret(&mut part, "routing_key", &ROUTING_KEY);
    let url = part.discreet("api_url", ADDRESS.expected, private_url);
    if wanted && !part.has("routing_key") && !part.has("routing_key_file") {
        part.problem("routing_key_file", "it is missing; PagerDuty needs the integration's key");
    }
    part.finish();
    if let Some(routing_key) = routing_key {
        let url = url.unwrap_or_else(|| EVENTS_API.to_owned());
        all.insert(PAGERDUTY.to_owned(), Settings::PagerDuty { routing_key, url });
    }
    let wanted = section.has(WEBHOOK);
    let mut part = section.section(WEBHOOK);
    let url: Option<SecretString> = secrets::secret(&mut part, "url", &ADDRESS);
    let secret = secrets::secret(&mut part, "secret", &secrets::SIGNING);
    if wanted && !part.has("url") && !part.has("url_file") {
        part.problem("url_file", "it is missing; its address may hold a secret, and so stands in a file of its own");
    }
    part.finish();
    if let Some(url) = url {
        all.insert(WEBHOOK.to_owned(), Settings::Webhook { url, secret });
    }
    all
}

/// An address on the way to which nobody listens in.
fn private_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "https" | "http") && is_private(&url)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_audience_is_named_by_what_it_is() {
        let person =
            Person { name: "Ada".into(), accounts: Vec::new(), may_request: true, may_approve: true, notify: true };
        let people = [person];
        assert_eq!(one("able", &people), Some(Audience::Able));
        assert_eq!(one("Ada", &people), Some(Audience::Person("Ada".into())));
        assert_eq!(one("slack:S0615G0KT", &people), Some(Audience::Group(Platform::Slack, "S0615G0KT".into())));
        for wrong in ["@here", "everyone", "slack:channel", "slack:C024BE91L", "discord:@everyone", "Grace"] {
            assert_eq!(one(wrong, &people), None, "{wrong}");
        }
    }
}
