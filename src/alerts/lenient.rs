//! JSON as relays and templates write it: read as it is where it is right, and mended where it is not, so that one bad value
//! costs no report beside it.
//!
//! Mended are: bytes that are no UTF-8, a byte order mark, line breaks inside of texts, half a surrogate pair, escapes that JSON
//! does not know, `NaN` and its like, numbers beyond all bounds, commas before a closing bracket, words without quotes, and what
//! is nested too deep. What is still no JSON then is refused with the place where it went wrong as it was sent.

use std::fmt::Write as _;

use serde_json::Value;

use crate::alerts::delivery::ParseError;

/// Reads a body.
pub(super) fn json(body: &[u8]) -> Result<Value, ParseError> {
    let strict = serde_json::from_slice(body);
    let Err(source) = strict else { return strict.map_err(|source| ParseError::NotJson { source }) };
    let text = String::from_utf8_lossy(body);
    serde_json::from_str(&mended(text.trim_start_matches('\u{feff}'))).map_err(|_| ParseError::NotJson { source })
}

/// How deep values may be nested: half of what the parser takes.
const DEEPEST: usize = 64;
/// What stands where something was nested deeper.
const TOO_DEEP: &str = "\"(nested too deep)\"";

/// The same text, as JSON has it.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut depth) = (text, 0_usize);
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        match c {
            '"' => {
                let (string, left) = string(behind);
                if depth <= DEEPEST {
                    out.push_str(&string);
                }
                rest = left;
                continue;
            }
            '{' | '[' => {
                depth += 1;
                if depth == DEEPEST + 1 {
                    out.push_str(TOO_DEEP);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if depth == DEEPEST {
                    rest = behind;
                    continue;
                }
            }
            ',' if behind.trim_start().starts_with(['}', ']']) => {
                rest = behind;
                continue;
            }
            c if is_bare(c) => {
                let end = rest.find(|c| !is_bare(c)).unwrap_or(rest.len());
                if depth <= DEEPEST {
                    out.push_str(&bare(&rest[..end]));
                }
                rest = &rest[end..];
                continue;
            }
            _ => {}
        }
        if depth <= DEEPEST {
            out.push(c);
        }
        rest = behind;
    }
    out
}

fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '+' | '-' | '.')
}

/// A word or number outside of quotes.
fn bare(word: &str) -> String {
    match serde_json::from_str::<Value>(word) {
        Ok(_) => word.to_owned(),
        Err(_)
            if matches!(
                word.trim_start_matches(['+', '-']).to_ascii_lowercase().as_str(),
                "nan" | "infinity" | "inf" | "undefined" | "none"
            ) =>
        {
            "null".to_owned()
        }
        Err(_) => Value::String(word.to_owned()).to_string(),
    }
}

/// A text from behind its opening quote, and what stands behind its closing one.
fn string(text: &str) -> (String, &str) {
    let mut out = String::from("\"");
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        match c {
            '"' => {
                out.push('"');
                return (out, behind);
            }
            '\\' => {
                let (escape, left) = escape(behind);
                out.push_str(&escape);
                rest = left;
                continue;
            }
            // Writing to a String does not fail.
            c if c < ' ' => drop(write!(out, "\\u{:04x}", c as u32)),
            c => out.push(c),
        }
        rest = behind;
    }
    (out, rest)
}

/// An escape from behind its backslash.
fn escape(text: &str) -> (String, &str) {
    let unit = |text: &str| {
        let digits = text.strip_prefix('u')?.get(..4)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
    };
    match (unit(text), text.chars().next()) {
        (Some(high @ 0xD800..=0xDBFF), _) => {
            let low = text[5..].strip_prefix('\\').and_then(unit).filter(|low| (0xDC00..=0xDFFF).contains(low));
            low.map_or_else(
                || ("\\ufffd".to_owned(), &text[5..]),
                |low| (format!("\\u{high:04x}\\u{low:04x}"), &text[11..]),
            )
        }
        (Some(0xDC00..=0xDFFF), _) => ("\\ufffd".to_owned(), &text[5..]),
        (Some(unit), _) => (format!("\\u{unit:04x}"), &text[5..]),
        (None, Some(c @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't'))) => (format!("\\{c}"), &text[1..]),
        // Not JSON's: a path on Windows, a regular expression.
        (None, _) => ("\\\\".to_owned(), text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_templates_and_relays_get_wrong_is_mended() {
        for (text, value) in [
            ("\u{feff}{\"a\": 1}", json!({"a": 1})),
            ("{\"a\": NaN, \"b\": -Infinity, \"c\": 1e999}", json!({"a": null, "b": null, "c": "1e999"})),
            ("{\"a\": \"one\ntwo\"}", json!({"a": "one\ntwo"})),
            ("{\"a\": [1, 2,], }", json!({"a": [1, 2]})),
            (
                r#"{"a": "\ud83d", "b": "\ud83d\ude00", "c": "\d\x"}"#,
                json!({"a": "\u{fffd}", "b": "😀", "c": "\\d\\x"}),
            ),
            ("{\"status\": firing}", json!({"status": "firing"})),
        ] {
            assert_eq!(super::json(text.as_bytes()).unwrap(), value, "{text}");
        }
        assert_eq!(super::json(b"{\"a\": \"\xff\"}").unwrap(), json!({"a": "\u{fffd}"}));
        let deep = format!("{{\"a\": {}{}, \"b\": 1}}", "[".repeat(300), "]".repeat(300));
        assert_eq!(super::json(deep.as_bytes()).unwrap()["b"], 1);
    }

    #[test]
    fn what_is_no_json_is_refused_where_it_goes_wrong() {
        for (text, place) in [("cf push failed", 1), ("", 0), ("{\"a\": ", 6), ("{} {}", 4)] {
            let Err(ParseError::NotJson { source }) = super::json(text.as_bytes()) else { panic!("{text}") };
            assert_eq!(source.column(), place, "{text}");
        }
    }
}
