//! Silence by command: for a while, alerts of an environment open nothing and join nothing. It ends by itself.

use jiff::{SignedDuration, SpanRelativeTo, Timestamp};
use serde::{Deserialize, Serialize};

use super::account::Who;

/// A mute of an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// Who said so.
    pub by: Who,
    /// Until when.
    pub until: Timestamp,
    /// Why, in their words.
    pub reason: Option<String>,
}

/// The shortest and the longest mute: one that is forgotten must not outlive a day.
pub const LENGTHS: std::ops::RangeInclusive<SignedDuration> =
    SignedDuration::from_mins(1)..=SignedDuration::from_hours(24);

/// What somebody typed behind `mute`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The environment, where it is named.
    pub environment: Option<String>,
    /// How long.
    pub length: SignedDuration,
    /// The reason that was given, if any.
    pub reason: Option<String>,
}

/// Reads `2h`, `2h reason`, `prod 2h reason`; `None` where there is no length, or one beyond [`LENGTHS`].
pub fn read(text: &str) -> Option<Typed> {
    let (first, rest) = word(text);
    let (environment, length, rest) = if let Some(length) = length(first) {
        (None, length, rest)
    } else {
        let (second, rest) = word(rest);
        (Some(first.to_owned()), length(second)?, rest)
    };
    let reason = Some(rest.trim().to_owned()).filter(|reason| !reason.is_empty());
    LENGTHS.contains(&length).then_some(Typed { environment, length, reason })
}

fn word(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

fn length(word: &str) -> Option<SignedDuration> {
    let span: jiff::Span = word.parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_understood() {
        let typed = |environment: Option<&str>, minutes, reason: Option<&str>| {
            let length = SignedDuration::from_mins(minutes);
            Some(Typed { environment: environment.map(str::to_owned), length, reason: reason.map(str::to_owned) })
        };
        for (text, read) in [
            ("2h", typed(None, 120, None)),
            (" 90m  a change of the network ", typed(None, 90, Some("a change of the network"))),
            ("1d", typed(None, 1_440, None)),
            ("prod 2h30m because", typed(Some("prod"), 150, Some("because"))),
            ("", None),
            ("prod", None),
            ("10s", None),
            ("25h", None),
            ("-2h", None),
            ("for ever", None),
        ] {
            assert_eq!(super::read(text), read, "{text}");
        }
    }
}
