//! The look at the bot's own set-up, before the first deploy and at any time: by the bot's own ways, and without changing anything.
//!
//! Each part is asked at once and has a deadline, so that what hangs delays no other, and is named.

pub mod machine;
pub mod options;
mod clocks;
mod configuration;
mod store;
mod pods;
mod cluster;
mod chats;
mod alerts;
mod people;
mod network;
mod fate;

use std::time::Duration;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::time::timeout;

use self::options::Options;
use crate::checkup::{Finding, Report, Subject};
use crate::cluster::session::Connections;
use crate::config::{Config, ConfigError};

/// How far it got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A part is being looked at.
    Began(String),
    /// It is over.
    Ended(String),
}

/// Longer than a part may take by its own deadlines: a credential plugin and a whole look at a cluster.
const DEADLINE: Duration = Duration::from_mins(1);

/// A part that is looked at by itself.
struct Part<'a> {
    name: String,
    subject: Subject,
    looking: BoxFuture<'a, Vec<Finding>>,
}

impl<'a> Part<'a> {
    fn new(name: impl Into<String>, subject: Subject, looking: impl Future<Output = Vec<Finding>> + Send + 'a) -> Self {
        Self { name: name.into(), subject, looking: Box::pin(looking) }
    }

    /// What it comes to, in time.
    async fn run(self, tell: &(impl Fn(Step) + Sync)) -> Vec<Finding> {
        let Self { name, subject, looking } = self;
        tell(Step::Began(name.clone()));
        let found = timeout(DEADLINE, looking).await.unwrap_or_else(|_| {
            let what = format!("{name} was not looked at to the end within {} s", DEADLINE.as_secs());
            let to_do = "run this again; where it stays so, see whether packets are dropped on the way there";
            vec![Finding::failure(subject, "doctor.deadline", what, to_do)]
        });
        tell(Step::Ended(name));
        found
    }
}

/// Looks at everything, side by side, and tells how far it got.
pub async fn examine(read: Result<Config, ConfigError>, options: &Options, tell: impl Fn(Step) + Sync) -> Report {
    let config = match read {
        Ok(config) => config,
        Err(error) => return Report::new(configuration::unreadable(&error), &options.accepted),
    };
    let connections = Connections::default();
    let (config, machine) = (&config, &options.machine);
    let mut found = configuration::look(config, options);
    found.extend(people::look(config));
    found.extend(network::look(config, machine));
    found.extend(fate::look(config, machine));
    let mut parts = vec![
        Part::new("the store", Subject::Store, store::look(&config.store, machine)),
        Part::new("the way in for alerts", Subject::Alerts, alerts::look(config, options)),
    ];
    for settings in &config.environments {
        let name = format!("the cluster of {}", settings.environment.name);
        parts.push(Part::new(name, Subject::Cluster, cluster::look(&connections, settings, config)));
    }
    for settings in &config.chats {
        let looking = chats::look(settings, config, options.post);
        parts.push(Part::new(settings.platform().to_string(), Subject::Chat(settings.platform()), looking));
    }
    let mut running: FuturesUnordered<_> = parts.into_iter().map(|part| part.run(&tell)).collect();
    while let Some(more) = running.next().await {
        found.extend(more);
    }
    Report::new(found, &options.accepted)
}
