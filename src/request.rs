//! What can reach the bot, and by which verb: requests as the inbox keeps them, and one table of all that is to know of a verb
//! apart from what it does.
//!
//! Commands, buttons, Discord's registration, refusals and hints are all read from [`Verb`]. What a verb does stands in
//! `engine/route.rs` and in the core.

use serde::{Deserialize, Serialize};

use crate::incident::IncidentId;
use crate::incident::account::Account;
use crate::incident::alert::{Alert, Meaning};
use crate::incident::decide::Command;
use crate::incident::inhibition::DATABASE_CHECKED;

/// What is wanted, as it came in. Which incident it means is decided by the engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Request {
    /// Look at an environment.
    Check {
        /// Its name; `None` for that of the channel, or the only one.
        environment: Option<String>,
    },
    /// Say how things stand.
    Status,
    /// Explain the commands.
    Help,
    /// Say who somebody is, and what they may do.
    WhoAmI,
    /// Say what a restart takes.
    Policy {
        /// The environment's name; `None` for that of the channel, or the only one.
        environment: Option<String>,
    },
    /// A drill is to begin.
    Drill {
        /// The environment's name; `None` for that of the channel, or the only one.
        environment: Option<String>,
    },
    /// A restart is wanted.
    Restart {
        /// The incident of the button that was clicked.
        incident: Option<IncidentId>,
        /// Why, in the person's words.
        reason: Option<String>,
    },
    /// A restart is wanted by a click, and the form that asks why is to be shown first: what is sent in is the request.
    RestartForm {
        /// The incident of the button that was clicked.
        incident: IncidentId,
        /// What lets the platform show this person one form, for some seconds.
        trigger: String,
    },
    /// A restart is approved.
    Approve {
        /// The incident of the button that was clicked.
        incident: Option<IncidentId>,
        /// Which request.
        code: String,
        /// Whether the person says that they checked the database.
        database_checked: bool,
    },
    /// A restart is denied.
    Deny {
        /// The incident of the button that was clicked.
        incident: Option<IncidentId>,
        /// Which request.
        code: String,
    },
    /// A request is taken back.
    Cancel {
        /// The incident of the button that was clicked.
        incident: Option<IncidentId>,
        /// Which request.
        code: String,
    },
    /// A person takes over.
    HandOver {
        /// Why, in the person's words.
        reason: Option<String>,
    },
    /// Tell one incident as a report.
    Report {
        /// Which; `None` for the open one of the channel's environment, or else its newest.
        incident: Option<IncidentId>,
    },
    /// Tell the newest incidents, and how long things took.
    History {
        /// The environment's name; `None` for that of the channel, or all.
        environment: Option<String>,
    },
    /// Look again, from a card's button.
    CheckAgain {
        /// The incident of the button that was clicked.
        incident: IncidentId,
    },
    /// The alerts of an environment are to open nothing for a while.
    Mute {
        /// What was typed: the environment, perhaps, how long, and why.
        text: String,
    },
    /// A mute is to end.
    Unmute {
        /// The environment's name; `None` for that of the channel, or the only one.
        environment: Option<String>,
    },
    /// Nobody knows what was meant.
    Unclear {
        /// What was typed.
        text: String,
    },
    /// An alert, fired or resolved, of this environment.
    Alert {
        /// The environment's name.
        environment: String,
        /// The alert.
        alert: Alert,
    },
    /// Something that is not carried out, whatever it was, because of where it comes from. Its author hears why.
    Unserved {
        /// Why it is not served.
        why: Unserved,
    },
}

impl Request {
    /// What was asked for, as metrics name it: the verb's word, or what stands for one.
    pub fn word(&self) -> &'static str {
        let verb = match self {
            Self::Check { .. } | Self::CheckAgain { .. } => Verb::Check,
            Self::Status => Verb::Status,
            Self::Help => Verb::Help,
            Self::WhoAmI => Verb::WhoAmI,
            Self::Policy { .. } => Verb::Policy,
            Self::Drill { .. } => Verb::Drill,
            Self::Restart { .. } | Self::RestartForm { .. } => Verb::Restart,
            Self::Approve { .. } => Verb::Approve,
            Self::Deny { .. } => Verb::Deny,
            Self::Cancel { .. } => Verb::Cancel,
            Self::HandOver { .. } => Verb::HandOver,
            Self::Mute { .. } => Verb::Mute,
            Self::Unmute { .. } => Verb::Unmute,
            Self::Report { .. } => Verb::Report,
            Self::History { .. } => Verb::History,
            Self::Unclear { .. } => return "unclear",
            Self::Unserved { .. } => return "unserved",
            Self::Alert { .. } => return "alert",
        };
        verb.word()
    }
}

impl Request {
    /// Whether its answer tells how things stand, and nothing else comes of it.
    pub fn is_look(&self) -> bool {
        matches!(
            self,
            Self::Check { .. } | Self::CheckAgain { .. } | Self::Status | Self::Report { .. } | Self::History { .. }
        )
    }

