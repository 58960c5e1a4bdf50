//! Which incidents this replica works on: it claims each, renews the lease, and releases it at the end.
//!
//! Every replica follows every open incident and decides what people ask for; only the holder of the claim observes, deletes
//! and posts. Each replica notices within a [`super::HEARTBEAT`] what others appended.

use std::sync::Arc;

use tokio::time::Instant;
use tracing::Instrument as _;

use super::active::ActiveIncident;
use super::announce::{Announcer, Destination};
use super::painter::Painter;
use super::tasks::of_incident;
use super::{Engine, presenter};
use crate::chat::Chat;
use crate::clock;
use crate::incident::decide::Command;
use crate::incident::event::{Claim, Recorded};
use crate::incident::{Incident, IncidentId};
use crate::store::StoreError;
use crate::store::claims::Standing;

impl Engine {
    /// Renews the leases, reads what other replicas appended, and claims what nobody holds.
    pub(super) async fn sync(&mut self) -> Result<(), StoreError> {
        self.renew().await?;
        if !self.answering.is_empty() || !self.alerts.is_empty() {
            self.store.renew_inbox(self.store.lease()).await?;
        }
        let standings = self.store.standings(self.store.lease()).await?;
        let gone: Vec<IncidentId> =
            self.active.keys().filter(|id| !standings.iter().any(|standing| standing.id == **id)).copied().collect();
        for id in gone {
            // Another replica closed it and posted its timeline completely.
            self.reload(id).await?;
        }
        for standing in standings {
            self.follow(&standing).await?;
        }
        Ok(())
    }

    async fn follow(&mut self, standing: &Standing) -> Result<(), StoreError> {
        let id = standing.id;
        let known = self.active.get(&id).map(|active| active.incident.seq);
        if !standing.closed {
            // One that was opened again is told to its end again.
            self.posted.remove(&id);
        }
        if standing.closed && (self.posted.contains(&id) || (known.is_none() && self.chats.is_empty())) {
            return Ok(());
        }
        match known {
            Some(seq) if seq >= standing.seq => {}
            Some(_) => {
                let was_over = self.is_over(id);
                self.reload(id).await?;
                // Opened again by another replica while its end was told here: what showed it may be gone.
                if let Some(active) = self.active.get_mut(&id).filter(|active| was_over && !active.incident.is_closed())
                    && active.claim.is_some()
                {
                    active.drop_claim();
                    self.claim(id).await?;
                }
            }
            // Its holder still posts the end of the timeline.
            None if standing.closed && !standing.free => return Ok(()),
            None => {
                let log = self.store.log(id).await?;
                let Some(incident) = Incident::replay(id, &log) else { return Ok(()) };
                tracing::info!(incident.id = id, environment = incident.environment, "following an incident");
                self.active.insert(id, ActiveIncident::new(incident, log));
            }
        }
        if standing.free && self.active.get(&id).is_some_and(|active| active.claim.is_none()) {
            self.claim(id).await?;
        }
        Ok(())
    }

    /// Adds an incident that was just opened here, and claims it.
    pub(super) async fn adopt(&mut self, incident: Incident, log: Vec<Recorded>) -> Result<(), StoreError> {
        let id = incident.id;
        self.active.insert(id, ActiveIncident::new(incident, log));
        self.claim(id).await
    }

    /// Claims an incident, reads its log, and starts its presenters.
    pub(super) async fn claim(&mut self, id: IncidentId) -> Result<(), StoreError> {
        let lease = self.store.lease();
        let newest = self.active.get(&id).and_then(|active| active.incident.claim).unwrap_or(0);
        let (claim, until) = loop {
            let until = Instant::now() + lease;
            match self.store.claim(id, lease).await? {
                None => return Ok(()),
                // Claims from before the store gave them out, or from before it was restored from a copy.
                Some(claim) if claim <= newest => {}
                Some(claim) => break (claim, until),
            }
        };
        self.reload(id).await?;
        let Some(active) = self.active.get_mut(&id) else { return Ok(()) };
        active.set_claim(claim, until);
        let environment = active.incident.environment.clone();
        tracing::info!(incident.id = id, claim, environment, "working on an incident");
        if !active.incident.is_closed() {
            self.run_own_command(id, &Command::Claim { claim }).await?;
        }
        self.start_presenters(id);
        Ok(())
    }

    /// Runs a command of our own tasks, which counts only under the newest claim.
    pub(super) async fn run_own_command(&mut self, id: IncidentId, command: &Command) -> Result<(), StoreError> {
        for _ in 0..super::ATTEMPTS {
            match self.run_command(id, command, None).await {
                Err(StoreError::Overtaken(_)) => self.reload(id).await?,
                Err(error @ StoreError::ClaimLost(_)) => {
                    self.lose_claim(id);
                    return Err(error);
                }
                other => return other.map(|_| ()),
            }
        }
        Err(StoreError::Overtaken(id))
    }

    fn lose_claim(&mut self, id: IncidentId) {
        tracing::warn!(incident.id = id, "another replica works on the incident now");
        if let Some(active) = self.active.get_mut(&id) {
            active.drop_claim();
        }
    }

    async fn renew(&mut self) -> Result<(), StoreError> {
        let lease = self.store.lease();
        let due = |active: &ActiveIncident| active.lease_left() < lease * 2 / 3;
        let due: Vec<(IncidentId, Claim)> = self
            .active
            .iter()
            .filter(|(_, active)| due(active))
            .filter_map(|(id, active)| Some((*id, active.claim?)))
            .collect();
        for (id, claim) in due {
            let until = Instant::now() + lease;
            if !self.store.renew(id, claim, lease).await? {
                self.lose_claim(id);
            } else if let Some(active) = self.active.get_mut(&id) {
                active.extend_lease(until);
            }
        }
        Ok(())
    }

