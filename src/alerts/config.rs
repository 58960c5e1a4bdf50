//! `[alerts]`: who may send alerts, how large they may be, what they mean beyond what is known by itself, and how one incident
//! comes of them.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use regex::Regex;

use super::matching::{Nameless, Rule, Wanted};
use super::proof::Secrets;
use super::source::Paths;
use super::{SOURCES, Settings};
use crate::incident::alert::{Meaning, Severity};
use crate::settings::Section;
use crate::settings::{NONE, secrets, size};

/// What stands in the section.
pub struct Alerts {
    /// Who may send what.
    pub settings: Settings,
    /// The operator's rules.
    pub rules: Vec<Rule>,
    /// What an alert means that names no environment.
    pub nameless: Nameless,
    /// How long after its end an incident is opened again by an alert.
    pub reopen: SignedDuration,
    /// How long an alert about the database withholds the offer of a restart after it came last.
    pub database_inhibits: SignedDuration,
}

const NAMELESS: [(&str, Nameless); 2] = [("ignore", Nameless::Ignore), ("all", Nameless::All)];
const SEVERITIES: [(&str, Severity); 3] =
    [("info", Severity::Info), ("warning", Severity::Warning), ("critical", Severity::Critical)];
const MEANINGS: [(&str, Meaning); 4] = [
    ("stager-unavailable", Meaning::StagerUnavailable),
    ("symptom", Meaning::Symptom),
    ("database", Meaning::Database),
    ("unrelated", Meaning::Unrelated),
];

/// Reads the section.
pub(crate) fn read(root: &mut Section<'_>) -> Alerts {
    let mut section = root.section("alerts");
    let tokens = secrets::secrets(&mut section, "token", &secrets::BEARER);
    let basic = secrets::secrets(&mut section, "basic", &secrets::BASIC);
    let max_body =
        section.number("max_body", "a size from 1 KiB to 16 MiB, such as \"4 MiB\"", size).unwrap_or_default();
    let (mut signing, mut paths) = (BTreeMap::new(), Paths::default());
    for source in SOURCES.iter().filter(|source| source.signature.is_some()) {
        let mut own = section.section(source.name);
        let keys = secrets::secrets(&mut own, "secret", &secrets::SIGNING);
        if !keys.is_empty() {
            signing.insert(source.name, keys);
        }
        if source.looks.is_none() {
            paths = self::paths(&mut own);
        }
        own.finish();
    }
    let mut rules = Vec::new();
    for mut part in section.sections("rule") {
        rules.push(rule(&mut part));
        part.finish();
    }
    let alerts = Alerts {
        settings: Settings { secrets: Secrets { tokens, basic, signing }, max_body, paths },
        rules,
        nameless: section.choice("no_environment", &NAMELESS).unwrap_or_default(),
        reopen: section.duration("reopen", NONE),
        database_inhibits: section.duration("database_inhibits", NONE),
    };
    section.finish();
    alerts
}

fn paths(section: &mut Section<'_>) -> Paths {
    let mut path = |key: &str| {
        let fits = |text: &str| !text.is_empty() && text.split('.').all(|step| !step.is_empty());
        section.optional(key, "a dotted path, such as \"data.labels.cluster\" or \"alerts.0.state\"", |text| {
            fits(text).then(|| text.to_owned())
        })
    };
    Paths {
        environment: path("environment"),
        severity: path("severity"),
        status: path("status"),
        fingerprint: path("fingerprint"),
    }
}

fn rule(section: &mut Section<'_>) -> Rule {
    const PATTERN: &str = "a regular expression, such as \"cf push .* fails\"";
    let mut labels = BTreeMap::new();
    for (label, value) in section.texts("match", "a table of labels and their values") {
        let pattern = value.strip_prefix('/').and_then(|value| value.strip_suffix('/'));
        let wanted = match pattern.map(|pattern| Regex::new(&format!("^(?:{pattern})$"))) {
            None => Wanted::Is(value),
            Some(Ok(pattern)) => Wanted::Fits(pattern),
            Some(Err(_)) => {
                section.problem("match", format!("{label}: expected {PATTERN} between the slashes"));
                continue;
            }
        };
        labels.insert(label, wanted);
    }
    let severity = words(section, "severity", &SEVERITIES);
    let means = words(section, "means", &MEANINGS);
    let rule = Rule {
        labels,
        text: section.optional("text", PATTERN, |text| Regex::new(text).ok()),
        environment: section.optional("environment", "an environment's name", |text| Some(text.to_owned())),
        ignore: section.truth("ignore"),
        severity,
        means,
    };
    if !section.has("match") && !section.has("text") {
        section.problem("match", "it is missing; expected match, text or both");
    }
    if !["environment", "ignore", "severity", "means"].iter().any(|key| section.has(key)) {
        section.problem("ignore", "the rule says nothing; expected environment, ignore, severity or means");
    }
    rule
}

/// One of some words, where there is one.
fn words<T: Copy>(section: &mut Section<'_>, key: &str, words: &[(&str, T)]) -> Option<T> {
    let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    let expected = format!("one of {}", names.join(", "));
    section.optional(key, &expected, |text| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value))
}
