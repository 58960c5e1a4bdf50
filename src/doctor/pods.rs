//! What there is inside the pods, as the bot's own scripts tell: a shell, what connects, what pings, who tells of the lock.

use crate::checkup::{Finding, Level, Subject};
use crate::cluster::checks::Tools;
use crate::incident::observation::{NotMade, Observation, Part, PingOutcome, ProbeOutcome, ProbeReport, Seen};
use crate::incident::phrase::Statement;
use crate::words::Words;

/// The check of what there is.
const TOOLS: &str = "pods.tools";
/// Without these no script tells anything.
const ESSENTIAL: [&str; 3] = ["timeout", "head", "tr"];

/// What each pod that was asked has, and what could be done from it.
pub(super) fn look(observation: &Observation, tools: &[Tools]) -> Vec<Finding> {
    let mut found: Vec<Finding> = tools.iter().map(|one| of_pod(one, observation)).collect();
    if !tools.is_empty() {
        found.extend(ping(observation));
        found.extend(lock(observation));
    }
    found
}

fn finding(level: Level, check: &'static str, what: impl Into<String>, to_do: &str) -> Finding {
    match level {
        Level::Ok => Finding::ok(Subject::Pods, check, what),
        Level::Warning => Finding::warning(Subject::Pods, check, what, to_do),
        Level::Failure => Finding::failure(Subject::Pods, check, what, to_do),
    }
}

/// Whether scripts run in a pod, and what they find there.
fn of_pod(tools: &Tools, observation: &Observation) -> Finding {
    let Tools { part, pod, container, missing } = tools;
    // Probes come from the Cloud Controller's pods; elsewhere less is seen, and the bot does its work.
    let grave = if *part == Part::CloudController { Level::Failure } else { Level::Warning };
    let missing = match missing {
        Ok(missing) => missing,
        Err((outcome, why)) => {
            let (check, what, to_do) = not_run(*outcome, why);
            return finding(grave, check, format!("{pod}, container {container}: {what}"), to_do);
        }
    };
    let lacks = |tool: &str| missing.iter().any(|one| one == tool);
    let lost: Vec<&str> = ESSENTIAL.into_iter().filter(|tool| lacks(tool)).collect();
    if !lost.is_empty() {
        let what = format!("{pod} has no {}: the bot's scripts tell nothing there", lost.join(", no "));
        return finding(grave, TOOLS, what, "give the image coreutils or BusyBox");
    }
    if lacks("nc") && lacks("bash") {
        let what = format!("{pod} has neither nc nor bash: no connect can be made from it");
        return finding(grave, TOOLS, what, "give the image nc (netcat-openbsd) or bash");
    }
    if lacks("curl") {
        let what =
            format!("{pod} has no curl: the BBS can't be pinged from it, so that nothing is ever proven healthy");
        return finding(
            Level::Warning,
            TOOLS,
            what,
            "give the Cloud Controller's image curl, or go by checks.unproven",
        );
    }
    if lacks("grep") {
        let what = format!("{pod} has no grep: what the Cloud Controller calls the BBS is not read");
        return finding(Level::Warning, TOOLS, what, "give the image grep, or name [environment.topology] bbs_service");
    }
    let connects = if lacks("nc") { "no nc, and bash connects".to_owned() } else { netcat(pod, observation) };
    let shell = if lacks("bash") { "sh" } else { "sh and bash" };
    let more = if *part == Part::CloudController { ", curl" } else { "" };
    finding(Level::Ok, TOOLS, format!("{pod} has {shell}, {connects}{more}"), "")
}

/// Why a script did not run, and what to do.
fn not_run(outcome: ProbeOutcome, why: &Statement) -> (&'static str, String, &'static str) {
    let why = Words::of(None).state(why);
    match outcome {
        ProbeOutcome::ExecDenied => (
            "pods.exec",
            format!("the bot may not exec: {why}"),
            "name the pod in the Role's rule for pods/exec: deploy/kubernetes/access/role.yaml",
        ),
        ProbeOutcome::ExecRefused => (
            "pods.exec",
            format!("a policy refuses the bot's own script: {why}"),
            "apply deploy/kubernetes/components/exec-admission of this very version, or let the other policy except the bot",
        ),
        ProbeOutcome::ExecNotCarried => (
            "pods.exec",
            why,
            "let the proxy or gateway before the API server pass WebSocket upgrades, or reach the API server directly",
        ),
        ProbeOutcome::ToolTrouble => (
            "pods.shell",
            format!("there is no sh that runs: {why}"),
            "name the right container in [environment.topology], or give the image a shell",
        ),
        _ => (
            "pods.exec",
            format!("the script did not answer: {why}"),
            "try kubectl exec there, and see how the node is",
        ),
    }
}

