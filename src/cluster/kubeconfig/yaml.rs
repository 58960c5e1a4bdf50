//! YAML as Go's reader (goyaml.v2) takes it, with which kubectl reads kubeconfigs: the first document alone, `yes` and `on` are
//! booleans, a key's last value counts. Nothing of the text is repeated in what is said about it.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use granit_parser::{Event, Options, Parser, ScalarStyle, Tag};
use serde_json::{Map, Number, Value};

/// What is wrong with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cluster) struct Flaw {
    /// The line, from 1.
    pub(in crate::cluster) line: usize,
    /// What is wrong there.
    pub(in crate::cluster) what: &'static str,
}

/// How many nodes a document may have with its aliases written out; a kubeconfig of a thousand contexts has some ten thousand.
const MOST_NODES: usize = 500_000;
/// How deep they may lie in each other; a kubeconfig needs less than ten levels.
const DEEPEST: usize = 64;

const TAGS: &str = "tag:yaml.org,2002:";

/// The first document, or null where there is none.
pub(in crate::cluster) fn first_document(text: &str) -> Result<Value, Flaw> {
    let mut composer = Composer::default();
    for event in Parser::new_from_str_with_options(text, Options::default()) {
        let (event, span) = event.map_err(|error| Flaw { line: error.marker().line(), what: "this is no YAML" })?;
        let line = span.start.line();
        let flaw = |what| Flaw { line, what };
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let scalar = Scalar { text: &text, plain: style == ScalarStyle::Plain, tag: tag.as_deref() };
                composer.scalar(&scalar, anchor).map_err(flaw)?;
            }
            Event::SequenceStart(_, anchor, _) => composer.open(Open::List(Vec::new()), anchor).map_err(flaw)?,
            Event::MappingStart(_, anchor, _) => {
                composer.open(Open::Table { entries: Map::new(), key: None }, anchor).map_err(flaw)?;
            }
            Event::SequenceEnd | Event::MappingEnd => composer.close().map_err(flaw)?,
            Event::Alias(anchor) => composer.alias(anchor).map_err(flaw)?,
            Event::UnresolvedAlias(_) => return Err(flaw("an alias without its anchor")),
            // What follows is not looked at.
            Event::DocumentEnd => break,
            _ => {}
        }
    }
    Ok(composer.whole.unwrap_or_default())
}

/// Builds a value from events.
#[derive(Default)]
struct Composer {
    open: Vec<(Open, usize)>,
    whole: Option<Value>,
    anchors: HashMap<usize, (Value, usize)>,
    nodes: usize,
}

/// A collection whose end did not come yet.
enum Open {
    List(Vec<Value>),
    Table { entries: Map<String, Value>, key: Option<Key> },
}

enum Key {
    Name(String),
    /// `<<`: its value's entries become entries here.
    Merge,
}

struct Scalar<'a> {
    text: &'a str,
    plain: bool,
    tag: Option<&'a Tag>,
}

impl Composer {
    fn scalar(&mut self, scalar: &Scalar<'_>, anchor: usize) -> Result<(), &'static str> {
        if self.wants_key() && scalar.is_merge() {
            self.count(1)?;
            self.key(Key::Merge);
            return Ok(());
        }
        let value = scalar.value()?;
        self.add(value, anchor, 1)
    }

    fn alias(&mut self, anchor: usize) -> Result<(), &'static str> {
        let (value, size) = self.anchors.get(&anchor).ok_or("an alias inside of what it names")?;
        let (value, size) = (value.clone(), *size);
        self.add(value, 0, size)
    }

