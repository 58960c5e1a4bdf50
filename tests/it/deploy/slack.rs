//! The Slack apps that deploy/ ships: the simulated workspace, in which the bot is tried, grants what they ask for and no more.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use stagerbot::request::Verb;
use stagerbot::simulator::slack::settings::Settings;

use super::items;

fn texts(list: &Value) -> BTreeSet<String> {
    items(list).map(|text| text.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_shipped_app_has_what_the_bot_uses_and_no_more() {
    let simulated = Settings::default();
    // What it takes for a public channel is taken for a private one, too.
    let private = [("channels:history", "groups:history"), ("channels:read", "groups:read")];
    let events = [("message.channels", "message.groups")];
    let with = |all: &BTreeSet<String>, pairs: &[(&str, &str)]| {
        let more = pairs.iter().filter(|(public, _)| all.contains(*public)).map(|(_, private)| (*private).to_owned());
        all.iter().cloned().chain(more).collect::<BTreeSet<String>>()
    };
    for name in ["manifest.yaml", "manifest-http.yaml"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/slack").join(name);
        let text = std::fs::read_to_string(path).unwrap();
        // What a feature alone needs that most do without.
        assert!(text.contains("      # - usergroups:read\n"), "{name}");
        let app: Value = serde_saphyr::from_str(&text).unwrap();
        let hint = app["features"]["slash_commands"][0]["usage_hint"].as_str().unwrap();
        let hinted: BTreeSet<&str> = hint.split(" | ").filter_map(|one| one.split(' ').next()).collect();
        assert_eq!(hinted, Verb::ALL.into_iter().map(Verb::word).collect(), "{name}");
        assert_eq!(texts(&app["oauth_config"]["scopes"]["bot"]), with(&simulated.scopes, &private), "{name}");
        assert_eq!(
            texts(&app["settings"]["event_subscriptions"]["bot_events"]),
            with(&simulated.events, &events),
            "{name}"
        );
    }
}
