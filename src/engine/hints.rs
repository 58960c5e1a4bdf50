//! What to type instead: the line that somebody was near to, and the codes of the requests that wait.
//!
//! Nothing here decides anything. A refusal shows the very line, with the code in it, so that at three in the morning
//! nobody has to put it together.

use super::Engine;
use crate::chat::command::{Nearest, nearest};
use crate::incident::Incident;
use crate::incident::decide::Command;
use crate::incident::phrase::Phrase;
use crate::incident::refusal::Refusal;
use crate::request::{ReplyTo, Verb};

/// How many lines are named to choose from.
const MAX_LINES: usize = 8;
/// How much of what nobody understands is repeated.
const REPEATED: usize = 120;

impl Engine {
    /// The commands, and what waits for a decision.
    pub(super) fn help(&self, reply: &ReplyTo) -> Phrase {
        let help = Phrase::new("answer-help");
        match self.waiting(reply)[..] {
            _ if self.may_look(&reply.account).is_err() => help,
            [] => help,
            ref waiting => {
                Phrase::new("answer-help-waiting").with("help", help).with("lines", lines(Verb::Approve, waiting))
            }
        }
    }

    /// What somebody may have meant by what nobody understands. Nothing of it is done.
    pub(super) fn meant(&self, text: &str, reply: &ReplyTo) -> Phrase {
        let repeated = match text.char_indices().nth(REPEATED) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.to_owned(),
        };
        let Some(Nearest { verb, words, rest }) = nearest(text) else {
            return Phrase::new("refused-unclear").with("text", repeated).with("help", Phrase::new("answer-commands"));
        };
        if verb.is_coded() {
            let refused = self.unmapped(&reply.account).map(|refusal| refusal.phrase());
            return refused.unwrap_or_else(|| self.what_waits(verb, reply));
        }
        let behind = match verb {
            Verb::Check => words.iter().find_map(|word| self.environment(Some(word), reply).ok()),
            Verb::Restart | Verb::HandOver | Verb::Mute => Some(rest).filter(|rest| !rest.is_empty()),
            _ => None,
        };
        let verb = verb.word();
        let line = behind.map_or_else(|| format!("/stager {verb}"), |behind| format!("/stager {verb} {behind}"));
        Phrase::new("refused-meant").with("text", repeated).with("verb", verb).with("line", line)
    }

    /// A check that could not tell its environment: why, and the line for each environment that may be meant.
    pub(super) fn which_check(&self, named: Option<&str>, why: Phrase, reply: &ReplyTo) -> Phrase {
        let near = |known: &&String| {
            named.is_none_or(|named| {
                let (known, named) = (known.to_lowercase(), named.to_lowercase());
                known.starts_with(&named) || strsim::damerau_levenshtein(&known, &named) <= known.len() / 3
            })
        };
        let here = self.at_home(&reply.channel, reply);
        let all = if named.is_none() && !here.is_empty() { here } else { self.homes.keys().collect() };
        let lines: Vec<String> =
            all.into_iter().filter(near).take(MAX_LINES).map(|name| format!("/stager check {name}")).collect();
        match lines[..] {
            [] => why,
            _ => Phrase::new("refused-and-line").with("why", why).with("line", lines.join("\n")),
        }
    }

    /// That a decision takes the whole code, and which ones there are.
    pub(super) fn what_waits(&self, verb: Verb, reply: &ReplyTo) -> Phrase {
        match self.waiting(reply)[..] {
            [] => Refusal::NothingPending.phrase(),
            [(one, code)] => one.marked(Phrase::new("refused-whole-code").with("line", verb.line(code))),
            ref waiting => Phrase::new("refused-which-code").with("lines", lines(verb, waiting)),
        }
    }

    /// The requests and drills that wait in the environments of a channel, with their codes; in all, where none is at home there.
    fn waiting(&self, reply: &ReplyTo) -> Vec<(&Incident, &str)> {
        let here = self.at_home(&reply.channel, reply);
        let incidents = self.active.values().map(|active| &active.incident);
        let of_here = incidents.filter(|one| here.is_empty() || here.contains(&&one.environment));
        of_here.filter_map(|one| Some((one, one.code()?))).collect()
    }

    /// What the author of a command that was refused is told: the refusal, and what to type instead where there is something.
    pub(super) fn refused(incident: &Incident, command: &Command, refusal: &Refusal) -> Phrase {
        let why = refusal.phrase();
        let line = match (command, refusal) {
            (Command::Approve { code, .. }, Refusal::DatabaseNotConfirmed | Refusal::OtherChannel { .. }) => {
                Some(Verb::Approve.line(code))
            }
            (Command::Cancel { code, .. }, Refusal::NotYours { .. }) => Some(Verb::Deny.line(code)),
            (command, Refusal::NoSuchCode { .. }) => {
                let verb = Verb::of(command).map_or(Verb::Approve, |(verb, _)| verb);
                incident.code().map(|code| verb.line(code))
            }
            _ => None,
        };
        match line {
            Some(line) => Phrase::new("refused-and-line").with("why", why).with("line", line),
            None => why,
        }
    }
}

/// The line to type for each; those of drills are marked.
fn lines(verb: Verb, waiting: &[(&Incident, &str)]) -> Phrase {
    let of = |(incident, code): &(&Incident, &str)| {
        let of = Phrase::new("waiting-of").with("line", verb.line(code)).with("environment", &incident.environment);
        incident.marked(of)
    };
    let joined = |rest: Phrase, line: Phrase| Phrase::new("status-lines").with("line", line).with("rest", rest);
    waiting.iter().map(of).rev().reduce(joined).unwrap_or_else(|| Phrase::new("refused-nothing-pending"))
}
