//! What is meant by what people type: its words, without what clients, phones and habits put around them.
//!
//! A client formats (`*bold*`, backticks, `~~`, spoiler bars), links (`<#C024BE91L|prod>`, `<http://prod.eu|prod.eu>`) and
//! mentions; a phone makes quotes curly, dashes longer and blanks unbreakable; people end with a stop or begin with a colon.
//! None of it can be part of a name, a code or a verb, which are letters, digits, dots, dashes and underscores. Letters and
//! digits themselves are never changed but for their width, so that no code becomes another one; a dash stays a dash.
//!
//! Free text, such as a reason, is not taken apart: it stays as it was typed.

use crate::sanitize::is_unseen;

/// A word as it was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word, with the `@` before a name that was typed as a mention; for a link to a channel, `#` and its id, and perhaps
    /// its name behind a bar: `#C024BE91L|prod`.
    pub text: String,
    /// Whether a question mark stands behind it.
    pub asks: bool,
    /// Where in the text it ends, its punctuation included.
    pub end: usize,
}

impl Word {
    /// Whether it is this word, in whatever case.
    pub fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }
}

/// The words of a text.
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut word = String::new();
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let at = text.len() - rest.len();
        if let Some((link, behind)) = link(rest) {
            end(&mut word, at, &mut words);
            let over = text.len() - behind.len();
            match link {
                Link::Says(label) => words.extend(self::words(&label).into_iter().map(|one| Word { end: over, ..one })),
                Link::Channel(channel) => words.push(Word { text: channel, asks: false, end: over }),
                Link::Mentions => {}
            }
            rest = behind;
            continue;
        }
        rest = &rest[character.len_utf8()..];
        if is_between(character) {
            end(&mut word, at, &mut words);
        } else {
            word.extend(folded(character));
        }
        let Some(last) = words.last_mut() else { continue };
        // A question mark belongs to what stands before it, also over a blank.
        let asks = is_question(character);
        last.asks |= asks;
        if asks || (is_punctuation(character) && last.end == at) {
            last.end = text.len() - rest.len();
        }
    }
    end(&mut word, text.len(), &mut words);
    words
}

/// Ends a word: what is left of it when everything around it is gone.
fn end(word: &mut String, at: usize, words: &mut Vec<Word>) {
    let kept = word.trim_end_matches(|character: char| !character.is_alphanumeric());
    let kept = kept.trim_start_matches(|character: char| !character.is_alphanumeric() && character != '@');
    if !kept.is_empty() {
        words.push(Word { text: kept.to_owned(), asks: false, end: at });
    }
    word.clear();
}

fn is_question(character: char) -> bool {
    matches!(character, '?' | '？' | '؟' | '⁇' | '⁈' | '⁉')
}

/// What stands between words.
fn is_between(character: char) -> bool {
    character.is_whitespace() || is_punctuation(character) || is_question(character)
}

/// What ends a word besides a blank, and can't be in one. A full stop can.
fn is_punctuation(character: char) -> bool {
    matches!(
        character,
        ',' | ';'
            | ':'
            | '!'
            | '='
            | '/'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '<'
            | '>'
            | '…'
            | '¡'
            | '¿'
            | '、'
            | '。'
            | '，'
            | '；'
            | '：'
            | '！'
            | '（'
            | '）'
            | '【'
            | '】'
            | '「'
            | '」'
            | '／'
    )
}

/// A character as it was meant: every dash is one, every width is the same, and what only formats or quotes is nothing.
fn folded(character: char) -> Option<char> {
    match character {
        // Hyphens, dashes and minus signs: <https://www.unicode.org/charts/PDF/U2000.pdf>.
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' => Some('-'),
        // Quotes of every language, backticks and primes.
        '"' | '\'' | '`' | '´' | '‘'..='‟' | '‹' | '›' | '«' | '»' | '′' | '″' | '‵' | '‶' | 'ˋ' | 'ˊ' => {
            None
        }
        // Marks of bold, struck out, hidden and escaped texts. An underscore may be part of a name.
        '*' | '~' | '|' | '\\' => None,
        // The wide forms that some keyboards give.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).and_then(folded),
        unseen if is_unseen(unseen) => None,
        other => Some(other),
    }
}

/// What a client put in angle brackets.
enum Link {
    /// A channel, by its id.
    Channel(String),
    /// A link or a command with what it shows.
    Says(String),
    /// Somebody, or something that is no word.
    Mentions,
}

/// The link that a text begins with, and what stands behind it.
///
/// <https://docs.slack.dev/messaging/formatting-message-text/>, <https://discord.com/developers/docs/reference#message-formatting>
fn link(text: &str) -> Option<(Link, &str)> {
    let (inside, behind) = text.strip_prefix('<')?.split_once('>')?;
    let (target, label) = inside.split_once('|').map_or((inside, None), |(target, label)| (target, Some(label)));
    let label = label.filter(|label| !label.is_empty());
    let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if let Some(id) = target.strip_prefix('#').filter(|id| is_id(id)) {
        let name = label.map(|label| format!("|{label}")).unwrap_or_default();
        return Some((Link::Channel(format!("#{id}{name}")), behind));
    }
    // Somebody, a group of people, a moment, an emoji.
    if target.starts_with(['@', '!', ':']) || target.starts_with("a:") || target.starts_with("t:") {
        return Some((Link::Mentions, behind));
    }
    // A command that Discord offers to click: `</stager check:80000>`.
    if let Some((command, id)) = target.strip_prefix('/').and_then(|command| command.rsplit_once(':'))
        && is_id(id)
    {
        return Some((Link::Says(format!("/{command}")), behind));
    }
    for scheme in ["http://", "https://", "mailto:", "tel:"] {
        if let Some(address) = target.strip_prefix(scheme) {
            return Some((Link::Says(label.unwrap_or(address).to_owned()), behind));
        }
    }
    None
}
