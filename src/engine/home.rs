//! Where an environment lives, and what the engine goes by.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::cluster::Cluster;
use crate::incident::account::Platform;
use crate::incident::environment::Environment;
use crate::incident::escalation::Notify;
use crate::incident::policy::Policy;
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
    /// How much of what one account asks for is carried out in a minute.
    pub commands: u32,
    /// Whether a closed incident's thread gets a picture of its phases.
    pub pictures: bool,
}

impl Rules {
    /// These people and limits, in these environments.
    pub fn new(policy: Policy, homes: impl IntoIterator<Item = Home>) -> Self {
        let homes = homes.into_iter().map(|home| (home.environment().name.clone(), home)).collect();
        let (policy, homes) = (Arc::new(policy), Arc::new(homes));
        Self { policy, homes, notify: Arc::default(), pagers: Arc::default(), commands: u32::MAX, pictures: false }
    }

    /// The same, telling these people.
    #[must_use]
    pub fn telling(self, notify: Notify, pagers: Pagers) -> Self {
        Self { notify: Arc::new(notify), pagers: Arc::new(pagers), ..self }
    }

    /// The same, carrying out so much in a minute of what one account asks for.
    #[must_use]
    pub fn within(self, commands: u32) -> Self {
        Self { commands, ..self }
    }

    /// The same, with a picture of what is over.
    #[must_use]
    pub fn drawing(self, pictures: bool) -> Self {
        Self { pictures, ..self }
    }
}