    /// Whether it is an alert that argues against a restart.
    pub fn is_about_database(&self) -> bool {
        matches!(self, Self::Alert { alert, .. } if alert.meaning == Meaning::Database)
    }
}

/// Why the bot carries nothing out for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unserved {
    /// They are of another organisation, or call from another workspace.
    OtherWorkspace,
    /// They call from another Discord server.
    OtherServer,
    /// They wrote a direct message, in which nobody can tell which server they are of.
    DirectMessage,
}

/// Where an answer goes. It stays with the inbox row and never enters the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    /// Who asked.
    pub account: Account,
    /// The channel they asked in.
    pub channel: String,
    /// Their language, as the platform names it.
    pub locale: Option<String>,
    /// A response URL or an interaction token: a secret.
    pub handle: Option<String>,
}

/// What people can ask for: by a word, and some of it by a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Look at an environment; from a card, again.
    Check,
    /// Say how things stand.
    Status,
    /// Request a restart.
    Restart,
    /// Approve one.
    Approve,
    /// Deny one.
    Deny,
    /// Take one's own request back.
    Cancel,
    /// Take the incident over.
    HandOver,
    /// Let alerts open nothing for a while.
    Mute,
    /// Hear them again.
    Unmute,
    /// Tell one incident as a report.
    Report,
    /// Tell the newest incidents, and how long things took.
    History,
    /// Say who somebody is, and what they may do.
    WhoAmI,
    /// Say what a restart takes.
    Policy,
    /// Find out how fast a second person is found.
    Drill,
    /// Explain the commands.
    Help,
}

/// What stands in the table for a verb.
struct Entry {
    word: &'static str,
    arguments: &'static [Argument],
    button: Option<Look>,
}

/// A button as the wire knows it and as people see it. Cards live for months: an id never changes.
struct Look {
    id: &'static str,
    emphasis: Emphasis,
    asks: Asks,
}

/// How much a button stands out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emphasis {
    /// As much as any other.
    Plain,
    /// It is what is waited for.
    Primary,
    /// It begins something that has consequences.
    Danger,
}

/// What is asked before a click counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// Whether it is meant.
    Confirmation,
    /// Why, in a form.
    Reason,
}

/// What can stand behind a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    /// What it is called where a platform shows that.
    pub name: &'static str,
    /// Whether the verb means nothing without it.
    pub required: bool,
    /// Whether it is there or not, and has no text.
    pub switch: bool,
}

const ENVIRONMENT: Argument = Argument { name: "environment", required: false, switch: false };
const LENGTH: Argument = Argument { name: "for", required: true, switch: false };
const REASON: Argument = Argument { name: "reason", required: false, switch: false };
const INCIDENT: Argument = Argument { name: "incident", required: false, switch: false };
const CODE: Argument = Argument { name: "code", required: true, switch: false };
const CHECKED: Argument = Argument { name: DATABASE_CHECKED, required: false, switch: true };

/// The table.
const fn entry(verb: Verb) -> Entry {
    const fn typed(word: &'static str, arguments: &'static [Argument]) -> Entry {
        Entry { word, arguments, button: None }
    }
    const fn clicked(word: &'static str, arguments: &'static [Argument], button: Look) -> Entry {
        Entry { word, arguments, button: Some(button) }
    }
    const fn look(id: &'static str, emphasis: Emphasis, asks: Asks) -> Look {
        Look { id, emphasis, asks }
    }
    match verb {
        Verb::Check => clicked("check", &[ENVIRONMENT], look("stager-check-again", Emphasis::Plain, Asks::Nothing)),
        Verb::Status => typed("status", &[]),
        Verb::Restart => clicked("restart", &[REASON], look("stager-restart", Emphasis::Danger, Asks::Reason)),
        Verb::Approve => {
            clicked("approve", &[CODE, CHECKED], look("stager-approve", Emphasis::Primary, Asks::Confirmation))
        }
        Verb::Deny => clicked("deny", &[CODE], look("stager-deny", Emphasis::Plain, Asks::Nothing)),
        Verb::Cancel => clicked("cancel", &[CODE], look("stager-cancel", Emphasis::Plain, Asks::Nothing)),
        Verb::HandOver => typed("handover", &[REASON]),
        Verb::Mute => typed("mute", &[LENGTH, ENVIRONMENT, REASON]),
        Verb::Unmute => typed("unmute", &[ENVIRONMENT]),
        Verb::Report => typed("report", &[INCIDENT]),
        Verb::History => typed("history", &[ENVIRONMENT]),
        Verb::WhoAmI => typed("whoami", &[]),
        Verb::Policy => typed("policy", &[ENVIRONMENT]),
        Verb::Drill => typed("drill", &[ENVIRONMENT]),
        Verb::Help => typed("help", &[]),
    }
}