    fn open(&mut self, collection: Open, anchor: usize) -> Result<(), &'static str> {
        if self.wants_key() {
            return Err("a key that is no text");
        }
        if self.open.len() >= DEEPEST {
            return Err("it is nested too deeply");
        }
        self.open.push((collection, anchor));
        Ok(())
    }

    fn close(&mut self) -> Result<(), &'static str> {
        let Some((collection, anchor)) = self.open.pop() else { return Ok(()) };
        let value = match collection {
            Open::List(values) => Value::Array(values),
            Open::Table { entries, .. } => Value::Object(entries),
        };
        let size = if anchor == 0 { 1 } else { size(&value) };
        // Its parts were counted as they came.
        self.nodes = self.nodes.saturating_sub(size - 1);
        self.add(value, anchor, size)
    }

    fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some((Open::Table { key: None, .. }, _)))
    }

    fn key(&mut self, new: Key) {
        if let Some((Open::Table { key, .. }, _)) = self.open.last_mut() {
            *key = Some(new);
        }
    }

    fn count(&mut self, nodes: usize) -> Result<(), &'static str> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes > MOST_NODES { Err("its aliases make it too large") } else { Ok(()) }
    }

    fn add(&mut self, value: Value, anchor: usize, size: usize) -> Result<(), &'static str> {
        self.count(size)?;
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), size));
        }
        if self.wants_key() {
            self.key(Key::Name(match value {
                Value::String(text) => text,
                Value::Bool(value) => value.to_string(),
                Value::Number(number) => number.to_string(),
                _ => return Err("a key that is no text"),
            }));
            return Ok(());
        }
        match self.open.last_mut() {
            None => {
                self.whole.get_or_insert(value);
            }
            Some((Open::List(values), _)) => values.push(value),
            Some((Open::Table { entries, key }, _)) => match key.take() {
                Some(Key::Name(name)) => drop(entries.insert(name, value)),
                Some(Key::Merge) => merge(entries, value)?,
                None => {}
            },
        }
        Ok(())
    }
}

/// Of several tables the first goes before the others.
fn merge(entries: &mut Map<String, Value>, value: Value) -> Result<(), &'static str> {
    let tables = match value {
        Value::Array(tables) => tables,
        table => vec![table],
    };
    for table in tables.into_iter().rev() {
        let Value::Object(table) = table else { return Err("<< takes a table, or a list of them") };
        entries.extend(table);
    }
    Ok(())
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(size).sum(),
        Value::Object(entries) => entries.values().map(size).sum(),
        _ => 0,
    }
}

impl Scalar<'_> {
    fn is_merge(&self) -> bool {
        let tag = self.tag.map(full);
        self.text == "<<" && (self.plain && tag.is_none() || tag.as_deref() == Some("tag:yaml.org,2002:merge"))
    }

    fn value(&self) -> Result<Value, &'static str> {
        let text = || Value::String(self.text.to_owned());
        let tag = self.tag.map(full);
        let Some(tag) = tag else {
            return if self.plain { resolve(self.text) } else { Ok(text()) };
        };
        let wrong = "a value is not of the kind that its tag says";
        Ok(match tag.strip_prefix(TAGS) {
            Some("binary") => {
                let data = decode_base64(self.text).ok_or("!!binary is no base64")?;
                Value::String(String::from_utf8_lossy(&data).into_owned())
            }
            Some("null") => resolve(self.text).ok().filter(Value::is_null).ok_or(wrong)?,
            Some("bool") => resolve(self.text).ok().filter(Value::is_boolean).ok_or(wrong)?,
            Some("int" | "float") => resolve(self.text).ok().filter(Value::is_number).ok_or(wrong)?,
            _ => text(),
        })
    }
}

fn full(tag: &Tag) -> String {
    let (handle, suffix) = tag.parts();
    format!("{handle}{suffix}")
}

/// What a plain scalar means.
fn resolve(text: &str) -> Result<Value, &'static str> {
    const TRUE: [&str; 11] = ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];
    const FALSE: [&str; 11] = ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];
    const NOT_IN_JSON: [&str; 12] =
        [".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF"];
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        text if TRUE.contains(&text) => Value::Bool(true),
        text if FALSE.contains(&text) => Value::Bool(false),
        text if NOT_IN_JSON.contains(&text) => return Err("a number that is none"),
        text => match number(text) {
            Some(number) => Value::Number(number),
            None => Value::String(text.to_owned()),
        },
    })
}

