//! Where an environment lives, and what the engine goes by.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cluster::Cluster;
use crate::incident::approval::{Platform, Policy};
use crate::incident::environment::Environment;
use crate::incident::escalation::Notify;
use crate::page::Pagers;
use crate::words::language::Language;

/// An environment and where it lives: its cluster and the channels that show its incidents.
#[derive(Clone)]
pub struct Home {
    /// The environment's cluster.
    pub cluster: Cluster,
    /// Its channels: a card in each.
    pub channels: BTreeMap<Platform, String>,
    /// What its cards and threads are written in.
    pub language: Language,
}

impl Home {
    /// The environment.
    pub fn environment(&self) -> &Environment {
        self.cluster.environment()
    }
}

/// What the engine goes by, and what a reload replaces.
#[derive(Clone)]
pub struct Rules {
    /// People and limits.
    pub policy: Arc<Policy>,
    /// The environments, by name.
    pub homes: Arc<BTreeMap<String, Home>>,
    /// Who is told that somebody is needed, and when.
    pub notify: Arc<Notify>,
    /// What pages people.
    pub pagers: Arc<Pagers>,
}

impl Rules {
    /// These people and limits, in these environments.
    pub fn new(policy: Policy, homes: impl IntoIterator<Item = Home>) -> Self {
        let homes = homes.into_iter().map(|home| (home.environment().name.clone(), home)).collect();
        Self { policy: Arc::new(policy), homes: Arc::new(homes), notify: Arc::default(), pagers: Arc::default() }
    }

    /// The same, telling these people.
    #[must_use]
    pub fn telling(self, notify: Notify, pagers: Pagers) -> Self {
        Self { notify: Arc::new(notify), pagers: Arc::new(pagers), ..self }
    }
}
