//! The configuration: `config/default.toml`, then a file, then `STAGERBOT__SECTION__KEY` variables.
//!
//! Every problem is told at once, each with its key, the file or variable it is in, and what was expected. Secrets come by
//! variables or in files of their own, never among the settings, and are not repeated in any message.

mod people;
mod notify;
mod heartbeat;
mod rules;
mod memory;
mod environments;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use config::{FileFormat, Format as _, Value};
use jiff::SignedDuration;

use crate::alerts;
use crate::alerts::matching::{Matchers, Matching, Nameless, Rule};
use crate::chat::keys::Keys;
use crate::chat::message_trigger::MessageTriggers;
use crate::chat::platforms::{self, PLATFORMS};
use crate::incident::allowance::Allowances;
use crate::incident::approval::{Platform, Policy, Restarts};
use crate::incident::escalation::Notify;
use crate::incident::rules::Rules;
use crate::page::Pagers;
use crate::server;
use crate::store::settings as store;
use crate::telemetry;
use crate::vitals;
use crate::watch;
use crate::words::overrides::Overrides;

use crate::settings::{NONE, Notes, SOME, Section};
pub use crate::settings::{PREFIX, Problem};
pub use environments::EnvironmentSettings;

/// Every key with its default, commented for operators.
pub const DEFAULT: &str = include_str!("../config/default.toml");
/// The demo's layer: everything short.
pub const DEMO: &str = include_str!("../config/demo.toml");
/// What the playground and its scenes lay over the demo's.
pub const PLAYGROUND: &str = include_str!("../config/playground.toml");

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where HTTP is served.
    pub server: server::Settings,
    /// Who may hand in alerts.
    pub alerts: crate::alerts::Settings,
    /// The operator's rules about alerts.
    pub alert_rules: Vec<Rule>,
    /// What an alert means that names no environment.
    pub nameless: Nameless,
    /// Where the durable memory is.
    pub store: store::Settings,
    /// What is logged, and how.
    pub log: telemetry::Settings,
    /// People and limits.
    pub policy: Policy,
    /// Who is told that somebody is needed, and when.
    pub notify: Notify,
    /// What pages people.
    pub pagers: Pagers,
    /// What is called while all is well.
    pub heartbeat: Option<vitals::Settings>,
    /// How environments are looked at.
    pub checks: CheckSettings,
    /// How often the bot looks by itself.
    pub watch: watch::Settings,
    /// The chat platforms, each at most once.
    pub chats: Vec<platforms::Settings>,
    /// The environments, at least one.
    pub environments: Vec<EnvironmentSettings>,
    /// The operator's own sentences.
    pub overrides: Overrides,
    /// What is allowed and can hardly be meant, one sentence each: for the log and for `doctor`.
    pub warnings: Vec<String>,
}

/// How environments are looked at; how often is in [`Policy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckSettings {
    /// How long the probe waits for its connection, in whole seconds: `nc -w`.
    pub probe_timeout: SignedDuration,
}

impl Default for CheckSettings {
    /// The runbook's five seconds.
    fn default() -> Self {
        Self { probe_timeout: SignedDuration::from_secs(3) }
    }
}

/// The configuration can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file can't be read.
    #[error("the configuration file {} can't be read", file.display())]
    Unreadable {
        /// Which one.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{file}, line {line}: this is not TOML: {what}")]
    NotToml {
        /// Which one.
        file: String,
        /// The line, from 1.
        line: usize,
        /// Why; the line itself is not repeated, since it may hold a secret.
        what: String,
    },
    /// Keys are unknown, or values are not what they should be.
    #[error("{}", tell(.0))]
    Invalid(Vec<Problem>),
}

fn tell(problems: &[Problem]) -> String {
    let mut text = match problems.len() {
        1 => "the configuration has a problem:".to_owned(),
        many => format!("the configuration has {many} problems:"),
    };
    for problem in problems {
        // Writing to a String does not fail.
        let _ = write!(text, "\n  {problem}");
    }
    text
}

/// A layer of the configuration: a file's name and its TOML.
#[derive(Clone, Copy, Debug)]
pub struct Layer<'a> {
    /// What problems call it.
    pub name: &'a str,
    /// Its TOML.
    pub text: &'a str,
}

