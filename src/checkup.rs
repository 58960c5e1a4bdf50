//! What a look at the bot's own set-up comes to: a line for each thing, with what to do about it. Pure; the looking is in `doctor/`.
//!
//! It is what a tool prints, and so it is English wherever it is read.

use serde::{Serialize, Serializer};

use crate::incident::account::Platform;

/// How one thing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// As it should be.
    Ok,
    /// The bot works, with less than it could have; or it could not be told.
    Warning,
    /// The bot does not do its work like this, or more is allowed than is safe.
    Failure,
}

impl Level {
    /// As it is printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failure => "failure",
        }
    }
}

/// What a line is about, in the order in which people read them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The files and variables.
    Configuration,
    /// The durable memory.
    Store,
    /// A cluster, and what the bot may do there.
    Cluster,
    /// Which pods play which part.
    Topology,
    /// What there is inside them.
    Pods,
    /// A chat platform.
    Chat(Platform),
    /// The way in for alerts.
    Alerts,
    /// Who may do what, and whether they are there.
    People,
    /// Whether clocks agree.
    Clock,
    /// The way out.
    Network,
    /// What goes down together with the platform.
    SharedFate,
}

impl Subject {
    /// As it is printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Store => "store",
            Self::Cluster => "cluster",
            Self::Topology => "topology",
            Self::Pods => "pods",
            Self::Chat(platform) => platform.name(),
            Self::Alerts => "alerts",
            Self::People => "people",
            Self::Clock => "clock",
            Self::Network => "network",
            Self::SharedFate => "shared-fate",
        }
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How it is.
    pub level: Level,
    /// What it is about.
    pub subject: Subject,
    /// Which check told it, by a name that never changes, such as `cluster.permissions`.
    pub check: &'static str,
    /// The environment, channel or person concerned, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// How it is, in a sentence.
    pub what: String,
    /// What to do; nothing where all is well.
    #[serde(rename = "do", skip_serializing_if = "Option::is_none")]
    pub to_do: Option<String>,
    /// A warning that the operator said is meant so.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
}

impl Finding {
    /// All is well.
    pub fn ok(subject: Subject, check: &'static str, what: impl Into<String>) -> Self {
        Self { level: Level::Ok, subject, check, of: None, what: what.into(), to_do: None, accepted: false }
    }

    /// It works, with less than there could be.
    pub fn warning(subject: Subject, check: &'static str, what: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { level: Level::Warning, to_do: Some(to_do.into()), ..Self::ok(subject, check, what) }
    }

    /// It does not work.
    pub fn failure(subject: Subject, check: &'static str, what: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { level: Level::Failure, ..Self::warning(subject, check, what, to_do) }
    }

    /// The same about one environment, channel or person.
    #[must_use]
    pub fn of(mut self, one: impl Into<String>) -> Self {
        self.of = Some(one.into());
        self
    }
}

/// All lines, and how many there are of each kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// In the order of their subjects.
    pub findings: Vec<Finding>,
    /// How many are well, accepted warnings among them.
    pub ok: usize,
    /// How many warn.
    pub warnings: usize,
    /// How many fail.
    pub failures: usize,
}

impl Report {
    /// Of these lines; the warnings of these checks are accepted.
    pub fn new(mut findings: Vec<Finding>, accepted: &[String]) -> Self {
        findings.sort_by(|one, other| (one.subject, &one.of).cmp(&(other.subject, &other.of)));
        for finding in &mut findings {
            finding.accepted = finding.level == Level::Warning && accepted.iter().any(|check| check == finding.check);
        }
        let count = |level| findings.iter().filter(|one| one.level == level && !one.accepted).count();
        let (warnings, failures) = (count(Level::Warning), count(Level::Failure));
        Self { ok: findings.len() - warnings - failures, findings, warnings, failures }
    }

    /// As monitoring plugins have it: 0 all is well, 1 warnings, 2 failures.
    pub fn exit_code(&self) -> u8 {
        match (self.warnings, self.failures) {
            (0, 0) => 0,
            (_, 0) => 1,
            _ => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_decides_and_what_is_accepted_does_not() {
        let ok = Finding::ok(Subject::Store, "store.opens", "it opens");
        let warning = Finding::warning(Subject::SharedFate, "shared-fate.chats", "one chat", "add another");
        let failure = Finding::failure(Subject::Configuration, "configuration.read", "no TOML", "mend it");
        let code = |findings: &[&Finding], accepted: &[String]| {
            Report::new(findings.iter().copied().cloned().collect(), accepted).exit_code()
        };
        assert_eq!(code(&[&ok], &[]), 0);
        assert_eq!(code(&[&ok, &warning], &[]), 1);
        assert_eq!(code(&[&ok, &warning], &["shared-fate.chats".to_owned()]), 0);
        assert_eq!(code(&[&ok, &warning, &failure], &["configuration.read".to_owned()]), 2, "no failure is accepted");
        let report = Report::new(vec![warning, ok.clone(), failure], &[]);
        assert_eq!(report.findings[0].subject, Subject::Configuration, "in the order of the subjects");
        assert_eq!((report.ok, report.warnings, report.failures), (1, 1, 1));
        assert_eq!(
            serde_json::to_string(&ok).unwrap(),
            r#"{"level":"ok","subject":"store","check":"store.opens","what":"it opens"}"#
        );
    }
}
