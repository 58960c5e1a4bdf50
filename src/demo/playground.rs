//! The playground: two people, one cluster, and what goes wrong is up to you. A line at a time, also from a script.

use std::time::Duration;

use anyhow::Context;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::causes::causes;
use crate::demo::alert::post_alert;
use crate::demo::stage::Stage;
use crate::demo::teller::say;
use crate::simulator::kubernetes::fault::Fault;

const HELP: &str = "\
  Ada /stager check            somebody types (Ada, Grace, Linus, and Mallory, whom nobody knows)
  Grace click Approve          somebody clicks a button of the newest card
  Ada submit cf push fails     somebody sends the form in that a click brought up, with this for its reason
  alert                        Alertmanager reports CF-StagerUnavailable
  break database               the runbook's outage: Locket's connections die, the database comes back after 40 s
  break { bbs-hung = { pod = \"diego-api-0\" } }    any fault, as TOML; heal takes the same
  heal                         somebody repairs everything by hand
  delete diego-api-0           somebody deletes a pod by hand
  pods                         how the pods are
  help, quit";

/// Reads and plays lines until the input ends.
pub(super) async fn play(stage: &Stage) -> anyhow::Result<()> {
    stage.workspace.add_person("Mallory", "en-US");
    say(&format!("The cluster answers kubectl: export KUBECONFIG={}", stage.kubeconfig.display()));
    say(&format!("Alerts go to http://{}/alerts/alertmanager", stage.address().await?));
    say(HELP);
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await.context("the input can't be read")? {
        let line = line.trim();
        if line == "quit" {
            break;
        }
        if let Err(error) = act(stage, line).await {
            say(&causes(error.as_ref()));
        }
    }
    Ok(())
}

async fn act(stage: &Stage, line: &str) -> anyhow::Result<()> {
    let (word, rest) = line.split_once(' ').map_or((line, ""), |(word, rest)| (word, rest.trim()));
    match (word, rest) {
        ("", _) => {}
        ("help", _) => say(HELP),
        ("pods", _) => {
            for pod in stage.cluster.pods() {
                let active = pod.active.map_or("", |active| if active { "active" } else { "passive" });
                say(&format!("{}  {}/{}  {}  {active}  {}", pod.name, pod.ready, pod.containers, pod.phase, pod.uid));
            }
        }
        ("alert", _) => {
            let (status, answer) = post_alert(stage.address().await?).await?;
            say(&format!("{status}: {answer}"));
        }
        ("break", "database") => {
            stage.cluster.inject(Fault::DatabaseConnectionsLost { outage: Duration::from_secs(40) });
        }
        ("break", fault) => stage.cluster.inject(parse(fault)?),
        ("heal", "") => stage.cluster.heal_by_hand(),
        ("heal", fault) => stage.cluster.heal(&parse(fault)?),
        ("delete", pod) => stage.cluster.delete_pod_by_hand(pod),
        (person, what) => person_acts(stage, person, what).await?,
    }
    Ok(())
}

async fn person_acts(stage: &Stage, person: &str, what: &str) -> anyhow::Result<()> {
    let view = stage.workspace.view();
    let member = view.people.iter().find(|member| member.name.eq_ignore_ascii_case(person) && !member.is_bot);
    let member = member.with_context(|| format!("I don't know “{person}”; try help"))?;
    let person = stage.workspace.person(&member.id);
    if let Some(reason) = what.strip_prefix("submit") {
        person.submits(&[("reason", reason.trim())]).await?;
        return Ok(());
    }
    let Some(button) = what.strip_prefix("click ") else {
        person.types(&stage.channel, what).await?;
        return Ok(());
    };
    let labelled = |message: &&std::sync::Arc<crate::simulator::slack::message::Message>| {
        message.by_bot && message.buttons().iter().any(|shown| shown.text.eq_ignore_ascii_case(button))
    };
    let card =
        view.messages.iter().rev().find(labelled).with_context(|| format!("no card shows a button “{button}”"))?;
    let shown = card.buttons();
    let action = shown.iter().find(|shown| shown.text.eq_ignore_ascii_case(button)).context("the button is gone")?;
    person.clicks(card, &action.action_id).await?;
    Ok(())
}

/// A fault as TOML: `"network-policy"` or `{ bbs-hung = { pod = "diego-api-0" } }`.
fn parse(text: &str) -> anyhow::Result<Fault> {
    #[derive(Deserialize)]
    struct Line {
        fault: Fault,
    }
    let quoted = if text.starts_with(['{', '"']) { text.to_owned() } else { format!("\"{text}\"") };
    let line: Line = toml::from_str(&format!("fault = {quoted}")).with_context(|| format!("“{text}” is no fault"))?;
    Ok(line.fault)
}
