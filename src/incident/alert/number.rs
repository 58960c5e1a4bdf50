//! Whether six digits in a text are an error's code, or part of something else: a hash, a version, an amount, a metric, a link.
//!
//! A code is told by the word that it stands beside ("error code 170010", `"code":170010`, 错误170010). The stager's own
//! number counts without one, too, where nothing says otherwise: by itself on its line, in brackets, behind "we get", or in a
//! line about Cloud Foundry. Digits are fenced by hand: `\b` sees no border between a digit and a Chinese character.

mod vocabulary;

use std::ops::Range;

use self::vocabulary::{CODE_SYLLABLES, CODE_WORDS, NO_PLURALS, NUMBERED, OTHER_CODES, PLATFORM, SAYS, UNITS};

/// How much has to stand beside a number for it to be a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// A word such as "code" or "error" beside it.
    Word,
    /// Nothing that says otherwise.
    Nothing,
}

/// The first place where these digits are a code.
pub(super) fn code_in(text: &str, digits: &str, needs: Needs) -> Option<Range<usize>> {
    let places = text.match_indices(digits).map(|(start, _)| start..start + digits.len());
    places.into_iter().find(|place| is_code(text, place, needs))
}

/// Whether these digits stand anywhere, as whatever.
pub(super) fn is_there(text: &str, digits: &str) -> bool {
    text.contains(digits)
}

fn is_code(text: &str, place: &Range<usize>, needs: Needs) -> bool {
    let line_start = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[place.end..].find('\n').map_or(text.len(), |at| place.end + at);
    let (before, after) = (&text[line_start..place.start], &text[place.end..line_end]);
    if is_part_of_more(before, after) {
        return false;
    }
    let beside = Beside::of(before);
    if beside.names_a_code() || code_follows(after) {
        return !beside.is_amount();
    }
    let of_the_platform = words(before).chain(words(after)).any(|word| PLATFORM.contains(&word.as_str()));
    needs == Needs::Nothing
        && !beside.counts(of_the_platform)
        && !is_counted(after)
        && (of_the_platform || is_prominent(&beside, before, after))
}

/// Whether the digits are a piece of a longer word, number, path or date.
fn is_part_of_more(before: &str, after: &str) -> bool {
    let (last, next) = (before.chars().next_back(), after.chars().next());
    let behind_next = next.and_then(|next| after[next.len_utf8()..].chars().next());
    let head = before.len() - before.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
    let head = &before[before.len() - head..];
    let before_last = before[..before.len() - last.map_or(0, char::len_utf8)].chars().next_back();
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let alphanumeric = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    // "Fehler170010" is one, "9f170010" is not.
    let glued = !head.is_empty() && !CODE_WORDS.contains(&head.trim_end_matches('_').to_lowercase().as_str());
    let after_glued = next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let number_goes_on = matches!(next, Some('.' | ',' | ':' | '\'')) && digit(behind_next);
    let number_began = matches!(last, Some('.' | ',' | ':' | '\'')) && digit(before_last);
    let grouped = last == Some(' ') && digit(before_last) || next == Some(' ') && digit(behind_next);
    let dashed = matches!(next, Some('-' | '–' | '/' | '\\')) && alphanumeric(behind_next);
    let path = matches!(last, Some('/' | '\\' | '+' | '@' | '~' | '^' | '&' | '?'));
    let dotted =
        last == Some('.') && before_last.is_some_and(|c| !c.is_whitespace()) && !Beside::of(before).names_a_code();
    let scaled = matches!(next, Some('%' | '°' | '€' | '$' | '£' | '¥' | '@'));
    glued || after_glued || number_goes_on || number_began || grouped || dashed || path || dotted || scaled
}

/// What stands before a number on its line: the nearest word, and how it leads to the number.
struct Beside {
    /// The word, in lower case.
    word: String,
    /// The word before it.
    earlier: String,
    /// What stands between the word and the number.
    between: String,
}