impl Config {
    /// Reads the defaults, then the file, then this process's variables.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let variables: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with(PREFIX))
            // What is not Unicode fits no key: as a stand-in it is refused like any other wrong value.
            .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
            .collect();
        let Some(file) = file else { return Self::from_layers(&[], variables) };
        let text = std::fs::read_to_string(file)
            .map_err(|source| ConfigError::Unreadable { file: file.to_owned(), source })?;
        Self::from_layers(&[Layer { name: &file.display().to_string(), text: &text }], variables)
    }

    /// Reads the defaults, then these layers, then these variables.
    pub fn from_layers(
        layers: &[Layer<'_>],
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let variables: BTreeMap<String, String> =
            variables.into_iter().filter(|(name, _)| name.starts_with(PREFIX)).collect();
        let path = |name: &String| name[PREFIX.len()..].to_lowercase().replace("__", ".");
        // What reads variables takes `PERSON[0]` for a place in a list, and makes the list as long as that says.
        let (into_lists, variables): (BTreeMap<_, _>, BTreeMap<_, _>) =
            variables.into_iter().partition(|(name, _)| name.contains(['[', ']']));
        let merged = merge(layers, &variables)?;
        let notes = Notes::new(variables.keys().map(|name| (path(name), name.clone())).collect());
        let config = read(&notes, &merged);
        let mut problems = notes.problems();
        problems.extend(into_lists.keys().map(|name| Problem {
            key: path(name),
            place: Some(format!("variable {name}")),
            what: "a variable can't reach into a list; what is in it is set in a file".to_owned(),
        }));
        if problems.is_empty() { Ok(config) } else { Err(ConfigError::Invalid(problems)) }
    }

    /// The sections that differ in another configuration, and that a running bot does not change by.
    pub fn left_for_a_start(&self, other: &Self) -> Vec<&'static str> {
        let differs =
            |one: &dyn std::fmt::Debug, other: &dyn std::fmt::Debug| format!("{one:?}") != format!("{other:?}");
        let sections = [
            ("server", differs(&self.server, &other.server)),
            ("alerts", differs(&self.alerts, &other.alerts)),
            ("store", differs(&self.store, &other.store)),
            ("heartbeat", differs(&self.heartbeat, &other.heartbeat)),
            ("words", differs(&self.overrides, &other.overrides)),
        ];
        let mut left: Vec<&'static str> =
            sections.into_iter().filter_map(|(section, differs)| differs.then_some(section)).collect();
        for platform in PLATFORMS.map(|keys| keys.platform) {
            // Which channels are listened to changes with them; whether any are does not.
            let fixed = |config: &Self| {
                let mut chat = config.chat(platform).cloned();
                if let Some(triggers) = chat.as_mut().and_then(platforms::Settings::triggers_mut) {
                    *triggers = MessageTriggers::default();
                }
                chat
            };
            if differs(&fixed(self), &fixed(other)) {
                left.push(platform.name());
            }
        }
        left
    }

    /// How a platform is reached; `None` where it is not configured.
    pub fn chat(&self, platform: Platform) -> Option<&platforms::Settings> {
        self.chats.iter().find(|chat| chat.platform() == platform)
    }

    /// What keeps a restart from ever being approved: part of the warnings.
    pub fn doubts_about_approvals(&self) -> Vec<String> {
        let mut doubts = Vec::new();
        if self.policy.restarts != Restarts::Off && !people::two_could(&self.policy.people) {
            doubts.push(
                "no restart can ever be approved: that takes two [[person]], one of whom may request and another may approve"
                    .to_owned(),
            );
        }
        let approvers = self.policy.people.iter().filter(|person| person.may_approve).count();
        for one in &self.environments {
            let (name, needed) = (&one.environment.name, self.policy.rules.of(&one.environment.name).approvals);
            let needed = needed + usize::from(self.policy.rules.quiet.is_some());
            if needed > 1 && approvers < needed {
                doubts.push(format!("a restart of {name} may need {needed} approvals, and {approvers} may approve"));
            }
        }
        doubts
    }

    /// What keeps alerts from meaning one environment: part of the warnings.
    pub fn doubts_about_alerts(&self) -> Vec<String> {
        environments::doubts(&self.environments)
    }

    /// What alerts mean, and which environment.
    pub fn matching(&self) -> Matching {
        let of = |one: &EnvironmentSettings| Matchers {
            environment: one.environment.name.clone(),
            labels: one.matchers.clone(),
        };
        let environments = self.environments.iter().map(of).collect();
        Matching { environments, rules: self.alert_rules.clone(), nameless: self.nameless }
    }
}

