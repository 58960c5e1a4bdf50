//! Where an environment lives.

use std::collections::BTreeMap;

use crate::cluster::Cluster;
use crate::incident::approval::Platform;
use crate::incident::environment::Environment;

/// An environment and where it lives: its cluster and the channels that show its incidents.
#[derive(Clone)]
pub struct Home {
    /// The environment's cluster.
    pub cluster: Cluster,
    /// Its channels: a card in each.
    pub channels: BTreeMap<Platform, String>,
}

impl Home {
    /// The environment.
    pub fn environment(&self) -> &Environment {
        self.cluster.environment()
    }
}
