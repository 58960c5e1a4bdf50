//! A line as somebody types it, as the data of a slash command: what Discord's client does while one picks a subcommand
//! and fills in its options.

use serde_json::{Value, json};

/// The kinds of options: <https://discord.com/developers/docs/interactions/application-commands>.
const SUBCOMMAND: u64 = 1;
const BOOLEAN: u64 = 5;

/// The data of a command; `None` where none that is registered takes it.
pub(super) fn command<'a>(registered: impl Iterator<Item = &'a Value>, line: &str) -> Option<Value> {
    let (name, rest) = split(line);
    let command = registered.into_iter().find(|command| command["name"] == name)?;
    let options = list(&command["options"]);
    let is_nested = options.iter().any(|option| option["type"] == SUBCOMMAND);
    let filled = if is_nested {
        let (name, rest) = split(rest);
        let subcommand = options.iter().find(|option| option["name"] == name)?;
        vec![json!({"name": name, "type": SUBCOMMAND, "options": fill(list(&subcommand["options"]), rest)?})]
    } else {
        fill(options, rest)?
    };
    let id = format!("8{:017}", 0);
    Some(json!({"id": id, "name": name, "type": 1, "options": filled}))
}

fn fill(options: &[Value], line: &str) -> Option<Vec<Value>> {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    let mut filled = Vec::new();
    for switch in options.iter().filter(|option| option["type"] == BOOLEAN) {
        let named = words.iter().position(|word| switch["name"] == word.to_lowercase());
        if let Some(place) = named {
            words.remove(place);
            filled.push(json!({"name": switch["name"], "type": BOOLEAN, "value": true}));
        } else if switch["required"] == true {
            return None;
        }
    }
    let texts: Vec<&Value> = options.iter().filter(|option| option["type"] != BOOLEAN).collect();
    for (place, option) in texts.iter().enumerate() {
        let last = place + 1 == texts.len();
        let taken: Vec<&str> =
            if last { std::mem::take(&mut words) } else { words.drain(..words.len().min(1)).collect() };
        if !taken.is_empty() {
            filled.push(json!({"name": option["name"], "type": option["type"], "value": taken.join(" ")}));
        } else if option["required"] == true {
            return None;
        }
    }
    words.is_empty().then_some(filled)
}

fn split(line: &str) -> (&str, &str) {
    let line = line.trim();
    line.split_once(char::is_whitespace).map_or((line, ""), |(first, rest)| (first, rest.trim()))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