fn merge(layers: &[Layer<'_>], variables: &BTreeMap<String, String>) -> Result<Value, ConfigError> {
    let mut builder = config::Config::builder();
    for layer in [Layer { name: "config/default.toml", text: DEFAULT }].iter().chain(layers) {
        builder = builder.add_source(Parsed(parse(layer)?));
    }
    let variables = variables.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let variables =
        config::Environment::with_prefix("STAGERBOT").prefix_separator("__").separator("__").source(Some(variables));
    // Both sources are in memory by now: what is left to fail is a variable that is no key at all.
    let merged = builder.add_source(variables).build().map_err(|error| {
        let what = error.to_string();
        ConfigError::Invalid(vec![Problem { key: "the variables".to_owned(), place: None, what }])
    })?;
    Ok(merged.cache)
}

fn parse(layer: &Layer<'_>) -> Result<config::Map<String, Value>, ConfigError> {
    let name = layer.name.to_owned();
    let not_toml = |line, what| ConfigError::NotToml { file: name.clone(), line, what };
    // First by itself: its errors tell the line and quote nothing.
    toml::from_str::<toml::Table>(layer.text).map_err(|error| {
        let before = error.span().and_then(|span| layer.text.get(..span.start)).unwrap_or("");
        not_toml(before.matches('\n').count() + 1, error.message().to_owned())
    })?;
    FileFormat::Toml.parse(Some(&name), layer.text).map_err(|error| not_toml(1, error.to_string()))
}

/// A layer that was parsed.
#[derive(Clone, Debug)]
struct Parsed(config::Map<String, Value>);

impl config::Source for Parsed {
    fn clone_into_box(&self) -> Box<dyn config::Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<config::Map<String, Value>, config::ConfigError> {
        Ok(self.0.clone())
    }
}

/// How many looks have to agree: as many as a person would wait for.
fn looks(text: &str) -> Option<u32> {
    text.parse().ok().filter(|looks| (1..=20).contains(looks))
}

fn read(notes: &Notes, merged: &Value) -> Config {
    let mut root = Section::root(notes, merged);

    let mut section = root.section("server");
    let listen = section.required("listen", ADDRESS, |text| text.parse().ok());
    let health_listen = section.optional("health_listen", ADDRESS, |text| text.parse().ok());
    section.finish();
    let server = server::Settings { listen: listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0))), health_listen };

    let alerts = alerts::config::read(&mut root);

    let store = memory::memory(&mut root);

    let mut section = root.section("log");
    let log = telemetry::Settings {
        level: section.choice("level", &telemetry::LEVELS).unwrap_or(tracing::Level::INFO),
        format: section.choice("format", &telemetry::FORMATS).unwrap_or(telemetry::Format::Text),
    };
    section.finish();

    let people = people::people(&mut root);
    let (notify, pagers) = notify::notify(&mut root, &people);
    let heartbeat = heartbeat::heartbeat(&mut root);
    let mut section = root.section("restarts");
    let mut checks = root.section("checks");
    let (general, quiet) = rules::general(&mut section);
    let mut policy = Policy {
        people,
        rules: Rules { general, quiet, environments: BTreeMap::new() },
        restarts: section.choice("mode", &MODES).unwrap_or(Restarts::Off),
        approval_expiry: section.duration("approval_expiry", SOME),
        cool_down: section.duration("cool_down", NONE),
        recheck: checks.duration("recheck", SOME),
        recheck_unclear: checks.duration("recheck_unclear", SOME),
        blind_allowance: section.duration("blind_allowance", NONE),
        terminating_wait: section.duration("terminating_wait", SOME),
        start_allowance: section.duration("start_allowance", SOME),
        stage_settle: section.duration("stage_settle", NONE),
        hold: section.duration("hold", SOME),
        allowances: Allowances {
            unproven: checks.duration("unproven", SOME),
            label: checks.duration("stale_label", NONE),
            bbs_start: checks.duration("bbs_start", NONE),
            leaderless: checks.duration("leaderless", NONE),
            looks: checks.number("looks", "a number of looks from 1 to 20", looks).unwrap_or(1),
        },
        reopen: alerts.reopen,
        database_inhibits: alerts.database_inhibits,
    };
    section.finish();
    let probe_timeout = checks.required("probe_timeout", "whole seconds from \"1s\" to \"8s\"", |text| {
        let duration: SignedDuration = text.parse().ok()?;
        ((1..=MAX_PROBE).contains(&duration.as_secs()) && duration.subsec_nanos() == 0).then_some(duration)
    });
    let watch = watch::Settings {
        every: checks.duration("watch", NONE),
        failures: checks
            .number("watch_failures", "a whole number from 1 to 100", |text| {
                text.parse().ok().filter(|count| (1..=100).contains(count))
            })
            .unwrap_or(1),
    };
    checks.finish();

    let mut warned = Vec::new();
    let mut chats = platforms::read(&mut root, &mut warned);
    let environments = environments::environments(&mut root);
    let own = environments.iter().filter_map(|one| Some((one.environment.name.clone(), one.rule?.over(general))));
    policy.rules.environments = own.collect();
    let overrides = overrides(&mut root);
    for chat in &mut chats {
        let platform = chat.platform();
        let homes =
            environments.iter().filter_map(|one| Some((one.channels.get(&platform)?.clone(), &one.environment.name)));
        if let Some(triggers) = chat.triggers_mut() {
            let key = format!("{platform}.listen");
            environments::listen(&root, &key, &mut triggers.channels, homes, &environments);
        }
    }
    for (number, rule) in alerts.rules.iter().enumerate() {
        let known = |name: &String| environments.iter().any(|one| one.environment.name == *name);
        if let Some(name) = rule.environment.as_ref().filter(|name| !known(name)) {
            root.problem(&format!("alerts.rule[{number}].environment"), format!("there is no environment {name}"));
        }
    }
    root.finish();

    let mut config = Config {
        server,
        alerts: alerts.settings,
        alert_rules: alerts.rules,
        nameless: alerts.nameless,
        store,
        log,
        policy,
        notify,
        pagers,
        heartbeat,
        checks: probe_timeout.map_or_else(CheckSettings::default, |probe_timeout| CheckSettings { probe_timeout }),
        watch,
        chats,
        environments,
        overrides,
        warnings: warned,
    };
    config.warnings.extend(warnings(&config));
    config
}