/// Which nc it is, by what it said of its connect.
fn netcat(pod: &str, observation: &Observation) -> String {
    let mut probes = observation.probes.known().into_iter().flatten();
    let kind = match probes.find(|probe| probe.pod == pod) {
        Some(probe) if probe.by_running => Some("BusyBox, without -z"),
        Some(ProbeReport { text: Statement::Text(said), .. }) => kind(said),
        _ => None,
    };
    kind.map_or_else(|| "nc".to_owned(), |kind| format!("nc ({kind})"))
}

fn kind(said: &str) -> Option<&'static str> {
    let said = said.trim();
    if said.starts_with("Ncat:") {
        Some("ncat")
    } else if said.contains("(?) open") || said.contains("(?) :") {
        Some("traditional")
    } else if said.starts_with("Connection to ") || said.starts_with("nc: connect to ") {
        Some("OpenBSD")
    } else if said.ends_with(" open") || said.starts_with("nc: can't connect") {
        Some("BusyBox")
    } else {
        None
    }
}

/// Whether a ping can be made with the Cloud Controller's certificates.
fn ping(observation: &Observation) -> Option<Finding> {
    const CHECK: &str = "pods.ping";
    let ping = observation.pings.known()?.iter().find(|ping| ping.to.is_none())?;
    let (from, said) = (&ping.from, Words::of(None).state(&ping.text));
    let doubt = |what: String, to_do: &str| Some(finding(Level::Warning, CHECK, what, to_do));
    match ping.outcome {
        PingOutcome::Answered => {
            let what =
                format!("{from}: the Cloud Controller's certificates are there, and the BBS answers a ping with them");
            Some(finding(Level::Ok, CHECK, what, ""))
        }
        PingOutcome::NotMade(NotMade::NoCertificates) => doubt(
            format!(
                "{from}: the Cloud Controller's certificates for the BBS can't be used ({said}), so that no ping can be made"
            ),
            "see what is in /var/vcap/jobs/cloud_controller_ng/config/certs of the container; without a ping go by checks.unproven",
        ),
        PingOutcome::NotMade(NotMade::OldCurl) => doubt(
            format!("{from}: its curl is too old to ping the BBS ({said})"),
            "give the Cloud Controller's image curl 7.37 or later, or go by checks.unproven",
        ),
        PingOutcome::NotMade(NotMade::OtherName) => doubt(
            format!("{from}: the BBS's certificate is for another name than it was asked by ({said})"),
            "name the Service that the Cloud Controller calls in [environment.topology] bbs_service",
        ),
        PingOutcome::CertificateRefused => doubt(
            format!("{from}: TLS with the BBS fails ({said})"),
            "renew the certificates between Diego's parts: they have expired, or are of another authority",
        ),
        // What is missing in the pod was told with it; the rest is how the environment is.
        _ => None,
    }
}

/// Whether somebody can tell who holds the lock.
fn lock(observation: &Observation) -> Option<Finding> {
    const CHECK: &str = "pods.lock";
    match &observation.lock {
        Seen::Known(report) => {
            Some(finding(Level::Ok, CHECK, format!("{}: cfdot tells of the locks", report.from), ""))
        }
        Seen::NotKnown(why) => Some(finding(
            Level::Warning,
            CHECK,
            format!("who holds the lock can't be told: {}", Words::of(None).state(why)),
            "let the bot exec into the BBS's pods, and see that their image has cfdot; without it the database's state is not known",
        )),
        Seen::NotLooked => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nc_is_known_by_what_it_says() {
        for (said, known) in [
            ("Connection to diego-api.cf.svc (10.0.0.1) 8889 port [tcp/*] succeeded!", Some("OpenBSD")),
            ("nc: connect to diego-api.cf.svc port 8889 (tcp) failed: Connection refused", Some("OpenBSD")),
            ("localhost [127.0.0.1] 18889 (?) open", Some("traditional")),
            ("localhost [127.0.0.1] 18891 (?) : Connection refused", Some("traditional")),
            ("Ncat: Connection refused.", Some("ncat")),
            ("HOST (10.0.0.1) open", Some("BusyBox")),
            ("connected", None),
        ] {
            assert_eq!(kind(said), known, "{said}");
        }
    }
}
