//! What an alert comes down to: what it means for staging, which environment it means, and why; or why it starts nothing.
//!
//! An operator's rules go before what is known by itself: of those that fit, the first that says something about the environment,
//! the severity or the meaning decides that, and one that says `ignore` ends it.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::alerts::delivery::Report;
use crate::incident::alert::meaning::{A_TEST, NO_CODE, Reading};
use crate::incident::alert::{Alert, Meaning, Severity};
use crate::incident::phrase::{Arg, Phrase};

/// The labels that an alert of an environment has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matchers {
    /// The environment's name.
    pub environment: String,
    /// The labels and their values; none match everything where there is one environment, and nothing where there are several.
    pub labels: BTreeMap<String, String>,
}

/// An operator's rule.
#[derive(Clone, Debug, Default)]
pub struct Rule {
    /// The labels that it wants, all of them.
    pub labels: BTreeMap<String, Wanted>,
    /// What it wants to find in a label or text.
    pub text: Option<Regex>,
    /// The environment that the alert means.
    pub environment: Option<String>,
    /// The alert starts nothing.
    pub ignore: bool,
    /// How urgent it is.
    pub severity: Option<Severity>,
    /// What it means.
    pub means: Option<Meaning>,
}

/// What a rule wants of a label.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// This value.
    Is(String),
    /// A value that fits as a whole.
    Fits(Regex),
}

impl Wanted {
    fn fits(&self, value: Option<&String>) -> bool {
        match self {
            Self::Is(wanted) => value == Some(wanted),
            Self::Fits(pattern) => value.is_some_and(|value| pattern.is_match(value)),
        }
    }
}

impl Rule {
    fn fits(&self, report: &Report) -> bool {
        let labels = self.labels.iter().all(|(label, wanted)| wanted.fits(report.labels.get(label)));
        let found = |pattern: &Regex| {
            let alert = &report.alert;
            [&alert.name, &alert.summary].into_iter().chain(report.labels.values()).any(|text| pattern.is_match(text))
        };
        labels && self.text.as_ref().is_none_or(found)
    }
}

/// What an alert means that has none of the labels by which environments are told apart, where there are several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nameless {
    /// None of them.
    #[default]
    Ignore,
    /// Each of them: all are asked.
    All,
}

/// How alerts are judged.
#[derive(Clone, Debug, Default)]
pub struct Matching {
    /// The environments, and the labels of their alerts.
    pub environments: Vec<Matchers>,
    /// The operator's rules, in their order.
    pub rules: Vec<Rule>,
    /// What an alert means that names no environment.
    pub nameless: Nameless,
}

/// What an alert comes down to, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The alert, with the meaning and severity that it has by the rules.
    pub alert: Alert,
    /// The environments that it means; or why it starts nothing.
    pub environments: Result<Vec<String>, Phrase>,
    /// The environments that it would mean if it were one of ours: for who looks for what was ignored about theirs.
    pub about: Vec<String>,
    /// What decided, in the order of the questions: what it means, how urgent it is, which environment.
    pub because: Vec<Phrase>,
}

impl Matching {
    /// For one environment that takes every alert.
    pub fn of_one(environment: &str) -> Self {
        let one = Matchers { environment: environment.to_owned(), labels: BTreeMap::new() };
        Self { environments: vec![one], ..Self::default() }
    }

