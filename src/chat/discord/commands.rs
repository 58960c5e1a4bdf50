//! `/stager` as Discord wants it registered: the same subcommands as everywhere, and the same grammar behind them.

use serde_json::{Value, json};

use crate::chat::command::DATABASE_CHECKED;

/// Kinds of options: <https://discord.com/developers/docs/interactions/application-commands>.
const SUBCOMMAND: u64 = 1;
const TEXT: u64 = 3;
const SWITCH: u64 = 5;

/// The longest text that is taken.
pub(super) const REASON: u64 = 300;

/// The command's name.
pub(super) const COMMAND: &str = "stager";

/// All commands, as they are registered: in one call that replaces what was there, so that a repeat changes nothing.
pub(super) fn commands() -> Value {
    let text = |name: &str, says: &str, required: bool| json!({"type": TEXT, "name": name, "description": says, "required": required, "max_length": REASON});
    let code = || text("code", "The request's code, as it stands on the card", true);
    let reason = || text("reason", "Why, for the record", false);
    let checked = json!({
        "type": SWITCH,
        "name": DATABASE_CHECKED,
        "description": "You have checked Diego's database yourself",
        "required": false,
    });
    let of = |name: &str, says: &str, options: Vec<Value>| json!({"type": SUBCOMMAND, "name": name, "description": says, "options": options});
    json!([{
        "name": COMMAND,
        "type": 1,
        "description": "Check staging, and request or approve a restart of Diego's BBS",
        "contexts": [0],
        "options": [
            of("check", "Look at an environment, and say what it means", vec![text("environment", "Its name", false)]),
            of("status", "How things stand", vec![]),
            of("restart", "Request a restart; a second person has to approve", vec![reason()]),
            of("approve", "Approve a restart that somebody else requested", vec![code(), checked]),
            of("deny", "Deny a restart", vec![code()]),
            of("cancel", "Take your own request back", vec![code()]),
            of("handover", "Take the incident over; the bot lets go", vec![reason()]),
            of(
                "mute",
                "Let alerts open nothing for a while",
                vec![text("for", "How long, such as 2h; at most 24h", true), text("environment", "Its name", false), reason()],
            ),
            of("unmute", "Hear alerts again", vec![text("environment", "Its name", false)]),
            of("help", "Explain the commands", vec![]),
        ],
    }])
}

/// What somebody filled in, as the line that they would have typed elsewhere.
pub(super) fn line(data: &Value) -> String {
    let mut words = Vec::new();
    for option in data["options"].as_array().into_iter().flatten() {
        if option["type"] == SUBCOMMAND {
            words.extend(option["name"].as_str().map(str::to_owned));
            // Texts in the order in which the grammar has them, switches behind them.
            let filled = || option["options"].as_array().into_iter().flatten();
            let rank = |one: &&Value| ["environment", "for", "reason"].iter().position(|name| one["name"] == *name);
            let mut texts: Vec<&Value> = filled().collect();
            texts.sort_by_key(rank);
            words.extend(texts.into_iter().filter_map(|one| one["value"].as_str()).map(str::to_owned));
            let on = filled().filter(|one| one["value"] == true);
            words.extend(on.filter_map(|one| one["name"].as_str()).map(str::to_owned));
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::command::parse;
    use crate::store::Request;

    #[test]
    fn what_is_filled_in_is_what_is_typed_elsewhere() {
        let filled = |name: &str, options: Value| {
            let subcommand = json!({"type": 1, "name": name, "options": options});
            json!({"name": "stager", "options": [subcommand]})
        };
        let switch = json!({"type": 5, "name": "database-checked", "value": true});
        let off = json!({"type": 5, "name": "database-checked", "value": false});
        let code = json!({"type": 3, "name": "code", "value": "7f3a9c-1"});
        for (data, line) in [
            (filled("check", json!([])), "check"),
            (filled("approve", json!([switch, code])), "approve 7f3a9c-1 database-checked"),
            (filled("approve", json!([code, off])), "approve 7f3a9c-1"),
            (
                filled("restart", json!([{"type": 3, "name": "reason", "value": "cf push fails"}])),
                "restart cf push fails",
            ),
            (
                filled(
                    "mute",
                    json!([
                        {"type": 3, "name": "reason", "value": "the network"},
                        {"type": 3, "name": "for", "value": "2h"},
                        {"type": 3, "name": "environment", "value": "prod"},
                    ]),
                ),
                "mute prod 2h the network",
            ),
            (json!({"name": "stager"}), ""),
        ] {
            assert_eq!(super::line(&data), line);
        }
    }

    #[test]
    fn every_subcommand_is_understood() {
        for option in commands()[0]["options"].as_array().unwrap() {
            let name = option["name"].as_str().unwrap();
            let wanted = option["options"].as_array().unwrap().iter().filter(|option| option["required"] == true);
            let line: Vec<&str> = std::iter::once(name).chain(wanted.map(|_| "7F3A9C-1")).collect();
            assert!(!matches!(parse(&line.join(" ")), Request::Unclear { .. }), "{line:?}");
        }
    }
}
