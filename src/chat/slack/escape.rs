//! Every text is plain and may be hostile: here it loses whatever Slack would take for more than text.
//!
//! [`plain`] is for `plain_text` objects, where Slack knows no formatting; [`mrkdwn`] for the few places where our own
//! heading stands beside a text; [`code`] for the inside of a code block.

use crate::chat::text::{self, BACKTICK, ELLIPSIS, beginning, unfenced};
use crate::sanitize::clean;

/// A text for a `plain_text` object, of at most `max` characters.
pub(super) fn plain(text: &str, max: usize) -> String {
    fitted(&clean(text), max)
}

/// A text for a `mrkdwn` object, of at most `max` characters, in which nothing formats, links or mentions.
pub(super) fn mrkdwn(text: &str, max: usize) -> String {
    fitted(&inert(&clean(text)), max)
}

/// Texts for `plain_text` objects of at most `max` characters each, that are the whole text together.
pub(super) fn plain_parts(text: &str, max: usize) -> Vec<String> {
    parts(&clean(text), max)
}

/// Texts for `mrkdwn` objects of at most `max` characters each, that are the whole text together.
pub(super) fn mrkdwn_parts(text: &str, max: usize) -> Vec<String> {
    parts(&inert(&clean(text)), max)
}

/// Insides of code blocks of at most `max` characters each, that are the whole text together. None can end its block.
pub(super) fn code_parts(text: &str, max: usize) -> Vec<String> {
    parts(&unfenced(&clean(text)), max)
}

/// What people typed, as they typed it: Slack hands on `&`, `<` and `>` as entities.
pub(super) fn unescape(text: &str) -> String {
    clean(&text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
}

/// Replaces marks that could format by look-alikes that can't. Slack has no escape for them, and whether a character of
/// no width disarms one is nowhere said. Inside a word (`cf_api_url`) they do nothing, and stay as they are.
///
/// <https://docs.slack.dev/messaging/formatting-message-text/>
fn inert(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut inert = String::with_capacity(text.len());
    for (place, &character) in characters.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| characters[before]);
        let in_word = before.is_some_and(char::is_alphanumeric)
            && characters.get(place + 1).copied().is_some_and(char::is_alphanumeric);
        inert.push(match character {
            '*' if !in_word => '∗',
            '_' if !in_word => 'ˍ',
            '~' if !in_word => '∼',
            '`' => BACKTICK,
            '>' if starts_line(&characters[..place]) => '›',
            other => other,
        });
    }
    inert
}

fn starts_line(before: &[char]) -> bool {
    before.iter().rev().find(|character| **character == '\n' || !character.is_whitespace()).is_none_or(|it| *it == '\n')
}

/// The three characters with which links and mentions (`<!channel>`) are made, as entities: in every text object, also
/// in `plain_text`. <https://docs.slack.dev/messaging/formatting-message-text/#escaping>
fn entity(character: char) -> Option<&'static str> {
    match character {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match entity(character) {
            Some(entity) => escaped.push_str(entity),
            None => escaped.push(character),
        }
    }
    escaped
}

fn escaped_length(character: char) -> usize {
    entity(character).map_or(character.len_utf16(), str::len)
}

/// The text, escaped, and shortened where it is longer than `max` then.
fn fitted(text: &str, max: usize) -> String {
    match beginning(text, max, prefix) {
        None => escaped(text),
        Some(beginning) => format!("{}{ELLIPSIS}", escaped(beginning)),
    }
}

/// The text, escaped, in parts of at most `max` characters.
fn parts(text: &str, max: usize) -> Vec<String> {
    text::parts(text, max, prefix).into_iter().map(escaped).collect()
}

/// How many bytes of the text's beginning are at most `max` characters long once they are escaped.
fn prefix(text: &str, max: usize) -> usize {
    let mut length = 0;
    for (place, character) in text.char_indices() {
        length += escaped_length(character);
        if length > max {
            return place;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::text::length;

    #[test]
    fn nothing_mentions_links_or_formats() {
        for (hostile, harmless) in [
            ("<!channel> & <@U1>", "&lt;!channel&gt; &amp; &lt;@U1&gt;"),
            ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
            ("*bold* _it_ ~no~ `code`", "∗bold∗ ˍitˍ ∼no∼ ˋcodeˋ"),
            ("cf_api_url a*b 1~2", "cf_api_url a*b 1~2"),
            ("> quoted\n  >too", "› quoted\n  ›too"),
            ("a > b", "a &gt; b"),
            ("```\nx", "ˋˋˋ\nx"),
        ] {
            assert_eq!(mrkdwn(hostile, 1_000), harmless, "{hostile:?}");
        }
    }

    #[test]
    fn what_is_not_seen_is_taken_away() {
        for (hostile, harmless) in [
            ("\u{202e}evorppa\u{202c}", "evorppa"),
            ("\u{2066}a\u{2069}\u{200b}b\u{feff}\u{e0041}", "ab"),
            ("\u{1b}[31mred\u{7}\0", "[31mred"),
            ("a\r\nb\rc\u{2028}d\te\n\n", "a\nb\nc\nd\te"),
            ("日本語 한국어 é ⚠️", "日本語 한국어 é ⚠️"),
        ] {
            assert_eq!(plain(hostile, 1_000), harmless, "{hostile:?}");
        }
    }

    #[test]
    fn no_code_ends_its_block() {
        for (hostile, harmless) in
            [("a```b", "aˋˋˋb"), ("`````", "ˋˋˋˋˋ"), ("``a`", "``a`"), ("`\u{200b}``", "ˋˋˋ"), ("<x>", "&lt;x&gt;")]
        {
            assert_eq!(code_parts(hostile, 1_000), [harmless], "{hostile:?}");
        }
    }

    #[test]
    fn a_text_is_shortened_after_escaping_and_never_within_a_character() {
        for (text, max, short) in [
            ("abcd", 4, "abcd"),
            ("abcde", 4, "abc…"),
            ("a<<<", 9, "a&lt;…"),
            ("ab cd", 4, "ab…"),
            ("😀😀", 3, "😀…"),
            ("日本語", 2, "日…"),
        ] {
            let shortened = plain(text, max);
            assert_eq!(shortened, short, "{text:?}");
            assert!(length(&shortened) <= max, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_between_lines() {
        assert_eq!(plain_parts("one\ntwo\nthree", 7), ["one\ntwo", "three"]);
        assert_eq!(plain_parts("abcdef", 4), ["abcd", "ef"]);
        assert_eq!(plain_parts("<<", 5), ["&lt;", "&lt;"]);
        assert!(plain_parts(" \n", 5).is_empty());
    }

    #[test]
    fn what_was_typed_is_what_people_typed() {
        assert_eq!(unescape("restart a &lt;b&gt; &amp;lt;\u{200b}"), "restart a <b> &lt;");
    }
}
