//! What people type behind `/stager`: the same on every platform.
//!
//! Words are taken as they were meant ([`spelling`](super::spelling)), and nothing is guessed: what only comes near a
//! command is [`Request::Unclear`], whose answer names the command. A restart is approved, denied or taken back by the whole
//! code of its request alone; and a question ("restart?") asks for none of what changes anything.

use crate::chat::spelling::{Word, words};
use crate::incident::IncidentId;
use crate::incident::inhibition::DATABASE_CHECKED;
use crate::request::{Request, Verb};

/// The command's name, which people type where it is not needed, and the bot's.
const NAMES: [&str; 2] = ["stager", "stagerbot"];
/// How far into a sentence a command is looked for.
const FAR: usize = 6;

/// What the text behind `/stager` asks for. Never fails: what nobody understands is [`Request::Unclear`].
pub fn parse(text: &str) -> Request {
    let text = text.trim();
    let words = commanding(text);
    let Some(first) = words.first() else { return Request::Help };
    let understood = Verb::typed(&first.text).and_then(|verb| understood(verb, text, &words));
    understood.unwrap_or_else(|| Request::Unclear { text: text.to_owned() })
}

/// What a verb and the words behind it ask for; `None` where they do not go together.
fn understood(verb: Verb, text: &str, words: &[Word]) -> Option<Request> {
    let (first, rest) = words.split_first()?;
    let is_question = match verb {
        Verb::Check | Verb::Status | Verb::Report | Verb::History | Verb::WhoAmI | Verb::Policy | Verb::Help => false,
        Verb::Approve | Verb::Deny | Verb::Cancel => words.iter().any(|word| word.asks),
        Verb::Restart | Verb::HandOver | Verb::Mute | Verb::Unmute | Verb::Drill => first.asks,
    };
    if is_question {
        return None;
    }
    // As it was typed, but for the blanks around it.
    let reason = || Some(text[first.end..].trim().to_owned()).filter(|free| !free.is_empty());
    match (verb, rest) {
        (Verb::Check, []) => Some(Request::Check { environment: None }),
        (Verb::Check, [environment]) => Some(Request::Check { environment: Some(environment.text.clone()) }),
        (Verb::Status, []) => Some(Request::Status),
        (Verb::Help, []) => Some(Request::Help),
        (Verb::WhoAmI, []) => Some(Request::WhoAmI),
        (Verb::Policy, []) => Some(Request::Policy { environment: None }),
        (Verb::Policy, [environment]) => Some(Request::Policy { environment: Some(environment.text.clone()) }),
        (Verb::Drill, []) => Some(Request::Drill { environment: None }),
        (Verb::Drill, [environment]) => Some(Request::Drill { environment: Some(environment.text.clone()) }),
        (Verb::Report, []) => Some(Request::Report { incident: None }),
        (Verb::Report, [number]) => Some(Request::Report { incident: Some(numbered(&number.text)?) }),
        (Verb::History, []) => Some(Request::History { environment: None }),
        (Verb::History, [environment]) => Some(Request::History { environment: Some(environment.text.clone()) }),
        (Verb::Restart, _) => Some(Request::Restart { incident: None, reason: reason() }),
        (Verb::HandOver, _) => Some(Request::HandOver { reason: reason() }),
        (Verb::Mute, rest) => Some(Request::Mute { text: muted(text, rest) }),
        (Verb::Unmute, []) => Some(Request::Unmute { environment: None }),
        (Verb::Unmute, [environment]) => Some(Request::Unmute { environment: Some(environment.text.clone()) }),
        (Verb::Approve, [code, rest @ ..]) => {
            let (code, database_checked) = (whole_code(&code.text)?, checked(rest)?);
            Some(Request::Approve { incident: None, code, database_checked })
        }
        (Verb::Deny, [code]) => Some(Request::Deny { incident: None, code: whole_code(&code.text)? }),
        (Verb::Cancel, [code]) => Some(Request::Cancel { incident: None, code: whole_code(&code.text)? }),
        _ => None,
    }
}

/// What stands behind `mute`: the environment's name, perhaps, and the length as they were meant, and the reason as it was typed.
fn muted(text: &str, words: &[Word]) -> String {
    let behind = match words {
        [_, second, _, ..] => text[second.end..].trim(),
        _ => "",
    };
    let named = words.iter().take(2).map(|word| word.text.as_str());
    named.chain([behind]).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// An incident's number, such as 17 or #17.
fn numbered(word: &str) -> Option<IncidentId> {
    word.trim_start_matches('#').parse().ok().filter(|number| *number > 0)
}

/// A request's code as it stands on the card, such as `7F3A9C-12-1`: the hash, the incident's number and the request's. Codes of
/// earlier versions named no incident (`7F3A9C-1`): they are read, too, for their author to hear what became of them.
fn whole_code(word: &str) -> Option<String> {
    let mut parts = word.split('-');
    let is_hash = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let hash = parts.next()?;
    let numbers: Vec<&str> = parts.collect();
    let is_whole = is_hash(hash) && (1..=2).contains(&numbers.len()) && numbers.into_iter().all(is_number);
    is_whole.then(|| word.to_ascii_uppercase())
}

/// Whether the words behind a code say that the database was checked, in one word or two; `None` where they say something else.
fn checked(rest: &[Word]) -> Option<bool> {
    let said: String = rest.iter().flat_map(|word| word.text.chars()).filter(|c| c.is_alphanumeric()).collect();
    let wanted: String = DATABASE_CHECKED.chars().filter(|c| c.is_alphanumeric()).collect();
    (rest.is_empty() || said.eq_ignore_ascii_case(&wanted)).then_some(!rest.is_empty())
}

/// The command that a text comes near to, without being one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The command.
    pub verb: Verb,
    /// The words behind it.
    pub words: Vec<String>,
    /// What stands behind it as it was typed, where the text begins with it.
    pub rest: String,
}