    /// What an alert comes down to.
    pub fn judge(&self, report: &Report) -> Judged {
        let fitting: Vec<(usize, &Rule)> =
            self.rules.iter().enumerate().filter(|(_, rule)| rule.fits(report)).collect();
        let mut alert = report.alert.clone();
        let mut because = Vec::new();
        let means = fitting.iter().find_map(|(number, rule)| Some((*number, rule.means?)));
        if let Some((number, meaning)) = means {
            alert.meaning = meaning;
            because.push(Phrase::new("because-rule-means").with("rule", number + 1).with("meaning", meaning.phrase()));
        } else {
            because.push(because_read(&report.reading));
        }
        if let Some((number, severity)) = fitting.iter().find_map(|(number, rule)| Some((*number, rule.severity?))) {
            alert.severity = Some(severity);
            because
                .push(Phrase::new("because-rule-severity").with("rule", number + 1).with("severity", severity.word()));
        } else if let Some(severity) = alert.severity {
            because.push(Phrase::new("because-severity").with("severity", severity.word()));
        }
        let (found, why) = self.environments(report, &fitting);
        let about = found.as_ref().cloned().unwrap_or_default();
        let ignored = fitting.iter().find(|(_, rule)| rule.ignore);
        let environments = if let Some((number, _)) = ignored {
            Err(Phrase::new("ignored-by-rule").with("rule", number + 1))
        } else if means.is_none() && report.reading.rule == A_TEST {
            Err(Phrase::new("ignored-test").with("what", Phrase::new(&report.reading.quote)))
        } else if alert.meaning.concerns_us() || alert.meaning == Meaning::Database {
            because.extend(why);
            found.map_err(|unmatched| unmatched.phrase())
        } else {
            Err(not_ours(alert.meaning, &report.reading))
        };
        Judged { alert, environments, about, because }
    }

    fn environments(
        &self,
        report: &Report,
        fitting: &[(usize, &Rule)],
    ) -> (Result<Vec<String>, Unmatched>, Option<Phrase>) {
        let by_rule = fitting.iter().find_map(|(number, rule)| Some((*number, rule.environment.clone()?)));
        if let Some((number, name)) = by_rule {
            let why = Phrase::new("because-rule-environment").with("rule", number + 1).with("environment", &name);
            return (Ok(vec![name]), Some(why));
        }
        let named = report
            .environment
            .as_ref()
            .and_then(|named| self.environments.iter().find(|one| one.environment.eq_ignore_ascii_case(named.trim())));
        if let Some(one) = named {
            let name = one.environment.clone();
            return (Ok(vec![name.clone()]), Some(Phrase::new("because-named").with("environment", name)));
        }
        let mut labels = report.labels.clone();
        if let Some(value) = &report.environment {
            labels.entry("environment".to_owned()).or_insert_with(|| value.clone());
        }
        match environment_of(&self.environments, &labels) {
            Ok(name) => {
                let one = self.environments.iter().find(|one| one.environment == name);
                let pairs = one.map(|one| pairs(&one.labels)).unwrap_or_default();
                let id = if pairs.is_empty() { "because-only" } else { "because-labels" };
                let mut why = Phrase::new(id).with("environment", name);
                if !pairs.is_empty() {
                    why = why.with("labels", pairs);
                }
                (Ok(vec![name.to_owned()]), Some(why))
            }
            Err(unmatched) if self.names_none(&labels) => match (self.environments.as_slice(), self.nameless) {
                ([only], _) => {
                    let name = &only.environment;
                    (Ok(vec![name.clone()]), Some(Phrase::new("because-only").with("environment", name)))
                }
                ([_, ..], Nameless::All) => {
                    let all: Vec<String> = self.environments.iter().map(|one| one.environment.clone()).collect();
                    let why = Phrase::new("because-nameless").with("environments", all.join(", "));
                    (Ok(all), Some(why))
                }
                _ => (Err(unmatched), None),
            },
            Err(unmatched) => (Err(unmatched), None),
        }
    }

    /// Whether an alert has none of the labels by which environments are told apart.
    fn names_none(&self, labels: &BTreeMap<String, String>) -> bool {
        let telling: BTreeSet<&String> = self.environments.iter().flat_map(|one| one.labels.keys()).collect();
        !labels.keys().any(|label| telling.contains(label))
    }
}

/// An alert means no single environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmatched {
    /// It has the labels of none.
    None {
        /// What each would have wanted.
        wanted: Vec<Matchers>,
    },
    /// It has the labels of several.
    Several {
        /// Their names.
        environments: Vec<String>,
    },
}

/// The environment that an alert with these labels means.
pub fn environment_of<'a>(matchers: &'a [Matchers], labels: &BTreeMap<String, String>) -> Result<&'a str, Unmatched> {
    if let [only] = matchers
        && only.labels.is_empty()
    {
        return Ok(&only.environment);
    }
    let fits = |one: &&Matchers| {
        !one.labels.is_empty() && one.labels.iter().all(|(label, value)| labels.get(label) == Some(value))
    };
    let fitting: Vec<&Matchers> = matchers.iter().filter(fits).collect();
    match fitting.as_slice() {
        [one] => Ok(&one.environment),
        [] => Err(Unmatched::None { wanted: matchers.to_vec() }),
        several => {
            Err(Unmatched::Several { environments: several.iter().map(|one| one.environment.clone()).collect() })
        }
    }
}