/// What Go takes for a number: with prefixes for bases (also a mere 0, where it can be), and underscores anywhere.
fn number(text: &str) -> Option<Number> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return None;
    }
    let plain = text.replace('_', "");
    let (negative, unsigned) = match plain.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let lower = unsigned.to_ascii_lowercase();
    let based = [("0x", 16), ("0o", 8), ("0b", 2), ("0", 8)];
    let based = based.into_iter().find_map(|(prefix, base)| {
        let digits = lower.strip_prefix(prefix)?;
        // `from_str_radix` would take another sign.
        let digits = Some(digits).filter(|digits| digits.chars().all(|c| c.is_digit(base)))?;
        u64::from_str_radix(digits, base).ok()
    });
    let is_decimal = !lower.is_empty() && lower.chars().all(|c| c.is_ascii_digit());
    if let Some(whole) = based.or_else(|| lower.parse().ok().filter(|_| is_decimal)) {
        if !negative {
            return Some(whole.into());
        }
        if let Ok(whole) = i64::try_from(whole) {
            return Some((-whole).into());
        }
    }
    let (mantissa, exponent) = lower.split_once('e').map_or((lower.as_str(), None), |(m, e)| (m, Some(e)));
    let digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_exponent = |text: &str| {
        let text = text.strip_prefix(['+', '-']).unwrap_or(text);
        !text.is_empty() && digits(text)
    };
    let is_float = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    if !is_float || !exponent.is_none_or(is_exponent) {
        return None;
    }
    // One that is too large is none in JSON; that it is a number is what matters.
    let float: f64 = plain.parse().ok()?;
    Some(Number::from_f64(float).unwrap_or_else(|| 0.into()))
}

/// Base64 as Go decodes it: with its padding, and line breaks anywhere.
pub(super) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.replace(['\n', '\r'], "")).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_are_what_go_takes_them_for() {
        for (text, value) in [
            ("abc", json!("abc")),
            ("yes", json!(true)),
            ("y", json!(true)),
            ("off", json!(false)),
            ("~", json!(null)),
            ("", json!(null)),
            ("'yes'", json!("yes")),
            ("!!str 5", json!("5")),
            ("!foo x", json!("x")),
            ("2001-01-01", json!("2001-01-01")),
            ("1:30", json!("1:30")),
            ("1.2.3", json!("1.2.3")),
            ("1e", json!("1e")),
            ("!!binary VFVGUw==", json!("TUFS")),
            ("|\n  a\n  b\n", json!("a\nb\n")),
        ] {
            assert_eq!(first_document(&format!("a: {text}")), Ok(json!({ "a": value })), "{text}");
        }
        for (text, number) in [
            ("123", json!(123)),
            ("1e5", json!(1e5)),
            ("0x1f", json!(31)),
            ("012", json!(10)),
            ("1_000", json!(1000)),
            (".5", json!(0.5)),
            ("08", json!(8)),
            ("0b11", json!(3)),
            ("0o7", json!(7)),
            ("+5", json!(5)),
            ("-5", json!(-5)),
            ("-1.5e-3", json!(-0.0015)),
            ("5.", json!(5.0)),
            ("0", json!(0)),
        ] {
            assert_eq!(first_document(&format!("a: {text}")), Ok(json!({ "a": number })), "{text}");
        }
        for text in [".inf", "!!int x", "!!binary '*'", "[", "*a", "&a [*a]", "{[1]: 2}"] {
            first_document(&format!("a: {text}")).unwrap_err();
        }
    }

    #[test]
    fn the_first_document_alone_and_the_last_value_of_a_key() {
        assert_eq!(first_document(""), Ok(Value::Null));
        assert_eq!(first_document("---\n---\na: 1\n"), Ok(Value::Null));
        assert_eq!(first_document("a: x\n---\nb: [\n"), Ok(json!({"a": "x"})));
        assert_eq!(first_document("a: x\na: y1\n"), Ok(json!({"a": "y1"})));
        assert_eq!(first_document("{\n\t\"a\": \"x\"\n}"), Ok(json!({"a": "x"})));
    }

    #[test]
    fn aliases_and_merges_within_reason() {
        let merged = "b: &b {x: one, z: two}\nc: {<<: *b, x: mine}\nd: *b\n";
        let b = json!({"x": "one", "z": "two"});
        assert_eq!(first_document(merged), Ok(json!({"b": b, "c": {"x": "mine", "z": "two"}, "d": b})));
        let mut bomb = "a0: &a0 [x]\n".to_owned();
        for level in 1..30 {
            let before = level - 1;
            let line = format!("a{level}: &a{level} [*a{before}, *a{before}, *a{before}]\n");
            bomb.push_str(&line);
        }
        assert_eq!(first_document(&bomb).unwrap_err().what, "its aliases make it too large");
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(first_document(&nested(DEEPEST)).is_ok());
        assert_eq!(first_document(&nested(DEEPEST + 1)).unwrap_err().what, "it is nested too deeply");
        first_document(&"[".repeat(100_000)).unwrap_err();
    }
}