/// Little words that lead from "the error" to its number.
const LINKS: &[&str] = &["is", "was", "no", "nr", "number", "num", "of", "lautet", "est", "は", "是", "는"];

impl Beside {
    fn of(before: &str) -> Self {
        let (mut rest, mut between) = (before, String::new());
        let mut word;
        loop {
            let (left, gap) = cut_back(rest, |c| !is_letter(c));
            let (left, found) = cut_back(left, is_letter);
            between.insert_str(0, gap);
            word = found.to_lowercase();
            rest = left;
            if word.is_empty() || !LINKS.contains(&word.as_str()) {
                break;
            }
            between.insert_str(0, found);
        }
        let (left, _) = cut_back(rest, |c| !is_letter(c));
        let earlier = cut_back(left, is_letter).1.to_lowercase();
        Self { word, earlier, between }
    }

    /// Whether the number is said to be a code: the word stands right before it, with nothing but punctuation between.
    fn names_a_code(&self) -> bool {
        let near = self.between.chars().count() <= 16
            && !self.between.contains(['.', ';', '/', '|', '$', '€', '£', '¥', '_', '{', '}'])
            || matches!(self.between.as_str(), "." | ". ");
        let dashed =
            self.between == "-" || self.between == "–" || !self.between.contains('-') || self.between.contains(' ');
        near && dashed && is_code_word(&self.word) && !OTHER_CODES.contains(&self.earlier.as_str())
    }

    /// Whether an amount or a reference is meant, whatever the word before is.
    fn is_amount(&self) -> bool {
        self.between.ends_with(['$', '€', '£', '¥', '₹', '<', '~', '≈'])
    }

    /// Whether the number belongs to a word that is no code's: "invoice 170010", "value: 170010", `requests_total 170010`. On a
    /// line about the platform a colon leads to what went wrong: "cf push in prod: 170010".
    fn counts(&self, of_the_platform: bool) -> bool {
        let end = self.between.trim_end_matches([' ', '"', '\'', '`', '(', '[', '*', '“', '„', '「']);
        let keyed = end.ends_with([':', '=', '：', '＝']);
        let marked = self.between.ends_with(['#', '$', '€', '£', '¥', '₹', '<', '>', '~', '≈', '×', '-', '}', ')']);
        let numbered = NUMBERED.contains(&self.word.as_str()) || OTHER_CODES.contains(&self.earlier.as_str());
        let metric = self.word.contains('_') || self.between.contains(['{', '}']);
        (keyed && !self.speaks() && !of_the_platform) || marked || numbered || metric
    }

    /// Whether the word is one after which anything may be said.
    fn speaks(&self) -> bool {
        speaks(&self.word) || SAYS.contains(&self.word.as_str())
    }
}

/// Whether anything may be said under this name: what stands there is a text of its own.
pub(super) fn speaks(name: &str) -> bool {
    const SPEAKING: &[&str] = &[
        "summary",
        "description",
        "message",
        "text",
        "details",
        "detail",
        "reason",
        "info",
        "note",
        "cause",
        "output",
        "body",
        "stderr",
        "log",
        "title",
        "subject",
        "content",
        "msg",
        "alertname",
        "name",
        "error_message",
    ];
    SPEAKING.contains(&name)
}

fn is_code_word(word: &str) -> bool {
    CODE_WORDS.contains(&word)
        || word.strip_suffix("_code").is_some_and(|kind| !OTHER_CODES.contains(&kind))
        || CODE_SYLLABLES.iter().any(|syllable| word.ends_with(syllable))
}

