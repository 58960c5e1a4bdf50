//! A set-up in which all is well, and what can be broken in it: the configuration, the machine, the cluster and both platforms.

use std::path::PathBuf;

use stagerbot::checkup::{Level, Report};
use stagerbot::cluster::scripts::SCRIPTS;
use stagerbot::config::{Config, Layer};
use stagerbot::doctor::machine::Machine;
use stagerbot::doctor::options::Options;
use stagerbot::doctor::{self, Step};
use stagerbot::simulator::discord::fault::Fault as OfDiscord;
use stagerbot::simulator::kubernetes::Cluster;
use stagerbot::simulator::kubernetes::fault::Fault;
use stagerbot::simulator::kubernetes::settings::Settings;
use stagerbot::simulator::slack::fault::Fault as OfSlack;
use stagerbot::store::Store;

use crate::harness::both::Both;
use crate::harness::{Scene, Setup};

/// What a disk says of itself.
const DISK: &str = "22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw";

/// Everything, as it should be.
pub(super) struct House {
    pub(super) both: Both,
}

/// The same, with something broken.
pub(super) struct Broken<'a> {
    pub(super) house: &'a House,
    pub(super) setup: Setup,
    end: String,
    pub(super) secrets: Vec<(String, String)>,
    pub(super) options: Options,
    faults: Vec<Fault>,
    /// A cluster of another kind.
    cluster: Option<Cluster>,
}

/// A cluster whose policy admits the bot's scripts, and nothing else.
pub(super) fn shape() -> Settings {
    let scripts = SCRIPTS.iter().map(|script| script.text.clone()).collect();
    Settings { admitted: Some(scripts), ..Settings::held() }
}

impl House {
    pub(super) async fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let house = Self { both: Both::over(Scene::of(shape(), "cfee-2", &[]).await).await };
        Store::open(&format!("sqlite://{}", house.store().display())).await.unwrap().close().await;
        house
    }

    pub(super) fn store(&self) -> PathBuf {
        self.both.scene.folder.path().join("bot.db")
    }

    /// Nothing is broken yet.
    pub(super) fn whole(&self) -> Broken<'_> {
        let mut secrets = self.both.secrets();
        let configuration = self.both.scene.workspace.settings().configuration_token.clone();
        secrets.push(("STAGERBOT__SLACK__CONFIGURATION_TOKEN".into(), configuration));
        let machine = Machine { mounts: DISK.to_owned(), ..Machine::default() };
        let options = Options { file: Some("bot.toml".into()), machine, ..Options::default() };
        Broken {
            house: self,
            setup: self.both.setup(),
            end: String::new(),
            secrets,
            options,
            faults: Vec::new(),
            cluster: None,
        }
    }
}

