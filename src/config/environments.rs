//! The environments: `[[environment]]`, their topology and what their alerts look like.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;
use std::path::PathBuf;

use super::rules::{self, OwnRule};
use crate::chat::platforms::PLATFORMS;
use crate::incident::account::Platform;
use crate::incident::environment::{ActiveLabel, Component, Environment, FixedParts, PRESETS, Topology};
use crate::settings::Section;
use crate::words::language::Language;

/// One environment, how its cluster is reached, where it is shown and which alerts mean it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentSettings {
    /// Its name, namespace and topology.
    pub environment: Environment,
    /// The kubeconfig; with neither it nor a context, the cluster that the bot runs in.
    pub kubeconfig: Option<PathBuf>,
    /// The kubeconfig's context; its current one where there is none.
    pub context: Option<String>,
    /// What a restart of it takes, where that is something else than elsewhere.
    pub rule: Option<OwnRule>,
    /// The home channels: where its cards go, and what a bare command there means.
    pub channels: BTreeMap<Platform, String>,
    /// What its cards and threads are written in, and what somebody is answered in whose language is not spoken here.
    pub language: Language,
    /// An alert that has all these labels means this environment.
    pub matchers: BTreeMap<String, String>,
}

/// Every environment; there is at least one, and no two share a name.
pub(super) fn environments(root: &mut Section<'_>) -> Vec<EnvironmentSettings> {
    let mut all: Vec<EnvironmentSettings> = Vec::new();
    for mut section in root.sections("environment") {
        let one = environment(&mut section);
        if all.iter().any(|other| other.environment.name.eq_ignore_ascii_case(&one.environment.name)) {
            section
                .problem("name", format!("{:?} is the name of an earlier environment already", one.environment.name));
        }
        section.finish();
        all.push(one);
    }
    if all.is_empty() && !root.has("environment") {
        root.problem(
            "environment",
            "none is configured; expected at least one [[environment]] in the file that --config names",
        );
    }
    all
}

/// Completes where messages are listened to: also in home channels, unless several environments share one.
pub(super) fn listen<'a>(
    root: &Section<'_>,
    key: &str,
    channels: &mut BTreeMap<String, String>,
    homes: impl Iterator<Item = (String, &'a String)>,
    environments: &[EnvironmentSettings],
) {
    for (channel, name) in &*channels {
        if !environments.iter().any(|one| one.environment.name == *name) {
            root.problem(key, format!("{channel}: there is no environment {name}"));
        }
    }
    let mut at_home: BTreeMap<String, Vec<&String>> = BTreeMap::new();
    for (channel, name) in homes {
        at_home.entry(channel).or_default().push(name);
    }
    for (channel, names) in at_home {
        if let [name] = names[..] {
            channels.entry(channel).or_insert_with(|| name.clone());
        }
    }
}

fn environment(section: &mut Section<'_>) -> EnvironmentSettings {
    let name = section.required("name", "a name of letters, digits, dots and dashes, up to 40", |text| {
        let fits = (1..=40).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        fits.then(|| text.to_owned())
    });
    let namespace = section.required("namespace", &label_of("a namespace"), dns_label);
    let one_of = format!("{AUTO}, or one of {}", PRESETS.join(", "));
    let preset = section.optional("preset", &one_of, |text| match text {
        AUTO => Some(None),
        name => Topology::preset(name).map(Some),
    });
    // A preset that is none has been told; what it might have been is not guessed.
    let is_found = preset.as_ref().map_or(!section.has("preset"), Option::is_none);
    let mut part = section.section("topology");
    let fixed = fixed_parts(&mut part, preset.as_ref().and_then(Option::as_ref), is_found);
    part.finish();
    let topology = with(preset.flatten(), &fixed);
    let database = section.optional("database", "a host and a port, such as \"postgres.db.svc:5432\"", host_and_port);
    let context = section.optional("context", "the name of a context of the kubeconfig", some);
    let matchers = section.texts("match", "a table of labels and their values");
    for (label, value) in &matchers {
        if label.is_empty() || value.is_empty() {
            section.problem("match", "a label or its value is empty; expected both");
        }
    }
    let channels = PLATFORMS.iter().filter_map(|keys| Some((keys.platform, keys.channel_in(section)?))).collect();
    let known = format!("one of {}", Language::ALL.map(Language::tag).join(", "));
    EnvironmentSettings {
        rule: rules::own(section),
        language: section.optional("language", &known, Language::of_tag).unwrap_or_default(),
        environment: Environment {
            name: name.unwrap_or_default(),
            context: context.clone(),
            namespace: namespace.unwrap_or_default(),
            topology,
            discover: is_found.then_some(fixed),
            database,
        },
        kubeconfig: section.optional("kubeconfig", "the path of a kubeconfig", some).map(PathBuf::from),
        context,
        channels,
        matchers,
    }
}

/// The preset under which nothing is fixed but what [`FixedParts`] says.
const AUTO: &str = "auto";
/// Says that Locket has no pods of its own.
const INSIDE_BBS: &str = "inside-bbs";
/// Says that no label names the leader.
const NO_LABEL: &str = "none";