/// What a text that nobody understands comes nearest to: its first word spelled otherwise, or a command within the sentence.
pub fn nearest(text: &str) -> Option<Nearest> {
    let text = text.trim();
    let words = commanding(text);
    let found = |verb, at: usize, begins: bool| Nearest {
        verb,
        words: words[at + 1..].iter().map(|word| word.text.clone()).collect(),
        rest: if begins { text[words[at].end..].trim().to_owned() } else { String::new() },
    };
    let first = words.first()?.text.to_ascii_lowercase();
    if let Some(verb) = Verb::typed(&first) {
        return Some(found(verb, 0, true));
    }
    // "hand over", which phones make of it.
    if let Some(verb) = words.get(1).and_then(|second| Verb::typed(&format!("{first}{}", second.text))) {
        return Some(found(verb, 1, true));
    }
    let bare: String = first.chars().filter(|c| c.is_alphanumeric()).collect();
    let near = Verb::ALL.into_iter().filter(|verb| is_near(&bare, verb.word()));
    if let Some(verb) = near.min_by_key(|verb| strsim::damerau_levenshtein(&bare, verb.word())) {
        return Some(found(verb, 0, true));
    }
    let within = words.iter().take(FAR).enumerate().find_map(|(at, word)| Some((at, Verb::typed(&word.text)?)));
    within.map(|(at, verb)| found(verb, at, false))
}

/// Whether a word may be a command that was spelled wrong, begun ("appr") or bent ("checking"): a change for every third of its
/// letters at most.
fn is_near(word: &str, verb: &str) -> bool {
    let begun = word.len() >= 4 && verb.starts_with(word);
    begun || word.starts_with(verb) || strsim::damerau_levenshtein(word, verb) <= verb.len() / 3
}

/// Of what stands before a mention of the bot and behind it, what is meant for it: what is behind, if that has words.
pub fn beside<'a>(before: &'a str, behind: &'a str) -> &'a str {
    if words(behind).is_empty() { before } else { behind }
}

/// The words of a text without the command's name, which is pasted along, and the bot's, where it is mentioned.
fn commanding(text: &str) -> Vec<Word> {
    let is_name = |word: &Word| NAMES.iter().any(|name| word.is(name));
    let is_mention = |word: &Word| {
        NAMES.iter().any(|name| word.text.strip_prefix('@').is_some_and(|to| to.eq_ignore_ascii_case(name)))
    };
    words(text).into_iter().filter(|word| !is_mention(word)).skip_while(is_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_understood_or_said_to_be_unclear() {
        let approve =
            |code: &str, database_checked| Request::Approve { incident: None, code: code.into(), database_checked };
        for (text, request) in [
            ("check", Request::Check { environment: None }),
            ("  CHECK   prod ", Request::Check { environment: Some("prod".into()) }),
            ("", Request::Help),
            ("restart cf push fails", Request::Restart { incident: None, reason: Some("cf push fails".into()) }),
            ("approve 7f3a9c-1", approve("7F3A9C-1", false)),
            ("approve 7F3A9C-1 Database-Checked", approve("7F3A9C-1", true)),
            ("mute", Request::Mute { text: String::new() }),
            ("mute “2h”", Request::Mute { text: "2h".into() }),
            (
                "Mute *prod* 2h: it's the *network*, again",
                Request::Mute { text: "prod 2h it's the *network*, again".into() },
            ),
            ("unmute", Request::Unmute { environment: None }),
            ("unmute `prod`", Request::Unmute { environment: Some("prod".into()) }),
            ("mute?", Request::Unclear { text: "mute?".into() }),
            ("approve", Request::Unclear { text: "approve".into() }),
            ("approve 7F3A9C-1 yes", Request::Unclear { text: "approve 7F3A9C-1 yes".into() }),
            ("report", Request::Report { incident: None }),
            ("report #17", Request::Report { incident: Some(17) }),
            ("report prod", Request::Unclear { text: "report prod".into() }),
            ("history prod", Request::History { environment: Some("prod".into()) }),
            ("check a b", Request::Unclear { text: "check a b".into() }),
            ("frobnicate", Request::Unclear { text: "frobnicate".into() }),
        ] {
            assert_eq!(parse(text), request, "{text:?}");
        }
    }
}
