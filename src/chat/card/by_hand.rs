//! The kubectl lines to go on by hand, as they fit what was found: a delete only where it would help, or where only a person can
//! find out whether it would.

use crate::incident::diagnosis::{Diagnosis, Verdict};
use crate::incident::environment::{Environment, Topology};
use crate::incident::observation::{Observation, PodSummary};
use crate::incident::plan::{Stage, propose};
use crate::words::Words;

/// The lines, each with what it is for.
pub fn by_hand(
    environment: &Environment,
    observation: Option<&Observation>,
    diagnosis: Option<&Diagnosis>,
    words: &Words,
) -> String {
    let found = observation.and_then(|o| o.topology.known()).map(|found| &found.topology);
    let topology = found.unwrap_or(&environment.topology);
    let context = environment.context.as_ref().map_or(String::new(), |context| format!(" --context {context}"));
    let kubectl = format!("kubectl{context} -n {}", environment.namespace);
    let label = topology.active_label.as_ref().map_or(String::new(), |label| format!(" -L {}", label.key));
    let controller = &topology.cloud_controller;
    let (host, port) = (topology.bbs_host(&environment.namespace), topology.bbs_port);
    let mut lines = vec![
        words.word("hand-look"),
        format!("{kubectl} get pod{label}"),
        words.word("hand-probe"),
        format!("{kubectl} exec {}-0 -c {} -- nc -zv -w 5 {host} {port}", controller.set, controller.container),
    ];
    if let Some((condition, stages)) = deletes(topology, observation, diagnosis) {
        lines.push(words.word(condition));
        lines.extend(stages.iter().map(|pods| format!("{kubectl} delete pod {}", pods.join(" "))));
        lines.push(words.word("hand-wait"));
        lines.push(format!("{kubectl} get pod -w{label}"));
    }
    lines.join("\n")
}

/// What may be deleted by hand, stage by stage, and on which condition. Nothing where the bot sees that it would not help, or does
/// not know which pod is well.
fn deletes(
    topology: &Topology,
    observation: Option<&Observation>,
    diagnosis: Option<&Diagnosis>,
) -> Option<(&'static str, Vec<Vec<String>>)> {
    let plan = diagnosis.zip(observation).and_then(|(diagnosis, observation)| propose(diagnosis, observation));
    if let Some(plan) = plan {
        let names = |stage: &Stage| stage.pods.iter().map(|pod| pod.name.clone()).collect();
        return Some(("hand-restart", plan.stages.iter().map(names).collect()));
    }
    let pods = observation.and_then(|o| o.pods.known());
    // A person can make the probe that the bot could not make.
    let in_doubt = diagnosis.is_none_or(|d| d.is_in_doubt() || (pods.is_none() && is_open(d)));
    if !in_doubt {
        return None;
    }
    let names = |pods: Option<&[PodSummary]>, set: &str| match pods {
        Some(pods) if !pods.is_empty() => pods.iter().map(|pod| pod.name.clone()).collect(),
        _ => vec![format!("{set}-0")],
    };
    let lockets = topology.locket.as_ref().map(|locket| names(pods.map(|pods| pods.lockets.as_slice()), &locket.set));
    let bbs = names(pods.map(|pods| pods.bbs.as_slice()), &topology.bbs.set);
    Some(("hand-restart-unseen", lockets.into_iter().chain([bbs]).collect()))
}

fn is_open(diagnosis: &Diagnosis) -> bool {
    matches!(diagnosis.verdict, Verdict::NotKnown { .. })
}
