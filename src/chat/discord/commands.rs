//! `/stager` as Discord wants it registered: the same subcommands as everywhere, and the same grammar behind them.

use serde_json::{Value, json};

use crate::request::{Argument, Verb};
use crate::words::language::Language;
use crate::words::{Once, Words};

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
    let words = Language::ALL.map(Words::once);
    let argument = |argument: &Argument| {
        let mut option = json!({"name": argument.name, "required": argument.required});
        option["type"] = if argument.switch { SWITCH } else { TEXT }.into();
        if !argument.switch {
            option["max_length"] = REASON.into();
        }
        described(&words, &format!("option-{}", argument.name), option)
    };
    let command = |verb: Verb| {
        let arguments: Vec<Value> = verb.arguments().iter().map(argument).collect();
        described(
            &words,
            &format!("command-{}", verb.word()),
            json!({"type": SUBCOMMAND, "name": verb.word(), "options": arguments}),
        )
    };
    let options: Vec<Value> = Verb::ALL.into_iter().map(command).collect();
    json!([described(
        &words,
        "command-stager",
        json!({"name": COMMAND, "type": 1, "contexts": [0], "options": options})
    )])
}

/// Describes a command or an option, in every language. Names stay as they are typed.
fn described(words: &[Once], id: &str, mut what: Value) -> Value {
    for words in words {
        match words.language() {
            Language::English => what["description"] = words.word(id).into(),
            other => what["description_localizations"][other.on_discord()] = words.word(id).into(),
        }
    }
    what
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
    use crate::request::Request;

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
    fn every_description_is_as_short_as_discord_wants_it_in_every_language() {
        let mut described = vec![commands()[0].clone()];
        while let Some(one) = described.pop() {
            described.extend(one["options"].as_array().into_iter().flatten().cloned());
            let localized = one["description_localizations"].as_object().unwrap();
            let locales: Vec<&str> = localized.keys().map(String::as_str).collect();
            assert_eq!(locales, ["fr", "ja", "ko", "zh-CN", "zh-TW"]);
            for text in localized.values().chain([&one["description"]]) {
                assert!((1..=100).contains(&text.as_str().unwrap().chars().count()), "{text}");
            }
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
