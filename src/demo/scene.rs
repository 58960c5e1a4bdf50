//! The scenes of the guided tour. Each has what happens by itself, what people do, and how it has to end; the page lets visitors be the
//! people, the terminal plays them.

use std::collections::BTreeSet;

use anyhow::{anyhow, ensure};
use clap::ValueEnum;

use crate::demo::evening::{alert, check, check_once, outage};
use crate::demo::stage::{PATIENCE, Stage};
use crate::incident::event::{Event, Outcome, Recorded};
use crate::simulator::kubernetes::PodSnapshot;
use crate::simulator::kubernetes::fault::Fault;
use crate::simulator::slack::person::Person;
use crate::simulator::slack::view::View;

/// The reason of every request.
const REASON: &str = "cf push fails in every space";

/// A scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scene {
    /// The runbook's outage: one requests a restart, another one approves, and it recovers.
    Outage,
    /// Somebody approves their own request, by either of two accounts.
    OwnRequest,
    /// Nobody answers, and the request is escalated.
    Escalation,
    /// It recovers before the approval: nothing is deleted.
    RecoversItself,
    /// The database is down, so no restart is offered.
    DatabaseDown,
    /// The bot is killed in the middle, and comes back.
    BotKilled,
}

impl Scene {
    /// All of them, in the order of the tour.
    pub const ALL: [Self; 6] =
        [Self::Outage, Self::OwnRequest, Self::Escalation, Self::RecoversItself, Self::DatabaseDown, Self::BotKilled];

    /// What it is called, in the terminal and by the page.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outage => "outage",
            Self::OwnRequest => "own-request",
            Self::Escalation => "escalation",
            Self::RecoversItself => "recovers-itself",
            Self::DatabaseDown => "database-down",
            Self::BotKilled => "bot-killed",
        }
    }

    /// What happens by itself: what goes wrong, and the alert. Returns the pods as they are then.
    pub(super) async fn opens(self, stage: &Stage) -> anyhow::Result<Vec<PodSnapshot>> {
        if self == Self::DatabaseDown {
            stage
                .next("3 a.m.: the database does not answer any more. Diego loses its lock, and nobody can take it.")
                .await;
            stage.cluster.inject(Fault::DatabaseDown);
            let leaderless = stage.cluster.wait_until(PATIENCE, |seen| seen.endpoints.is_empty()).await;
            leaderless.map_err(|seen| anyhow!("the outage did not come: {seen:?}"))?;
        } else {
            stage
                .next("3 a.m.: Locket's database connections die. The database comes back; Locket does not notice.")
                .await;
            outage(stage).await?;
        }
        stage.next("cf push fails with CF-StagerUnavailable. Alertmanager reports it.").await;
        alert(stage).await?;
        Ok(stage.cluster.pods())
    }

    /// What people do.
    pub(super) async fn people(self, stage: &Stage) -> anyhow::Result<()> {
        let person = |id: &str| stage.workspace.person(id);
        let (ada, grace) = (person("U0ADA0001"), person("U0GRACE01"));
        match self {
            Self::Outage => {
                requests(stage, &ada).await?;
                approves(stage, &grace).await?;
            }
            Self::OwnRequest => {
                requests(stage, &ada).await?;
                stage.next("Ada tries to approve it herself, by one of her accounts and by the other.").await;
                for ada in [&ada, &person("U0ADA0002")] {
                    let card = stage.button("stager-approve").await?;
                    ada.clicks(&card, "stager-approve").await?;
                    stage.whispered(ada, &stage.words().word("refused-own-request")).await?;
                }
                stage.next("It takes a second human, and there is none tonight. Ada takes the request back.").await;
                let card = stage.button("stager-cancel").await?;
                ada.clicks(&card, "stager-cancel").await?;
            }
            Self::Escalation => {
                requests(stage, &ada).await?;
                stage
                    .next("Everybody who may approve is asleep. The bot calls them again, and then somewhere else.")
                    .await;
                escalated(stage).await?;
                approves(stage, &grace).await?;
            }
            Self::RecoversItself => {
                requests(stage, &ada).await?;
                stage.next("Before anybody approves, the database's people cut the dead connections: Diego recovers by itself.").await;
                stage.cluster.heal_by_hand();
            }
            Self::DatabaseDown => {
                stage.logged("a diagnosis", |log| find(log, is_diagnosed)).await?;
                stage.next("The bot offers no restart. Ada wants one all the same.").await;
                ada.types(&stage.channel, &format!("/stager restart {REASON}")).await?;
                stage.logged("the refusal", |log| find(log, is_refused)).await?;
                stage.next("The database is brought back.").await;
                stage.cluster.heal(&Fault::DatabaseDown);
            }
            Self::BotKilled => {
                requests(stage, &ada).await?;
                approves(stage, &grace).await?;
                stage.logged("a delete", |log| find(log, |event| matches!(event, Event::PodDeleted { .. }))).await?;
                stage.next("One pod is on its way out: the bot is killed.").await;
                stage.kill().await;
                stage.next("And comes back.").await;
                stage.revive().await?;
            }
        }
        Ok(())
    }

    /// Waits for its end, and says whether it is as it should be.
    pub(super) async fn ends(self, stage: &Stage, before: &[PodSnapshot]) -> anyhow::Result<()> {
        match self {
            Self::Outage => {
                recovered(stage).await?;
                check(stage, before)
            }
            Self::OwnRequest => {
                stage.logged("two refusals by different accounts of one person", refused_by_two_accounts).await?;
                nothing_deleted(stage)
            }
            Self::Escalation => {
                escalated(stage).await?;
                recovered(stage).await?;
                check(stage, before)
            }
            Self::RecoversItself => {
                let requested = |event: &Event| matches!(event, Event::RestartRequested { .. });
                stage.logged("a request", |log| find(log, requested)).await?;
                let outcome = closed(stage).await?;
                ensure!(outcome == Outcome::RecoveredItself, "it ended as {outcome:?}");
                nothing_deleted(stage)
            }
            Self::DatabaseDown => {
                let outcome = closed(stage).await?;
                ensure!(outcome == Outcome::RecoveredItself, "it ended as {outcome:?}");
                let offered = |event: &Event| matches!(event, Event::RestartRequested { .. });
                let log = stage.logs(1).await?.pop().unwrap_or_default().1;
                ensure!(find(&log, offered).is_none(), "a restart was requested while the database was down");
                nothing_deleted(stage)
            }
            Self::BotKilled => {
                recovered(stage).await?;
                ensure!(stage.kills() > 0, "nobody killed the bot");
                // What was healthy by the time that it came back was left alone.
                check_once(stage, before)
            }
        }
    }
}