impl Broken<'_> {
    /// The configuration is another one.
    pub(super) fn set(&mut self, change: impl FnOnce(Setup) -> Setup) {
        self.setup = change(std::mem::take(&mut self.setup));
    }

    /// These lines stand in the configuration, too.
    pub(super) fn with(&mut self, lines: &str) {
        self.set(|setup| setup.with(lines));
    }

    /// These lines stand in the environment's table.
    pub(super) fn environment(&mut self, lines: &str) {
        self.set(|setup| setup.environment(lines));
    }

    /// The store is another file of the scene's folder.
    pub(super) fn store(&mut self, file: &str) {
        let path = self.house.both.scene.folder.path().join(file);
        self.with(&format!("store.url = \"sqlite://{}\"", path.display()));
    }

    /// This follows at the end of the file, whatever it is.
    pub(super) fn ends_in(&mut self, text: &str) {
        text.clone_into(&mut self.end);
    }

    /// What stands in the file.
    pub(super) fn text(&self) -> String {
        self.setup.text() + &self.end
    }

    /// A variable has another value; an empty one is not set.
    pub(super) fn secret(&mut self, name: &str, value: &str) {
        let name = format!("STAGERBOT__{name}");
        self.secrets.retain(|(other, _)| *other != name);
        if !value.is_empty() {
            self.secrets.push((name, value.to_owned()));
        }
    }

    pub(super) fn mounts(&mut self, kind: &str) {
        self.options.machine.mounts = format!("22 1 0:1 / / rw - {kind} somewhere rw");
    }

    pub(super) fn kubernetes(&mut self, fault: Fault) {
        self.house.both.scene.cluster.inject(fault.clone());
        self.faults.push(fault);
    }

    pub(super) fn slack(&mut self, fault: OfSlack) {
        self.house.both.scene.workspace.inject(fault);
    }

    pub(super) fn discord(&mut self, fault: OfDiscord) {
        self.house.both.server.inject(fault);
    }

    /// The environment is on another cluster.
    pub(super) fn on(&mut self, shape: Settings) {
        let cluster = Cluster::start(shape).unwrap();
        let file = self.house.both.scene.folder.path().join("another-kubeconfig");
        std::fs::write(&file, cluster.kubeconfig()).unwrap();
        self.environment(&format!("kubeconfig = \"{}\"", file.display()));
        self.cluster = Some(cluster);
    }

    /// The doctor's look; everything is mended afterwards.
    pub(super) async fn examined(self) -> Report {
        let read = Config::from_layers(&[Layer { name: "bot.toml", text: &self.text() }], self.secrets.clone());
        let report = doctor::examine(read, &self.options, |_: Step| {}).await;
        for fault in &self.faults {
            self.house.both.scene.cluster.heal(fault);
        }
        self.house.both.scene.workspace.heal_all();
        self.house.both.server.heal_all();
        report
    }
}

/// A set-up that is broken, what has to name it, and what to do.
pub(super) struct Row {
    /// What is broken.
    pub(super) broken: &'static str,
    /// Breaks it.
    pub(super) how: fn(&mut Broken<'_>),
    /// The check that finds it, and how bad it is.
    pub(super) check: &'static str,
    pub(super) level: Level,
    /// What the line says, and what it says to do.
    pub(super) says: &'static str,
    pub(super) to_do: &'static str,
}

pub(super) const fn failure(
    broken: &'static str,
    how: fn(&mut Broken<'_>),
    [check, says, to_do]: [&'static str; 3],
) -> Row {
    Row { broken, how, check, level: Level::Failure, says, to_do }
}

pub(super) const fn warning(
    broken: &'static str,
    how: fn(&mut Broken<'_>),
    [check, says, to_do]: [&'static str; 3],
) -> Row {
    Row { broken, how, check, level: Level::Warning, says, to_do }
}

/// Breaks one thing after the other: each is found and named, with what to do; and all is well before and after.
pub(super) async fn each_is_found(house: &House, rows: &[Row]) {
    all_is_well(house).await;
    let mut missed = Vec::new();
    for row in rows {
        let mut broken = house.whole();
        (row.how)(&mut broken);
        let report = broken.examined().await;
        let found = report.findings.iter().any(|finding| {
            (finding.check, finding.level) == (row.check, row.level)
                && finding.what.contains(row.says)
                && finding.to_do.as_ref().is_some_and(|to_do| to_do.contains(row.to_do))
        });
        let code = if row.level == Level::Failure { 2 } else { 1 };
        if !found || report.exit_code() < code {
            let told: Vec<_> = report.findings.iter().filter(|finding| finding.level != Level::Ok).collect();
            missed.push(format!("{}: {told:#?}", row.broken));
        }
    }
    assert!(missed.is_empty(), "{} of {} are not found:\n{}", missed.len(), rows.len(), missed.join("\n"));
    all_is_well(house).await;
}

/// Nothing but lines of ok.
pub(super) async fn all_is_well(house: &House) {
    let report = house.whole().examined().await;
    let told: Vec<_> = report.findings.iter().filter(|finding| finding.level != Level::Ok).collect();
    assert!(told.is_empty() && report.exit_code() == 0, "{told:#?}");
    let unsaid = report.findings.iter().find(|finding| finding.to_do.is_some());
    assert_eq!(unsaid, None, "there is nothing to be done");
}
