//! What people type behind `/stager`, and what their clicks carry: the same on every platform.

use crate::chat::Action;
use crate::incident::IncidentId;
use crate::store::Request;

/// The word that stands for the approver's own check of the database: `/stager approve CODE database-checked`.
pub const DATABASE_CHECKED: &str = "database-checked";

/// What the text behind `/stager` asks for. Never fails: what nobody understands is [`Request::Unclear`].
pub fn parse(text: &str) -> Request {
    let text = text.trim();
    let (verb, rest) = text.split_once(char::is_whitespace).map_or((text, ""), |(verb, rest)| (verb, rest.trim()));
    let unclear = || Request::Unclear { text: text.to_owned() };
    let reason = || (!rest.is_empty()).then(|| rest.to_owned());
    let words: Vec<&str> = rest.split_whitespace().collect();
    match (verb.to_ascii_lowercase().as_str(), words.as_slice()) {
        ("check", []) => Request::Check { environment: None },
        ("check", [environment]) => Request::Check { environment: Some((*environment).to_owned()) },
        ("status", []) => Request::Status,
        ("help" | "", []) => Request::Help,
        ("restart", _) => Request::Restart { incident: None, reason: reason() },
        ("approve", [code]) => approve(None, code, false),
        ("approve", [code, word]) if word.eq_ignore_ascii_case(DATABASE_CHECKED) => approve(None, code, true),
        ("deny", [code]) => Request::Deny { incident: None, code: upper(code) },
        ("cancel", [code]) => Request::Cancel { incident: None, code: upper(code) },
        ("mute", [_, ..]) => Request::Mute { text: rest.to_owned() },
        ("unmute", []) => Request::Unmute { environment: None },
        ("unmute", [environment]) => Request::Unmute { environment: Some((*environment).to_owned()) },
        ("handover", _) => Request::HandOver { reason: reason() },
        _ => unclear(),
    }
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
            ("approve", Request::Unclear { text: "approve".into() }),
            ("approve 1 yes", Request::Unclear { text: "approve 1 yes".into() }),
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