impl Verb {
    /// Every verb, in the order in which people see them.
    pub const ALL: [Self; 15] = [
        Self::Check,
        Self::Status,
        Self::Restart,
        Self::Approve,
        Self::Deny,
        Self::Cancel,
        Self::HandOver,
        Self::Mute,
        Self::Unmute,
        Self::Report,
        Self::History,
        Self::WhoAmI,
        Self::Policy,
        Self::Drill,
        Self::Help,
    ];

    /// As it is typed, and as a refusal in the log names it.
    pub fn word(self) -> &'static str {
        entry(self).word
    }

    /// What can stand behind it, in the order in which people see it.
    pub fn arguments(self) -> &'static [Argument] {
        entry(self).arguments
    }

    /// Whether it decides about one request, and needs its whole code.
    pub fn is_coded(self) -> bool {
        self.arguments().contains(&CODE)
    }

    /// The id of its button on the wire.
    pub fn button(self) -> Option<&'static str> {
        entry(self).button.map(|button| button.id)
    }

    /// How much its button stands out.
    pub fn emphasis(self) -> Emphasis {
        entry(self).button.map_or(Emphasis::Plain, |button| button.emphasis)
    }

    /// What is asked before a click on its button counts.
    pub fn asks(self) -> Asks {
        entry(self).button.map_or(Asks::Nothing, |button| button.asks)
    }

    /// The verb that is typed so, in whatever case.
    pub fn typed(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.word().eq_ignore_ascii_case(word))
    }

    /// The verb whose button has this id on the wire.
    pub fn of_button(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.button() == Some(id))
    }

    /// The verb behind a command, and who gave it; `None` for what no person wants.
    pub fn of(command: &Command) -> Option<(Self, &Account)> {
        match command {
            Command::Check { by } => Some((Self::Check, by)),
            Command::RequestRestart { by, .. } => Some((Self::Restart, by)),
            Command::Approve { by, .. } => Some((Self::Approve, by)),
            Command::Deny { by, .. } => Some((Self::Deny, by)),
            Command::Cancel { by, .. } => Some((Self::Cancel, by)),
            Command::HandOver { by, .. } => Some((Self::HandOver, by)),
            // A mute that can't be had is refused where the environment is found out, before there is a command.
            Command::Mute(_)
            | Command::Unmute { .. }
            | Command::Alert(_)
            | Command::AlertResolved(_)
            | Command::Claim { .. }
            | Command::RecordObservation { .. }
            | Command::RecordDelete { .. }
            | Command::CheckDeadline
            | Command::RecordCall(_)
            | Command::RecordChannels { .. } => None,
        }
    }

    /// The line to type to decide about a request.
    pub fn line(self, code: &str) -> String {
        let word = self.word();
        match self {
            Self::Approve => format!("/stager {word} {code} {DATABASE_CHECKED}"),
            _ => format!("/stager {word} {code}"),
        }
    }

    /// What its button carries: the incident, and the request's code where there is one.
    pub fn value(incident: IncidentId, code: Option<&str>) -> String {
        code.map_or_else(|| incident.to_string(), |code| format!("{incident}/{code}"))
    }

    /// What a click on its button asks for, by what the button carries; `None` where that is none of ours.
    ///
    /// A click on Approve went through the confirm dialog, which has the approver say that the database was checked.
    pub fn clicked(self, value: &str) -> Option<Request> {
        let (number, code) = value.split_once('/').map_or((value, None), |(number, code)| (number, Some(code)));
        let incident: IncidentId = number.parse().ok()?;
        let code = || code.map(str::to_ascii_uppercase);
        match self {
            Self::Check => Some(Request::CheckAgain { incident }),
            Self::Restart => Some(Request::Restart { incident: Some(incident), reason: None }),
            Self::Approve => Some(Request::Approve { incident: Some(incident), code: code()?, database_checked: true }),
            Self::Deny => Some(Request::Deny { incident: Some(incident), code: code()? }),
            Self::Cancel => Some(Request::Cancel { incident: Some(incident), code: code()? }),
            Self::Status
            | Self::HandOver
            | Self::Mute
            | Self::Unmute
            | Self::Report
            | Self::History
            | Self::WhoAmI
            | Self::Policy
            | Self::Drill
            | Self::Help => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_carries_its_incident_and_code() {
        let value = Verb::value(7, Some("7F3A9C-1"));
        let approve = Request::Approve { incident: Some(7), code: "7F3A9C-1".into(), database_checked: true };
        assert_eq!(Verb::of_button("stager-approve").and_then(|verb| verb.clicked(&value)), Some(approve));
        assert_eq!(Verb::Approve.clicked("7"), None);
        assert_eq!(Verb::Approve.clicked("x/Y-1"), None);
        assert_eq!(Verb::of_button("other"), None);
    }

    #[test]
    fn buttons_on_living_cards_keep_their_ids() {
        let ids: Vec<&str> = Verb::ALL.into_iter().filter_map(Verb::button).collect();
        let known = ["stager-check-again", "stager-restart", "stager-approve", "stager-deny", "stager-cancel"];
        assert_eq!(ids, known);
    }
}
