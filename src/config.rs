//! The configuration: `config/default.toml`, then a file, then `STAGERBOT__SECTION__KEY` variables.
//!
//! Every problem is told at once, each with its key, the file or variable it is in, and what was expected. Secrets come by
//! variables or in files of their own, never among the settings, and are not repeated in any message.

mod layers;
mod people;
mod notify;
mod heartbeat;
mod incidents;
mod rules;
mod memory;
mod environments;
mod warnings;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;

use config::Value;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::alerts;
use crate::alerts::matching::{Matchers, Matching, Nameless, Rule};
use crate::chat::message_trigger::MessageTriggers;
use crate::chat::platforms::{self, PLATFORMS};
use crate::incident::account::Platform;
use crate::incident::allowance::Allowances;
use crate::incident::escalation::Notify;
use crate::incident::policy::{Policy, Restarts};
use crate::incident::rules::{Look, Rules};
use crate::incident::standing::Standings;
use crate::page::Pagers;
use crate::server;
use crate::store::settings as store;
use crate::telemetry;
use crate::vitals;
use crate::watch;
use crate::words::Style;
use crate::words::overrides::Overrides;

use crate::settings::{NONE, Notes, SOME, Secrets, Section};
pub use crate::settings::{PREFIX, Problem};
pub use environments::EnvironmentSettings;
pub use incidents::IncidentSettings;
pub use layers::{ConfigError, DEFAULT, DEMO, Layer, PLAYGROUND};

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
    /// How much of what one account asks for is carried out in a minute.
    pub commands: u32,
    /// What is called while all is well.
    pub heartbeat: Option<vitals::Settings>,
    /// What is shown of incidents beside their cards.
    pub incidents: IncidentSettings,
    /// How environments are looked at.
    pub checks: CheckSettings,
    /// How often the bot looks by itself.
    pub watch: watch::Settings,
    /// The chat platforms, each at most once.
    pub chats: Vec<platforms::Settings>,
    /// The environments, at least one.
    pub environments: Vec<EnvironmentSettings>,
    /// How things are said.
    pub style: Style,
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

impl Config {
    /// Reads the defaults, then the file, then this process's variables.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::load_with(file, Secrets::All)
    }

    /// The same for what reaches no chat and takes no alerts: a secret in a file that this user can't read is left out, but for the
    /// store's password.
    ///
    /// # Errors
    ///
    /// What is wrong otherwise.
    pub fn load_without_secrets(file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::load_with(file, Secrets::OfTheStore)
    }

    fn load_with(file: Option<&Path>, secrets: Secrets) -> Result<Self, ConfigError> {
        let variables: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with(PREFIX))
            // What is not Unicode fits no key: as a stand-in it is refused like any other wrong value.
            .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
            .collect();
        let Some(file) = file else { return Self::read_layers(&[], variables, secrets) };
        let text = std::fs::read_to_string(file)
            .map_err(|source| ConfigError::Unreadable { file: file.to_owned(), source })?;
        Self::read_layers(&[Layer { name: &file.display().to_string(), text: &text }], variables, secrets)
    }

    /// Reads the defaults, then these layers, then these variables.
    pub fn from_layers(
        layers: &[Layer<'_>],
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        Self::read_layers(layers, variables, Secrets::All)
    }

    fn read_layers(
        layers: &[Layer<'_>],
        variables: impl IntoIterator<Item = (String, String)>,
        secrets: Secrets,
    ) -> Result<Self, ConfigError> {
        let variables: BTreeMap<String, String> =
            variables.into_iter().filter(|(name, _)| name.starts_with(PREFIX)).collect();
        let path = |name: &String| name[PREFIX.len()..].to_lowercase().replace("__", ".");
        // What reads variables takes `PERSON[0]` for a place in a list, and makes the list as long as that says.
        let (into_lists, variables): (BTreeMap<_, _>, BTreeMap<_, _>) =
            variables.into_iter().partition(|(name, _)| name.contains(['[', ']']));
        let merged = layers::merge(layers, &variables)?;
        let notes = Notes::new(variables.keys().map(|name| (path(name), name.clone())).collect()).needing(secrets);
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
            ("incidents.page_token", !self.incidents.has_same_page(&other.incidents)),
            ("words", differs(&self.style, &other.style)),
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

/// How many looks have to agree: as many as a person would wait for.
fn looks(text: &str) -> Option<u32> {
    text.parse().ok().filter(|looks| (1..=20).contains(looks))
}

/// The most commands of one account in a minute that a configuration may allow.
const MAX_COMMANDS: u32 = 100_000;

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
    let mut section = root.section("commands");
    let count = |text: &str| text.parse().ok().filter(|count| (1..=MAX_COMMANDS).contains(count));
    let commands = section.number("per_minute", "a whole number from 1 to 100000", count).unwrap_or(MAX_COMMANDS);
    let look = section.choice("look", &LOOKS).unwrap_or(Look::People);
    section.finish();
    let heartbeat = heartbeat::heartbeat(&mut root);
    let incidents = incidents::incidents(&mut root);
    let mut section = root.section("restarts");
    let mut checks = root.section("checks");
    let (general, quiet) = rules::general(&mut section);
    let mut policy = Policy {
        people,
        grants: people::grants(&mut root),
        standings: Standings::default(),
        rules: Rules { general, quiet, environments: BTreeMap::new(), look },
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
    let style = style(&mut root);
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
        commands,
        heartbeat,
        incidents,
        checks: probe_timeout.map_or_else(CheckSettings::default, |probe_timeout| CheckSettings { probe_timeout }),
        watch,
        chats,
        environments,
        style,
        warnings: warned,
    };
    config.warnings.extend(config.all_warnings());
    config
}

/// How things are said: `[words]`.
fn style(root: &mut Section<'_>) -> Style {
    let mut section = root.section("words");
    let folder = section.optional("folder", "the path of a folder", |text| (!text.is_empty()).then(|| text.to_owned()));
    let read = folder.map_or_else(|| Ok(Overrides::default()), |folder| Overrides::read(Path::new(&folder)));
    let overrides = read.unwrap_or_else(|problems| {
        for problem in problems {
            section.problem("folder", problem);
        }
        Overrides::default()
    });
    let zone = rules::time_zone(&mut section).unwrap_or(TimeZone::UTC);
    section.finish();
    Style { overrides, zone }
}

const ADDRESS: &str = "an address and a port such as \"0.0.0.0:8080\"";

/// Who is told how things stand.
const LOOKS: [(&str, Look); 2] = [("everybody", Look::Everybody), ("people", Look::People)];

const MODES: [(&str, Restarts); 3] = [("off", Restarts::Off), ("dry-run", Restarts::DryRun), ("on", Restarts::On)];

/// The longest wait of a probe, in seconds: two addresses, tried one after the other, have to fit into one observation of 20 s.
const MAX_PROBE: i64 = 8;
