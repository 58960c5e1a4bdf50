//! The card: the one message of an incident, as a function of its state and log.
//!
//! Verdict first, then the evidence, what will happen, who, and at the end the lines to go on by hand: the platform, the
//! cluster and the bot can fail together. Once something is being done, or is over, that is the verdict.

pub mod by_hand;
mod called;
mod drill;
pub mod evidence;
pub mod waiting;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use self::by_hand::by_hand;
use self::called::called;
use self::evidence::{database, event_lines, findings, further_evidence, leader, pod_lines, probe_lines, statements};

use self::waiting::waiting;
use crate::chat::{Block, Button, Card, Confirm, Tone};
use crate::incident::alert::Alert;
use crate::incident::diagnosis::{Diagnosis, Verdict};
use crate::incident::environment::Environment;
use crate::incident::event::{Event, Outcome, Recorded};
use crate::incident::observation::Observation;
use crate::incident::phrase::{Arg, Phrase};
use crate::incident::plan::{RestartPlan, propose};
use crate::incident::policy::Policy;
use crate::incident::recovery::missing_pods;
use crate::incident::timeline::{durations, named, outcome};
use crate::incident::two_persons::shown;
use crate::incident::{Incident, PodProgress, PodState, Restart, RestartRequest, State};
use crate::request::Verb;
use crate::store::announcements::Announcement;
use crate::words::Words;

/// What a card is drawn from.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The incident.
    pub incident: &'a Incident,
    /// Its log.
    pub log: &'a [Recorded],
    /// Who was told that somebody is needed.
    pub told: &'a [Announcement],
    /// Its environment.
    pub environment: &'a Environment,
    /// Whether a restart may be offered.
    pub policy: &'a Policy,
    /// The channel's language.
    pub words: &'a Words,
    /// The time of drawing.
    pub now: Timestamp,
}