    fn start_presenters(&mut self, id: IncidentId) {
        let Some(active) = self.active.get_mut(&id) else { return };
        let Some(home) = self.homes.get(&active.incident.environment) else {
            let environment = &active.incident.environment;
            tracing::error!(incident.id = id, environment, "the incident's environment is not configured any more");
            return;
        };
        for (platform, channel) in &home.channels {
            let Some(chat) = self.chats.get(platform) else { continue };
            let presenter = presenter::Presenter {
                chat: Arc::clone(chat),
                store: self.store.clone(),
                rules: self.rules.clone(),
                environment: home.environment().clone(),
                channel: channel.clone(),
                rate_limit: Arc::clone(self.rate_limits.entry((*platform, channel.clone())).or_default()),
                lease: active.lease(),
                closed: Arc::clone(&self.closed),
            };
            let (lost, showing) = (active.claim_lost(), presenter.run(active.snapshots(), active.shown()));
            let showing = async move {
                // Whoever holds the claim now posts from here on.
                let _ = lost.run_until_cancelled(Box::pin(showing)).await;
            };
            self.tasks.spawn(showing.instrument(of_incident(id)));
            let painter = Painter {
                chat: Arc::clone(chat),
                store: self.store.clone(),
                rules: self.rules.clone(),
                environment: home.environment().name.clone(),
                channel: channel.clone(),
                rate_limit: Arc::clone(self.rate_limits.entry((*platform, channel.clone())).or_default()),
                lease: active.lease(),
            };
            let (lost, painting) = (active.claim_lost(), painter.run(active.snapshots()));
            let painting = async move {
                let _ = lost.run_until_cancelled(Box::pin(painting)).await;
            };
            self.tasks.spawn(painting.instrument(of_incident(id)));
        }
        self.start_announcers(id);
    }

    /// One for each chat platform and each pager: none waits for another.
    fn start_announcers(&mut self, id: IncidentId) {
        let Some(active) = self.active.get(&id) else { return };
        let Some(home) = self.homes.get(&active.incident.environment) else { return };
        let homes: Vec<(Arc<dyn Chat>, String)> = home
            .channels
            .iter()
            .filter_map(|(platform, channel)| Some((Arc::clone(self.chats.get(platform)?), channel.clone())))
            .collect();
        let chats = self.chats.values().map(|chat| Destination::Chat(Arc::clone(chat)));
        let pagers: Vec<String> = self.rules.borrow().pagers.0.keys().cloned().collect();
        for destination in chats.chain(pagers.into_iter().map(Destination::Page)) {
            let own = match &destination {
                Destination::Chat(chat) => home.channels.get_key_value(&chat.platform()),
                Destination::Page(_) => None,
            };
            let rate_limit = own.map(|(platform, channel)| (*platform, channel.clone()));
            let announcer = Announcer {
                destination,
                store: self.store.clone(),
                rules: self.rules.clone(),
                environment: home.environment().clone(),
                homes: homes.clone(),
                rate_limit: rate_limit
                    .map(|key| Arc::clone(self.rate_limits.entry(key).or_default()))
                    .unwrap_or_default(),
                lease: active.lease(),
                shown: active.shown().subscribe(),
                results: self.result_sender.clone(),
            };
            let (lost, telling) = (active.claim_lost(), announcer.run(active.snapshots()));
            let telling = async move {
                let _ = lost.run_until_cancelled(Box::pin(telling)).await;
            };
            self.tasks.spawn(telling.instrument(of_incident(id)));
        }
    }

    /// Another process appended: read the log again.
    pub(super) async fn reload(&mut self, id: IncidentId) -> Result<(), StoreError> {
        let Some(newest) = self.active.get(&id).and_then(|active| active.newest().cloned()) else { return Ok(()) };
        let mut newer = self.store.log_from(id, newest.seq).await?;
        // Otherwise the store was restored from a copy, and nothing that was read counts.
        if newer.first() == Some(&newest)
            && let Some(active) = self.active.get_mut(&id)
        {
            newer.remove(0);
            active.catch_up(newer);
            return Ok(());
        }
        let log = self.store.log(id).await?;
        if let (Some(active), Some(incident)) = (self.active.get_mut(&id), Incident::replay(id, &log)) {
            active.replace(incident, log);
        }
        Ok(())
    }

    /// Removes closed incidents whose timelines are posted; other replicas may still post theirs.
    pub(super) async fn remove_finished(&mut self) {
        let over: Vec<(IncidentId, Option<Claim>)> = self
            .active
            .iter()
            .filter(|(_, active)| active.is_finished())
            .map(|(id, active)| (*id, active.claim))
            .collect();
        for (id, claim) in over {
            self.active.remove(&id);
            if let Some(claim) = claim {
                self.posted.insert(id);
                if let Err(error) = self.store.release(id, claim).await {
                    self.report(&error, "letting an incident go");
                }
            }
        }
    }

    /// Releases every claim, so that other replicas claim at once.
    pub(super) async fn release_all(&mut self, held: Vec<(IncidentId, Claim)>) {
        for (id, claim) in held {
            if let Err(error) = self.store.release(id, claim).await {
                self.report(&error, "letting an incident go");
            }
        }
        if let Err(error) = self.store.renew_inbox(std::time::Duration::ZERO).await {
            self.report(&error, "letting the inbox go");
        }
    }

    /// The time of an incident: this clock's, unless another replica that appended is ahead. Then it is that one's, for all.
    pub(super) fn now_of(&self, id: IncidentId) -> jiff::Timestamp {
        self.active.get(&id).map_or_else(clock::now, ActiveIncident::now)
    }
}