fn pairs(labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(label, value)| format!("{label}={value}")).collect();
    pairs.join(", ")
}

impl Unmatched {
    /// Why it starts nothing.
    fn phrase(&self) -> Phrase {
        match self {
            Self::None { wanted } => {
                let wants = |one: &Matchers| {
                    let labels = if one.labels.is_empty() { "–".to_owned() } else { pairs(&one.labels) };
                    format!("{} ({labels})", one.environment)
                };
                let wanted: Vec<String> = wanted.iter().map(wants).collect();
                Phrase::new("ignored-unmatched").with("wanted", wanted.join("; "))
            }
            Self::Several { environments } => {
                Phrase::new("ignored-unmatched-several").with("environments", environments.join(", "))
            }
        }
    }
}

/// Why an alert of this meaning starts nothing.
fn not_ours(meaning: Meaning, reading: &Reading) -> Phrase {
    match meaning {
        Meaning::LookAlike => Phrase::new("ignored-look-alike"),
        _ if reading.rule == NO_CODE => Phrase::new("ignored-no-code").with("number", &reading.quote),
        _ => Phrase::new("ignored-unrelated"),
    }
}

/// Which of the rules that are known by themselves decided, and by what.
fn because_read(reading: &Reading) -> Phrase {
    let quote: String = reading.quote.chars().take(120).collect();
    let rule = Phrase::new(format!("reads-{}", reading.rule));
    if quote.is_empty() {
        Phrase::new("because-nothing").with("rule", reading.rule).with("says", rule)
    } else {
        let quote: Arg = if reading.rule == A_TEST { Phrase::new(quote).into() } else { quote.into() };
        Phrase::new("because-read").with("rule", reading.rule).with("says", rule).with("quote", quote)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Words;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
    }

    fn matchers(environment: &str, pairs: &[(&str, &str)]) -> Matchers {
        Matchers { environment: environment.to_owned(), labels: labels(pairs) }
    }

    #[test]
    fn one_environment_without_labels_takes_everything() {
        let one = [matchers("prod", &[])];
        assert_eq!(environment_of(&one, &labels(&[("cluster", "x")])), Ok("prod"));
        assert_eq!(environment_of(&one, &labels(&[])), Ok("prod"));
    }

    #[test]
    fn of_several_exactly_one_has_to_match_with_all_its_labels() {
        let all = [
            matchers("prod", &[("cluster", "eu"), ("stage", "prod")]),
            matchers("test", &[("cluster", "eu"), ("stage", "test")]),
            matchers("other", &[]),
            matchers("eu", &[("cluster", "eu"), ("team", "cf")]),
        ];
        let of = |pairs: &[(&str, &str)]| {
            environment_of(&all, &labels(pairs))
                .map(str::to_owned)
                .map_err(|why| Words::of(None).state(&why.phrase().into()))
        };
        assert_eq!(of(&[("cluster", "eu"), ("stage", "prod"), ("x", "y")]), Ok("prod".to_owned()));
        insta::assert_snapshot!(
            of(&[("cluster", "eu")]).unwrap_err(),
            @"it has the labels of no environment: prod (cluster=eu, stage=prod); test (cluster=eu, stage=test); other (–); eu (cluster=eu, team=cf)"
        );
        insta::assert_snapshot!(
            of(&[("cluster", "eu"), ("stage", "test"), ("team", "cf")]).unwrap_err(),
            @"it has the labels of several environments: test, eu"
        );
        assert!(of(&[]).is_err());
    }

    #[test]
    fn one_environment_with_labels_wants_them() {
        let one = [matchers("prod", &[("cluster", "eu")])];
        assert!(environment_of(&one, &labels(&[])).is_err());
        assert!(environment_of(&one, &labels(&[("cluster", "EU")])).is_err());
    }
}