impl Scene<'_> {
    /// Draws the card.
    pub fn card(&self) -> Card {
        if self.incident.is_drill() {
            return drill::card(self.incident, called(self.incident, self.log, self.told, self.words), self.words);
        }
        let mut blocks = Vec::new();
        self.progress(&mut blocks);
        self.durations(&mut blocks);
        self.findings(&mut blocks);
        self.waiting(&mut blocks);
        self.evidence(&mut blocks);
        self.plan(&mut blocks);
        self.facts(&mut blocks);
        blocks.push(Block::Titled(self.words.word("title-by-hand"), String::new()));
        let (observation, diagnosis) = (self.incident.observation.as_ref(), self.incident.diagnosis.as_ref());
        blocks.push(Block::Code(by_hand(self.environment, observation, diagnosis, self.words)));
        let note =
            Phrase::new("note-incident").with("incident", self.incident.id).with("opened", self.incident.opened_at);
        blocks.push(Block::Note(self.words.say(&note)));
        Card { headline: self.headline(), tone: self.tone(), blocks, buttons: self.buttons() }
    }

    /// Where the incident stands, in one line.
    pub fn headline(&self) -> String {
        self.words.say(&self.standing())
    }

    /// The same, not said yet.
    pub fn standing(&self) -> Phrase {
        if self.incident.is_drill() {
            return drill::standing(self.incident);
        }
        let phrase = match &self.incident.state {
            // That it is no drill was found out before.
            State::Checking | State::Drill(_) => Phrase::new("card-checking"),
            State::Diagnosed => Phrase::new(match self.incident.diagnosis.as_ref().map(|d| &d.verdict) {
                Some(Verdict::Healthy) => "card-healthy",
                Some(Verdict::ReachedNotProven) => "card-reached-not-proven",
                Some(Verdict::WillHelp { .. }) => "card-will-help",
                Some(Verdict::WillNotHelp { .. }) => "card-will-not-help",
                Some(Verdict::NotKnown { .. }) | None => "card-not-known",
            }),
            State::AwaitingApproval(request) => Phrase::new("card-awaiting").with("who", request.by.name()),
            State::Restarting(restart) => {
                let done = restart.pods.iter().filter(|p| p.state != PodState::Waiting).count();
                Phrase::new("card-restarting").with("done", done).with("planned", restart.pods.len())
            }
            State::Recovering(_) => Phrase::new("card-recovering"),
            State::Closed(how) => Phrase::new("card-closed").with("outcome", outcome(how)),
        };
        let why = self.incident.diagnosis.as_ref().and_then(|d| d.deciding()?.says.args.get("why")).cloned();
        let phrase = why.map_or(phrase.clone(), |why| phrase.with("why", why));
        phrase.with("environment", &self.environment.name)
    }

    fn tone(&self) -> Tone {
        match &self.incident.state {
            State::Diagnosed if self.incident.unproven_since.is_some() => Tone::Busy,
            State::Closed(Outcome::NotRecovered { .. } | Outcome::HandedOver { .. }) | State::Diagnosed => Tone::Alarm,
            State::Closed(Outcome::ReachedNotProven { .. }) => Tone::Busy,
            State::Closed(_) => Tone::Good,
            _ => Tone::Busy,
        }
    }

    fn findings(&self, blocks: &mut Vec<Block>) {
        let Some(diagnosis) = &self.incident.diagnosis else { return };
        // What is over is told as it was seen last, never with what was to be done before.
        let over = match &self.incident.state {
            State::Closed(Outcome::NotRecovered { .. } | Outcome::HandedOver { .. } | Outcome::DryRun { .. }) => true,
            State::Closed(_) => !diagnosis.is_untroubled(),
            _ => false,
        };
        let (title, text) = if over {
            ("title-last-look", statements(diagnosis, self.words))
        } else {
            ("title-findings", findings(diagnosis, self.words))
        };
        blocks.push(Block::Titled(self.words.word(title), text));
    }

    fn waiting(&self, blocks: &mut Vec<Block>) {
        let (Some(observation), Some(diagnosis)) = (&self.incident.observation, &self.incident.diagnosis) else {
            return;
        };
        let waits = waiting(observation, diagnosis, &self.policy.allowances);
        let lines: Vec<String> = waits.iter().map(|phrase| self.words.say(phrase)).collect();
        if matches!(self.incident.state, State::Diagnosed) && !lines.is_empty() {
            blocks.push(Block::Titled(self.words.word("title-time"), lines.join("\n")));
        }
    }

    fn plan(&self, blocks: &mut Vec<Block>) {
        let mut lines = Vec::new();
        match &self.incident.state {
            State::AwaitingApproval(request) => {
                lines.push(self.plan_pods(&request.plan, request.terminating_wait));
                let expires = Phrase::new("plan-expires").with("until", request.expires).with("code", &request.code);
                lines.push(self.words.say(&expires));
                if request.dry_run {
                    lines.push(self.words.word("plan-dry"));
                }
            }
            State::Diagnosed => {
                let Some(plan) = self.offer() else { return };
                match self.incident.withheld(self.now, self.policy) {
                    Some(why) => {
                        lines.push(self.words.say(&Phrase::new("plan-withheld").with("why", why.phrase())));
                    }
                    None => lines.push(self.plan_pods(&plan, Some(self.policy.terminating_wait))),
                }
            }
            _ => return,
        }
        blocks.push(Block::Titled(self.words.word("title-plan"), lines.join("\n")));
    }

    fn plan_pods(&self, plan: &RestartPlan, wait: Option<SignedDuration>) -> String {
        let id = if plan.pods().count() == 1 { "plan-pod" } else { "plan-pods" };
        promised(Phrase::new(id).with("pods", names(plan)), plan, wait, self.words)
    }

    /// The plan that may be requested now.
    fn offer(&self) -> Option<RestartPlan> {
        matches!(self.incident.state, State::Diagnosed).then_some(())?;
        propose(self.incident.diagnosis.as_ref()?, self.incident.observation.as_ref()?)
    }

    fn progress(&self, blocks: &mut Vec<Block>) {
        if let State::Closed(Outcome::NotRecovered { why, .. }) = &self.incident.state {
            let missing: Vec<String> = why.iter().map(|phrase| self.words.say(phrase)).collect();
            blocks.push(Block::Titled(self.words.word("title-missing"), missing.join("\n")));
        }
        let Some(restart) = self.restart() else { return };
        let lines: Vec<String> = restart.pods.iter().map(|p| self.words.say(&self.pod_progress(p))).collect();
        blocks.push(Block::Titled(self.words.word("title-progress"), lines.join("\n")));
        if let (State::Recovering(_), Some(observation)) = (&self.incident.state, &self.incident.observation) {
            let missing = missing_pods(observation, &restart.deleted());
            let missing: Vec<String> = missing.iter().map(|phrase| self.words.say(phrase)).collect();
            if !missing.is_empty() {
                blocks.push(Block::Titled(self.words.word("title-missing"), missing.join("\n")));
            }
        }
    }

    /// The restart: while it goes on, and once the incident is closed the one that was carried out.
    fn restart(&self) -> Option<Restart> {
        if let Some(restart) = self.incident.restart() {
            return Some(restart.clone());
        }
        if !self.incident.is_closed() {
            return None;
        }
        let before = Incident::replay(self.incident.id, self.log.split_last()?.1)?;
        before.restart().cloned()
    }

    fn pod_progress(&self, progress: &PodProgress) -> Phrase {
        let name = &progress.pod.name;
        let observation = self.incident.observation.as_ref();
        let seen = observation.and_then(|o| o.pod_by_name(name));
        let says = |id: &str| Phrase::new(id).with("pod", name);
        match (&progress.state, seen) {
            (PodState::Waiting, _) => says("progress-waiting"),
            (PodState::Spared, _) => says("progress-spared"),
            (PodState::Skipped { .. }, _) => says("progress-skipped"),
            (PodState::Intended { .. } | PodState::Unclear, _) => says("progress-intended"),
            (PodState::Deleted { .. }, None) => says("progress-gone"),
            (PodState::Deleted { .. }, Some(pod)) if pod.uid == progress.pod.uid => {
                match (pod.deleting_until, observation) {
                    // Its grace is over, and something has not let go of it.
                    (Some(until), Some(observation)) if until <= observation.at && !pod.finalizers.is_empty() => {
                        says("progress-held").with("finalizers", pod.finalizers.join(", "))
                    }
                    // As of the observation: a card that is drawn again shows the same.
                    (Some(until), Some(observation)) if until > observation.at => says("progress-terminating")
                        .with("left", until.duration_since(observation.at))
                        .with("until", until),
                    (Some(_), Some(_)) => says("progress-late"),
                    _ => says("progress-intended"),
                }
            }
            (PodState::Deleted { .. }, Some(pod)) => {
                let id = match (pod.is_ready(), pod.is_active()) {
                    (false, _) => "progress-starting",
                    (true, false) => "progress-ready",
                    (true, true) => "progress-active",
                };
                says(id).with("ready", pod.ready).with("containers", pod.containers)
            }
        }
    }

    fn durations(&self, blocks: &mut Vec<Block>) {
        let durations = durations(self.log);
        let Some(total) = durations.mitigated.filter(|_| self.incident.is_closed()) else { return };
        if matches!(self.incident.state, State::Closed(Outcome::Healthy)) {
            return;
        }
        let line = |(name, length): &(&str, SignedDuration)| {
            self.words.say(&Phrase::new("phase-line").with("phase", Phrase::new(*name)).with("length", *length))
        };
        let lines: Vec<String> = durations.phases.iter().map(line).collect();
        let title = self.words.say(&Phrase::new("title-duration").with("total", total));
        blocks.push(Block::Titled(title, lines.join(" · ")));
    }

    fn evidence(&self, blocks: &mut Vec<Block>) {
        let Some(observation) = &self.incident.observation else { return };
        if let Some(pods) = pod_lines(observation) {
            blocks.push(Block::Titled(self.words.word("title-pods"), String::new()));
            blocks.push(Block::Code(pods));
        }
        let probes = probe_lines(observation, self.words);
        if !probes.is_empty() {
            blocks.push(Block::Titled(self.words.word("title-probe"), String::new()));
            blocks.push(Block::Code(probes));
        }
        let further = further_evidence(observation, self.words);
        if !further.is_empty() {
            blocks.push(Block::Titled(self.words.word("title-further"), String::new()));
            blocks.push(Block::Code(further.join("\n")));
        }
        let events = event_lines(observation);
        let healthy = self.incident.diagnosis.as_ref().is_some_and(Diagnosis::is_healthy);
        if !events.is_empty() && !healthy {
            blocks.push(Block::Titled(self.words.word("title-events"), String::new()));
            blocks.push(Block::Code(events[..events.len().min(MAX_EVENTS)].join("\n")));
        }
    }

    fn facts(&self, blocks: &mut Vec<Block>) {
        let mut fields = vec![self.field("field-environment", self.environment.name.clone())];
        if let Some(observation) = &self.incident.observation {
            fields.push(self.field("field-leader", self.leader(observation)));
            fields.push(self.field("field-database", self.words.say(&database(observation))));
            fields.push(self.field("field-evidence", self.words.time(observation.at)));
        }
        if let Some(mute) = self.incident.mute.as_ref().filter(|mute| mute.until > self.now) {
            let muted = Phrase::new("muted-until").with("until", Arg::Dated(mute.until)).with("who", mute.by.name());
            fields.push(self.field("field-muted", self.words.say(&muted)));
        }
        if let Some(alert) = self.incident.inhibiting(self.now, self.policy) {
            let fires = Phrase::new("database-alert").with("name", &alert.name).with("source", &alert.source);
            fields.push(self.field("field-database-alert", self.words.say(&fires)));
        }
        let outage: Vec<&Alert> = self.incident.alerts.values().filter(|alert| alert.meaning.concerns_us()).collect();
        if let Some(first) = outage.first() {
            let names: BTreeSet<&str> = outage.iter().map(|alert| alert.name.as_str()).collect();
            let (all, more) = (outage.len(), names.len() - 1);
            let count = match (all, more) {
                (2.., 0) => Phrase::new("alerts-same").with("count", all).with("name", &first.name),
                _ => Phrase::new("alerts-count").with("count", more + 1).with("more", more).with("name", &first.name),
            };
            fields.push(self.field("field-alerts", self.words.say(&count)));
        }
        if self.incident.reopened > 0 {
            let count = Phrase::new("reopened-count").with("count", self.incident.reopened);
            fields.push(self.field("field-reopened", self.words.say(&count)));
        }
        for recorded in self.log.iter().skip(self.newest_request()) {
            match &recorded.event {
                Event::RestartRequested { by, .. } => fields.push(self.field("field-requested", by.name())),
                Event::ApprovalGiven { by, .. } | Event::Approved { by, .. } => {
                    fields.push(self.field("field-approved", by.name()));
                }
                _ => {}
            }
        }
        if let Some(request) = self.incident.request() {
            let needed = self.policy.rules.needed(&self.incident.environment, self.now);
            let given = shown(request.requester(), request.approvers(), self.policy);
            if needed > 1 {
                let count = Phrase::new("approvals-count").with("given", given).with("needed", needed);
                fields.push(self.field("field-approvals", self.words.say(&count)));
            }
        }
        fields.extend(called(self.incident, self.log, self.told, self.words));
        blocks.push(Block::Fields(fields));
    }

    /// Where the newest request stands in the log; one from before the incident was opened again is over.
    fn newest_request(&self) -> usize {
        let newest = self
            .log
            .iter()
            .rposition(|recorded| matches!(recorded.event, Event::RestartRequested { .. } | Event::Reopened { .. }));
        newest.unwrap_or(self.log.len())
    }

    fn field(&self, id: &str, value: String) -> (String, String) {
        (self.words.word(id), value)
    }

    fn leader(&self, observation: &Observation) -> String {
        if let State::Closed(Outcome::Recovered { leader, .. }) = &self.incident.state {
            let before = self.leader_before();
            let id = if before.is_some() { "leader-change" } else { "leader-change-unknown" };
            let after = observation.pod_by_name(leader).map_or(leader.clone(), |pod| named(leader, &pod.uid));
            let phrase = Phrase::new(id).with("after", after);
            return self.words.say(&before.map_or(phrase.clone(), |pod| phrase.with("before", pod)));
        }
        leader(observation, self.words)
    }

    /// The leader before the outage: `last_leader` is the new one once the recovery was diagnosed, so the log is asked.
    fn leader_before(&self) -> Option<String> {
        if let Some(led) = &self.incident.led {
            return Some(named(&led.pod, &led.uid));
        }
        match &self.log.first()?.event {
            Event::Opened { last_leader, .. } => last_leader.as_ref().map(|last| named(&last.pod, &last.uid)),
            _ => None,
        }
    }

    fn buttons(&self) -> Vec<Button> {
        let check_again = self.button(Verb::Check, "button-check-again", None, None);
        match &self.incident.state {
            State::Checking | State::Restarting(_) | State::Recovering(_) | State::Drill(_) | State::Closed(_) => {
                Vec::new()
            }
            State::Diagnosed => {
                let offer = self.offer().filter(|_| self.incident.withheld(self.now, self.policy).is_none());
                let restart = offer.map(|plan| {
                    let wait = Some(self.policy.terminating_wait);
                    let confirm = self.confirm("confirm-restart", &plan, wait, self.evidence_age(self.now));
                    self.button(Verb::Restart, "button-restart", None, Some(confirm))
                });
                restart.into_iter().chain([check_again]).collect()
            }
            State::AwaitingApproval(request) => {
                let code = Some(request.code.as_str());
                vec![
                    self.button(Verb::Approve, "button-approve", code, Some(self.confirm_approval(request))),
                    self.button(Verb::Deny, "button-deny", code, None),
                    self.button(Verb::Cancel, "button-cancel", code, None),
                    check_again,
                ]
            }
        }
    }

    fn button(&self, verb: Verb, label: &str, code: Option<&str>, confirm: Option<Confirm>) -> Button {
        Button { verb, label: self.words.word(label), value: Verb::value(self.incident.id, code), confirm }
    }

    fn confirm_approval(&self, request: &RestartRequest) -> Confirm {
        let age = request.at.duration_since(request.evidence_from);
        self.confirm("confirm-approve", &request.plan, request.terminating_wait, age)
    }

    fn confirm(&self, id: &str, plan: &RestartPlan, wait: Option<SignedDuration>, age: SignedDuration) -> Confirm {
        let database = self.incident.observation.as_ref().map_or(Phrase::new("database-not-known"), database);
        let text = Phrase::new(id)
            .with("environment", &self.environment.name)
            .with("pods", names(plan))
            .with("age", age)
            .with("database", database);
        Confirm {
            title: self.words.word(&format!("{id}-title")),
            text: promised(text, plan, wait, self.words),
            yes: self.words.word(&format!("{id}-yes")),
            no: self.words.word("confirm-no"),
        }
    }

    /// How old the evidence was when the newest event was written: a card that is drawn again shows the same age.
    fn evidence_age(&self, now: Timestamp) -> SignedDuration {
        let mut events = self.log.iter().rev().filter(|recorded| !matches!(recorded.event, Event::Called { .. }));
        let drawn = events.next().map_or(now, |recorded| recorded.at);
        self.incident.observation.as_ref().map_or(SignedDuration::ZERO, |o| drawn.duration_since(o.at))
    }
}

/// The answers to what is asked before a click counts, yes and no: for platforms that put the question themselves.
pub fn answers(verb: Verb, words: &Words) -> (String, String) {
    (words.word(&format!("confirm-{}-yes", verb.word())), words.word("confirm-no"))
}

/// The caption of the field for why a restart is requested.
pub fn reason(words: &Words) -> String {
    words.word("form-reason")
}

/// What is said where a card does not show any more what would be confirmed: by a line, it can still be typed.
pub fn question_lost(line: &str, words: &Words) -> String {
    words.say(&Phrase::new("confirm-lost").with("line", line))
}

/// How many events a card shows.
const MAX_EVENTS: usize = 8;

fn names(plan: &RestartPlan) -> String {
    plan.pods().map(|(_, pod)| pod.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// A sentence about a plan, with what people confirm about a pod that hangs in Terminating in its place.
fn promised(says: Phrase, plan: &RestartPlan, wait: Option<SignedDuration>, words: &Words) -> String {
    let before = |promise| words.say(&Phrase::new("promise-before").with("promise", promise));
    let promise = plan.promise(wait).map_or_else(String::new, before);
    words.say(&says.with("promise", promise))
}