/// The operator's own sentences, of the folder that `[words]` names.
fn overrides(root: &mut Section<'_>) -> Overrides {
    let mut section = root.section("words");
    let folder = section.optional("folder", "the path of a folder", |text| (!text.is_empty()).then(|| text.to_owned()));
    let read = folder.map_or_else(|| Ok(Overrides::default()), |folder| Overrides::read(Path::new(&folder)));
    let overrides = read.unwrap_or_else(|problems| {
        for problem in problems {
            section.problem("folder", problem);
        }
        Overrides::default()
    });
    section.finish();
    overrides
}

const ADDRESS: &str = "an address and a port such as \"0.0.0.0:8080\"";

const MODES: [(&str, Restarts); 3] = [("off", Restarts::Off), ("dry-run", Restarts::DryRun), ("on", Restarts::On)];

/// The longest wait of a probe, in seconds: two addresses, tried one after the other, have to fit into one observation of 20 s.
const MAX_PROBE: i64 = 8;

fn warnings(config: &Config) -> Vec<String> {
    let mut warnings = config.doubts_about_alerts();
    if store::is_exposed(&config.store.url) {
        warnings.push(
            "the connection to PostgreSQL may be unencrypted, and to anybody: put sslmode=verify-full into store.url"
                .to_owned(),
        );
    }
    warnings.extend(config.doubts_about_approvals());
    for person in config.policy.people.iter().filter(|person| !person.may_request && !person.may_approve) {
        warnings.push(format!("person {} may do nothing: its list `may` is empty", person.name));
    }
    for one in &config.environments {
        let name = &one.environment.name;
        for Keys { platform, name: platform_name, channel: key, .. } in PLATFORMS {
            let (configured, channel) = (config.chat(platform).is_some(), one.channels.get(&platform));
            if configured && channel.is_none() {
                warnings.push(format!("environment {name} has no {key}: what its alerts bring is not shown there"));
            }
            if !configured && channel.is_some() {
                warnings.push(format!("environment {name} has a {key}, and {platform_name} is not configured"));
            }
            let Some(channel) = channel else { continue };
            let same = |other: &&EnvironmentSettings| other.channels.values().any(|one| one == channel);
            if config.environments.iter().find(same).is_some_and(|first| first.environment.name != *name) {
                warnings.push(format!(
                    "environment {name} shares the channel {channel}: a command there has to name its environment"
                ));
            }
        }
    }
    warnings
}
