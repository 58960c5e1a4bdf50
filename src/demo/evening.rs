//! The scene that plays where none is named: a quiet evening, the runbook's outage, an alert, a self-approval that is refused, a second person, recovery.

use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::http::StatusCode;

use crate::demo::alert::post_alert;
use crate::demo::stage::{PATIENCE, Stage};
use crate::incident::event::Outcome;
use crate::incident::timeline;
use crate::simulator::kubernetes::fault::Fault;
use crate::simulator::kubernetes::{PodSnapshot, Snapshot};
use crate::words::Words;

/// How long the database is away in the scene, in the model's own seconds.
const OUTAGE: Duration = Duration::from_secs(40);

/// Plays it.
pub(super) async fn play(stage: &Stage) -> anyhow::Result<()> {
    let (ada, grace) = (stage.workspace.person("Ada"), stage.workspace.person("Grace"));
    stage.next("A quiet evening. Ada looks whether all is well.").await;
    ada.types(&stage.channel, "/stager check").await?;
    stage.card(&stage.words().word("outcome-healthy")).await?;

    stage.next("3 a.m.: Locket's database connections die. The database comes back; Locket does not notice.").await;
    outage(stage).await?;

    stage.next("cf push fails with CF-StagerUnavailable. Alertmanager reports it.").await;
    alert(stage).await?;
    let card = stage.button("stager-restart").await?;

    stage.next("Ada requests the restart, says why, and tries to approve it herself.").await;
    ada.clicks(&card, "stager-restart").await?;
    stage.form(&ada).await?;
    ada.submits(&[("reason", "cf push fails in every space")]).await?;
    let card = stage.button("stager-approve").await?;
    ada.clicks(&card, "stager-approve").await?;
    stage.whispered(&ada, &stage.words().word("refused-own-request")).await?;

    stage.next("Grace has checked the database. She approves.").await;
    let before = stage.cluster.pods();
    grace.clicks(&card, "stager-approve").await?;
    stage.card(&recovered(stage.words())).await?;
    check(stage, &before)
}

/// The runbook's outage, up to where it is stuck.
pub(super) async fn outage(stage: &Stage) -> anyhow::Result<()> {
    stage.cluster.inject(Fault::DatabaseConnectionsLost { outage: OUTAGE });
    let stuck = |s: &Snapshot| s.endpoints.is_empty() && s.pods.iter().all(|pod| pod.active != Some(true));
    stage.cluster.wait_until(PATIENCE, stuck).await.map_err(|s| anyhow!("the outage did not come: {s:?}"))?;
    Ok(())
}

/// Alertmanager reports it, and the bot takes it.
pub(super) async fn alert(stage: &Stage) -> anyhow::Result<()> {
    let (status, answer) = post_alert(stage.address().await?).await?;
    anyhow::ensure!(status == StatusCode::OK, "the alert was answered {status}: {answer}");
    Ok(())
}

/// How the sentence about the recovery begins, up to the leader's name.
fn recovered(words: &Words) -> String {
    const LEADER: &str = "\u{1}";
    let outcome = Outcome::Recovered { leader: LEADER.to_owned(), deleted: 0, planned: 0, unproven: false };
    let said = words.say(&timeline::outcome(&outcome));
    said.split(LEADER).next().unwrap_or_default().to_owned()
}

/// It has to have ended in the cluster as it did in the chat: all that was planned is gone, and nothing else.
pub(super) fn check(stage: &Stage, before: &[PodSnapshot]) -> anyhow::Result<()> {
    let (gone, planned) = (stage.cluster.terminations().len(), planned(before).count());
    anyhow::ensure!(gone == planned, "{gone} pods were deleted, {planned} were planned");
    check_once(stage, before)
}

/// Nothing but what was planned is gone, nothing of it twice, and one leads.
pub(super) fn check_once(stage: &Stage, before: &[PodSnapshot]) -> anyhow::Result<()> {
    let mut left: Vec<&str> = planned(before).collect();
    for termination in &stage.cluster.terminations() {
        let place = left.iter().position(|uid| *uid == termination.uid);
        let place = place.with_context(|| format!("{termination:?} was not planned, or came twice"))?;
        left.remove(place);
    }
    anyhow::ensure!(stage.cluster.snapshot().leader.is_some(), "no pod is active");
    Ok(())
}

/// The UIDs of the pods that a restart deletes.
fn planned(before: &[PodSnapshot]) -> impl Iterator<Item = &str> {
    before.iter().filter(|pod| pod.name.starts_with("diego-api-")).map(|pod| pod.uid.as_str())
}
