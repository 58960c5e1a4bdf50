//! What people type behind `/stager`, and what their clicks carry: the same on every platform.
//!
//! Words are taken as they were meant ([`spelling`](super::spelling)), and nothing is guessed: what only comes near a
//! command is [`Request::Unclear`], whose answer names the command. A restart is approved, denied or taken back by the whole
//! code of its request alone; and a question ("restart?") asks for none of what changes anything.

use crate::chat::Action;
use crate::chat::spelling::{Word, words};
use crate::incident::IncidentId;
use crate::store::Request;

/// The word that stands for the approver's own check of the database: `/stager approve CODE database-checked`.
pub const DATABASE_CHECKED: &str = "database-checked";

/// The command's name, which people type where it is not needed, and the bot's.
const NAMES: [&str; 2] = ["stager", "stagerbot"];
/// The commands that need a request's code.
pub const CODED: [&str; 3] = ["approve", "deny", "cancel"];
/// Every command.
const VERBS: [&str; 10] =
    ["check", "status", "help", "restart", "approve", "deny", "cancel", "handover", "mute", "unmute"];
/// How far into a sentence a command is looked for.
const FAR: usize = 6;

/// What the text behind `/stager` asks for. Never fails: what nobody understands is [`Request::Unclear`].
pub fn parse(text: &str) -> Request {
    let text = text.trim();
    let words = commanding(text);
    let Some((verb, rest)) = words.split_first() else { return Request::Help };
    // As it was typed, but for the blanks around it.
    let free = || Some(text[verb.end..].trim().to_owned()).filter(|free| !free.is_empty());
    let understood = match (verb.text.to_ascii_lowercase().as_str(), rest) {
        ("check", []) => Some(Request::Check { environment: None }),
        ("check", [environment]) => Some(Request::Check { environment: Some(environment.text.clone()) }),
        ("status", []) => Some(Request::Status),
        ("help", []) => Some(Request::Help),
        ("restart", _) if !verb.asks => Some(Request::Restart { incident: None, reason: free() }),
        ("handover", _) if !verb.asks => Some(Request::HandOver { reason: free() }),
        ("mute", rest) if !verb.asks => Some(Request::Mute { text: muted(text, rest) }),
        ("unmute", []) if !verb.asks => Some(Request::Unmute { environment: None }),
        ("unmute", [environment]) if !verb.asks => {
            Some(Request::Unmute { environment: Some(environment.text.clone()) })
        }
        (verb, [code, rest @ ..]) if CODED.contains(&verb) && !words.iter().any(|word| word.asks) => {
            coded(verb, code, rest)
        }
        _ => None,
    };
    understood.unwrap_or_else(|| Request::Unclear { text: text.to_owned() })
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

/// A decision about the request of a whole code.
fn coded(verb: &str, code: &Word, rest: &[Word]) -> Option<Request> {
    let code = whole_code(&code.text)?;
    match (verb, checked(rest)?) {
        ("approve", database_checked) => Some(approve(None, &code, database_checked)),
        ("deny", false) => Some(Request::Deny { incident: None, code }),
        ("cancel", false) => Some(Request::Cancel { incident: None, code }),
        _ => None,
    }
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
    is_whole.then(|| upper(word))
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
    /// The command's word.
    pub verb: &'static str,
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
    let of = |word: &str| VERBS.into_iter().find(|verb| verb.eq_ignore_ascii_case(word));
    let first = words.first()?.text.to_ascii_lowercase();
    if let Some(verb) = of(&first) {
        return Some(found(verb, 0, true));
    }
    // "hand over", which phones make of it.
    if let Some(verb) = words.get(1).and_then(|second| of(&format!("{first}{}", second.text))) {
        return Some(found(verb, 1, true));
    }
    let bare: String = first.chars().filter(|c| c.is_alphanumeric()).collect();
    let near = VERBS.into_iter().filter(|verb| is_near(&bare, verb));
    if let Some(verb) = near.min_by_key(|verb| strsim::damerau_levenshtein(&bare, verb)) {
        return Some(found(verb, 0, true));
    }
    let within = words.iter().take(FAR).enumerate().find_map(|(at, word)| Some((at, of(&word.text)?)));
    within.map(|(at, verb)| found(verb, at, false))
}

/// Whether a word may be a command that was spelled wrong, begun ("appr") or bent ("checking"): a change for every third of its
/// letters at most.
fn is_near(word: &str, verb: &str) -> bool {
    let begun = word.len() >= 4 && verb.starts_with(word);
    begun || word.starts_with(verb) || strsim::damerau_levenshtein(word, verb) <= verb.len() / 3
}

/// The line to type to decide about a request.
pub fn line(verb: &str, code: &str) -> String {
    match verb {
        "approve" => format!("/stager approve {code} {DATABASE_CHECKED}"),
        verb => format!("/stager {verb} {code}"),
    }
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

fn approve(incident: Option<IncidentId>, code: &str, database_checked: bool) -> Request {
    Request::Approve { incident, code: upper(code), database_checked }
}

fn upper(code: &str) -> String {
    code.to_ascii_uppercase()
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 5] = [Self::Restart, Self::Approve, Self::Deny, Self::Cancel, Self::CheckAgain];

    /// Its name on the wire.
    pub fn id(self) -> &'static str {
        match self {
            Self::Restart => "stager-restart",
            Self::Approve => "stager-approve",
            Self::Deny => "stager-deny",
            Self::Cancel => "stager-cancel",
            Self::CheckAgain => "stager-check-again",
        }
    }

    /// What a button of this action carries: the incident, and the request's code where there is one.
    pub fn value(incident: IncidentId, code: Option<&str>) -> String {
        code.map_or_else(|| incident.to_string(), |code| format!("{incident}/{code}"))
    }

    /// What a click asks for, from the names on the wire; `None` where they are not ours.
    ///
    /// A click on Approve went through the confirm dialog, which has the approver say that the database was checked.
    pub fn request(id: &str, value: &str) -> Option<Request> {
        let action = Self::ALL.into_iter().find(|action| action.id() == id)?;
        let (number, code) = value.split_once('/').map_or((value, None), |(number, code)| (number, Some(code)));
        let incident: IncidentId = number.parse().ok()?;
        Some(match action {
            Self::Restart => Request::Restart { incident: Some(incident), reason: None },
            Self::Approve => approve(Some(incident), code?, true),
            Self::Deny => Request::Deny { incident: Some(incident), code: upper(code?) },
            Self::Cancel => Request::Cancel { incident: Some(incident), code: upper(code?) },
            Self::CheckAgain => Request::CheckAgain { incident },
        })
    }
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
            ("check a b", Request::Unclear { text: "check a b".into() }),
            ("frobnicate", Request::Unclear { text: "frobnicate".into() }),
        ] {
            assert_eq!(parse(text), request, "{text:?}");
        }
    }

    #[test]
    fn a_click_carries_its_incident_and_code() {
        let value = Action::value(7, Some("7F3A9C-1"));
        let approve = Request::Approve { incident: Some(7), code: "7F3A9C-1".into(), database_checked: true };
        assert_eq!(Action::request("stager-approve", &value), Some(approve));
        assert_eq!(Action::request("stager-approve", "7"), None);
        assert_eq!(Action::request("stager-approve", "x/Y-1"), None);
        assert_eq!(Action::request("other", "7"), None);
    }
}