/// What `[environment.topology]` fixes. A part of a preset may be fixed by halves, one that is found otherwise may not.
fn fixed_parts(section: &mut Section<'_>, base: Option<&Topology>, is_found: bool) -> FixedParts {
    let cloud_controller = component(section, "cloud_controller", base.map(|base| &base.cloud_controller), is_found);
    let bbs = component(section, "bbs", base.map(|base| &base.bbs), is_found);
    let locket = if section.is_text("locket") {
        word(section, "locket", INSIDE_BBS);
        Some(None)
    } else {
        component(section, "locket", base.and_then(|base| base.locket.as_ref()), true).map(Some)
    };
    let expected = label_of("the Service through which the Cloud Controller reaches the BBS");
    let bbs_service = section.optional("bbs_service", &expected, dns_label);
    let bbs_port =
        section.number("bbs_port", "a port from 1 to 65535", |text| text.parse().ok().filter(|port| *port > 0));
    let active_label = if section.is_text("active_label") {
        word(section, "active_label", NO_LABEL);
        Some(None)
    } else {
        active_label(section).map(Some)
    };
    FixedParts { cloud_controller, bbs, locket, bbs_service, bbs_port, active_label }
}

/// The preset, or what discovery starts from, with what is fixed.
fn with(preset: Option<Topology>, fixed: &FixedParts) -> Topology {
    let base = preset.unwrap_or_else(Topology::usual);
    let FixedParts { cloud_controller, bbs, locket, bbs_service, bbs_port, active_label } = fixed.clone();
    Topology {
        cloud_controller: cloud_controller.unwrap_or(base.cloud_controller),
        bbs: bbs.unwrap_or(base.bbs),
        locket: locket.unwrap_or(base.locket),
        bbs_service: bbs_service.unwrap_or(base.bbs_service),
        bbs_port: bbs_port.unwrap_or(base.bbs_port),
        active_label: active_label.unwrap_or(base.active_label),
        domain: base.domain,
    }
}

/// The part, if it is there: whole, or completed from the preset's.
fn component(section: &mut Section<'_>, key: &str, base: Option<&Component>, whole: bool) -> Option<Component> {
    let there = section.has(key);
    let mut part = section.section(key);
    let mut name = |key: &str, base: Option<&String>| {
        let found = part.optional(key, &label_of("a name"), dns_label);
        if there && whole && !part.has(key) && base.is_none() {
            part.problem(key, "it is missing");
        }
        found.or_else(|| base.cloned()).unwrap_or_default()
    };
    let container = name("container", base.map(|base| &base.container));
    // One set, or a list of them: a set for each zone.
    let listed = part.is_list("set");
    let expected = "the names of StatefulSets, such as [\"api-z0\", \"api-z1\"]";
    let mut sets = if listed {
        part.list("set", expected, |text| dns_label(text).is_some())
    } else {
        let found = part.optional("set", &label_of("a name"), dns_label);
        if there && whole && !part.has("set") && base.is_none() {
            part.problem("set", "it is missing");
        }
        vec![found.or_else(|| base.map(|base| base.set.clone())).unwrap_or_default()]
    };
    if listed && sets.is_empty() {
        part.problem("set", format!("it is empty; expected {expected}"));
    }
    part.finish();
    let more = sets.split_off(sets.len().min(1));
    let more = if listed { more } else { base.map(|base| base.more.clone()).unwrap_or_default() };
    there.then_some(Component { set: sets.pop().unwrap_or_default(), more, container })
}

fn active_label(section: &mut Section<'_>) -> Option<ActiveLabel> {
    if !section.has("active_label") {
        section.section("active_label").finish();
        return None;
    }
    let mut part = section.section("active_label");
    let key = part.required("key", "a label such as \"skiff-role-active\"", some);
    let value = part.required("value", "a label's value such as \"true\"", some);
    part.finish();
    Some(ActiveLabel { key: key.unwrap_or_default(), value: value.unwrap_or_default() })
}

/// `host:port`, the host a DNS name or an address, one of IPv6 in brackets.
fn host_and_port(text: &str) -> Option<(String, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port| *port > 0)?;
    if let Some(six) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return six.parse::<Ipv6Addr>().ok().map(|address| (address.to_string(), port));
    }
    let fits = host.len() <= 253 && host.split('.').all(|label| dns_label(&label.to_ascii_lowercase()).is_some());
    fits.then(|| (host.to_owned(), port))
}

/// Refuses every text but this one where a table could stand.
fn word(section: &mut Section<'_>, key: &str, word: &str) {
    section.optional(key, &format!("a table, or \"{word}\""), |text| (text == word).then_some(()));
}

fn label_of(what: &str) -> String {
    format!("{what}: lower-case letters, digits and dashes, up to 63")
}

/// RFC 1123's label, as Kubernetes wants it for the names of namespaces, Services and containers.
fn dns_label(text: &str) -> Option<String> {
    let inner = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let fits = inner && (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-');
    fits.then(|| text.to_owned())
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// What is allowed and can hardly be meant, about which alerts mean which environment.
pub(super) fn doubts(all: &[EnvironmentSettings]) -> Vec<String> {
    let mut doubts = Vec::new();
    let covers = |one: &BTreeMap<String, String>, other: &BTreeMap<String, String>| {
        !one.is_empty() && one.iter().all(|(label, value)| other.get(label) == Some(value))
    };
    for (index, one) in all.iter().enumerate() {
        let name = &one.environment.name;
        if one.matchers.is_empty() && all.len() > 1 {
            doubts.push(format!("environment {name} has no match: no alert will mean it, since there are several"));
        }
        for (place, other) in all.iter().enumerate() {
            let both = covers(&one.matchers, &other.matchers);
            // Identical ones are told once.
            if place == index || !both || (place < index && covers(&other.matchers, &one.matchers)) {
                continue;
            }
            doubts.push(format!(
                "whatever matches environment {other} matches {name} too: such alerts will be ignored, since they mean both",
                other = other.environment.name,
            ));
        }
    }
    doubts
}
