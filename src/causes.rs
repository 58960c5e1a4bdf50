//! How an error is told: the one way for people and for logs, with its causes and without secrets.
//!
//! What keeps secrets out is the type: an error holds our own errors, an I/O error, or a [`Cause`], which is made where
//! the library that failed is known. A library's own text may quote what it was given: a body, a URL, a plugin's output.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::iter::successors;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::error::Category;

/// The longest text kept of a library's error, in bytes: enough for every message of a real server.
const LONGEST: usize = 500;

/// The error and its causes, from the outside in, on one line if the error itself has no more.
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let mut told = String::new();
    for cause in successors(Some(error), |&error| error.source()) {
        let text = cause.to_string();
        // Some errors repeat their cause.
        if told.ends_with(&text) {
            continue;
        }
        if !told.is_empty() {
            told.push_str(": ");
        }
        told.push_str(&text);
    }
    without_passwords(&told).into_owned()
}

/// Why a library failed, in words that hold nothing of what it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause(String);

impl Cause {
    /// A text that is known to hold no secret. It is kept on one line, without control characters, up to 500 bytes.
    pub fn new(text: impl AsRef<str>) -> Self {
        let text: String = text.as_ref().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.len() > LONGEST {
            line.truncate(line.floor_char_boundary(LONGEST));
            line.push('…');
        }
        Self(without_passwords(&line).into_owned())
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Cause {}

impl From<serde_json::Error> for Cause {
    /// The place and the kind alone: serde quotes the value that does not fit. A field that is missing is named by us.
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        let missing = text.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
        let what = match (missing, error.classify()) {
            (Some((field, _)), _) => format!("it has no {field}"),
            (None, Category::Io) => "it can't be read".to_owned(),
            (None, Category::Syntax) => "it is no JSON".to_owned(),
            (None, Category::Data) => "a value is not of the kind that is expected".to_owned(),
            (None, Category::Eof) => "it breaks off".to_owned(),
        };
        if error.line() == 0 {
            return Self::new(what);
        }
        Self::new(format!("{what}, in line {}, column {}", error.line(), error.column()))
    }
}

/// The text with the user and the password of every URL left out: a net below the types, for what the system says.
fn without_passwords(text: &str) -> Cow<'_, str> {
    static LOGIN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"://[^\s/?#]*@").ok());
    LOGIN.as_ref().map_or(Cow::Borrowed(text), |login| login.replace_all(text, "://…@"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the outer")]
    struct Outer(#[source] Inner);

    #[derive(Debug, thiserror::Error)]
    #[error("the inner: {0}")]
    struct Inner(#[source] Cause);

    #[test]
    fn causes_are_told_from_the_outside_in_and_none_of_them_twice() {
        assert_eq!(causes(&Outer(Inner(Cause::new("why")))), "the outer: the inner: why");
    }

    #[test]
    fn no_login_of_a_url_is_told() {
        let outer = Outer(Inner(Cause::new("postgres://bot:p:a@ss@db/x and http://corp\\user@proxy:1?a@b")));
        assert_eq!(causes(&outer), "the outer: the inner: postgres://…@db/x and http://…@proxy:1?a@b");
        let io = std::io::Error::other("tcp://user:password@host");
        assert_eq!(causes(&io), "tcp://…@host");
    }

    #[test]
    fn a_cause_is_one_short_line() {
        assert_eq!(Cause::new(" a\n\u{1b}[31mb\tc ").to_string(), "a [31mb c");
        assert_eq!(Cause::new("ä".repeat(400)).to_string().chars().count(), 251);
    }

    #[test]
    fn what_serde_quotes_is_not_told() {
        #[derive(Debug, serde::Deserialize)]
        struct Two {
            #[serde(rename = "one")]
            _one: u32,
        }
        for (text, told) in [
            (r#"{"one": "secret"}"#, "a value is not of the kind that is expected, in line 1, column 16"),
            (r#"{"secret": 1}"#, "it has no one, in line 1, column 13"),
            ("secret", "it is no JSON, in line 1, column 1"),
            ("{\"secret\"", "it breaks off, in line 1, column 9"),
        ] {
            let error = serde_json::from_str::<Two>(text).unwrap_err();
            assert_eq!(Cause::from(error).to_string(), told, "{text}");
        }
    }
}