/// Somebody requests the restart that the card offers, and says why.
async fn requests(stage: &Stage, who: &Person) -> anyhow::Result<()> {
    let card = stage.button("stager-restart").await?;
    stage.next(&format!("{} requests the restart, and says why.", who.name())).await;
    who.clicks(&card, "stager-restart").await?;
    stage.form(who).await?;
    who.submits(&[("reason", REASON)]).await?;
    stage.button("stager-approve").await?;
    Ok(())
}

/// Somebody approves it.
async fn approves(stage: &Stage, who: &Person) -> anyhow::Result<()> {
    let card = stage.button("stager-approve").await?;
    stage.next(&format!("{} has checked the database, and approves.", who.name())).await;
    who.clicks(&card, "stager-approve").await?;
    Ok(())
}

/// Waits until somebody is called where the managers are.
async fn escalated(stage: &Stage) -> anyhow::Result<()> {
    let managers = |view: &View| view.channel("cf-managers").map(|channel| channel.id.clone());
    let managers = managers(&stage.workspace.view()).unwrap_or_default();
    stage.message("a call in the managers' channel", |message| message.channel == managers).await?;
    Ok(())
}

/// How the incident ended.
async fn closed(stage: &Stage) -> anyhow::Result<Outcome> {
    let outcome = |event: &Event| match event {
        Event::Closed { outcome } => Some(outcome.clone()),
        _ => None,
    };
    stage.logged("an end", |log| log.iter().find_map(|recorded| outcome(&recorded.event))).await
}

/// It has to have recovered by a restart.
async fn recovered(stage: &Stage) -> anyhow::Result<()> {
    let outcome = closed(stage).await?;
    ensure!(matches!(outcome, Outcome::Recovered { .. }), "it ended as {outcome:?}");
    Ok(())
}

fn nothing_deleted(stage: &Stage) -> anyhow::Result<()> {
    let gone = stage.cluster.terminations();
    ensure!(gone.is_empty(), "nothing should have been deleted: {gone:?}");
    Ok(())
}

fn find(log: &[Recorded], is: impl Fn(&Event) -> bool) -> Option<()> {
    log.iter().any(|recorded| is(&recorded.event)).then_some(())
}

fn is_diagnosed(event: &Event) -> bool {
    matches!(event, Event::Diagnosed { .. })
}

fn is_refused(event: &Event) -> bool {
    matches!(event, Event::Refused { .. })
}

/// Refusals of one person by more than one account.
fn refused_by_two_accounts(log: &[Recorded]) -> Option<()> {
    let refused = log.iter().filter_map(|recorded| match &recorded.event {
        Event::Refused { who, why, .. } if why.id == "refused-own-request" => Some((&who.person, &who.account)),
        _ => None,
    });
    let refused: BTreeSet<_> = refused.map(|(person, account)| (person.clone(), account.user.clone())).collect();
    (refused.len() > 1).then_some(())
}