/// Whether a word behind the number says that it is a code: "170010 error", 170010エラー.
fn code_follows(after: &str) -> bool {
    let gap: usize = after.chars().take_while(|c| !is_letter(*c)).map(char::len_utf8).sum();
    if gap > 3 || after[..gap].contains(['.', ';', '/', '=', '|', '%', '$', '€']) {
        return false;
    }
    let word = first_word(&after[gap..]);
    let words: &[&str] = &["error", "errors", "err", "fehler", "erreur", "cf", "stager", "stagerunavailable"];
    words.contains(&word.as_str()) || CODE_SYLLABLES.iter().any(|syllable| word.starts_with(syllable))
}

/// Whether the word behind the number is what is counted: a unit or a plural.
fn is_counted(after: &str) -> bool {
    let Some(rest) = after.strip_prefix([' ', '\u{a0}', '-']) else { return false };
    let word = first_word(rest);
    if rest.starts_with(['€', '$', '£', '¥', '%', '°', '/', '×']) || UNITS.contains(&word.as_str()) {
        return true;
    }
    word.len() > 3 && word.is_ascii() && word.ends_with('s') && !NO_PLURALS.contains(&word.as_str())
}

/// Whether the stager's own number stands out without a word beside it.
fn is_prominent(beside: &Beside, before: &str, after: &str) -> bool {
    let bare = !before.chars().chain(after.chars()).any(char::is_alphanumeric);
    let closes = |open: char| match open {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        '"' | '\'' | '`' | '*' => Some(open),
        '“' | '„' => Some('”'),
        '「' => Some('」'),
        '（' => Some('）'),
        _ => None,
    };
    let enclosed = before.chars().next_back().and_then(closes).is_some_and(|close| after.starts_with(close));
    let leads = !before.chars().any(char::is_alphanumeric);
    let said = SAYS.contains(&beside.word.as_str());
    bare || enclosed || leads || said
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

/// The end of a text that is made of such characters, and what is left.
fn cut_back(text: &str, of: impl Fn(char) -> bool) -> (&str, &str) {
    let left = text.trim_end_matches(of);
    text.split_at(left.len())
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| is_letter(*c)).collect::<String>().to_lowercase()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !is_letter(c)).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_told_from_any_other_number() {
        for (digits, needs, text, is) in [
            ("170010", Needs::Nothing, "error code 170010", true),
            ("170010", Needs::Nothing, "Fehler170010: nichts geht", true),
            ("170010", Needs::Nothing, "错误170010发生", true),
            ("170010", Needs::Nothing, "code d'erreur : 170010, message", true),
            ("170010", Needs::Nothing, "エラー・コード: 170010、", true),
            ("170010", Needs::Nothing, "170010", true),
            ("170010", Needs::Nothing, "we get 170010 again", true),
            ("170010", Needs::Nothing, "cf push in prod: 170010", true),
            ("170010", Needs::Nothing, "9f170010ab", false),
            ("170010", Needs::Nothing, "build 1.170010.3 failed", false),
            ("170010", Needs::Nothing, "invoice 170010 is overdue by $170010", false),
            ("170010", Needs::Nothing, "exit code 170010", false),
            ("170010", Needs::Nothing, "your code is 170010", false),
            ("170010", Needs::Nothing, "postal_code: 170010", false),
            ("170010", Needs::Nothing, "订单号170010已发货", false),
            ("170010", Needs::Nothing, "注文番号170010", false),
            ("170010", Needs::Nothing, "エラー番号170010", true),
            ("170010", Needs::Nothing, "错误号：170010", true),
            ("170010", Needs::Nothing, "170010 requests in the queue", false),
            ("170010", Needs::Nothing, "http_requests_total{code=\"500\"} 170010", false),
            ("170010", Needs::Nothing, "value: 170010", false),
            ("170010", Needs::Nothing, "PR #170010 was merged", false),
            ("220002", Needs::Word, "220002", false),
            ("220002", Needs::Word, "cf apps: 220002", false),
            ("220002", Needs::Word, "\"title\":\"CF-InstancesUnavailable\",\"code\":220002}", true),
        ] {
            assert_eq!(code_in(text, digits, needs).is_some(), is, "{text}");
        }
    }
}
