//! The kubectl lines to go on by hand, as they fit what was found: in pods that are there, with the tools that are there. A delete
//! stands there only where it would help, or where only a person can find out whether it would.

use crate::incident::diagnosis::{Diagnosis, Verdict};
use crate::incident::environment::{BBS_AUTHORITY, BBS_CERTIFICATE, BBS_KEY, Environment, Topology};
use crate::incident::observation::serving::Answer;
use crate::incident::observation::{NotMade, Observation, PingOutcome, PodSummary, Pods, ProbeReport};
use crate::incident::plan::{Stage, propose};
use crate::words::Words;

/// From or to how many pods a line is made, as the bot itself does.
const MAX_PODS: usize = 3;
/// The findings that leave open which of the BBS pods answers.
const WHICH_ANSWERS: [&str; 3] = ["ping-not-answered", "two-leaders", "lock-elsewhere"];
/// Those that leave open whether the leader listens.
const WHETHER_LISTENS: [&str; 1] = ["leader-not-reachable"];
/// What a container that starts and fails again and again is called: the log of its previous run tells why.
const CRASHES: [&str; 2] = ["CrashLoopBackOff", "RunContainerError"];

/// The lines, each group after what it is for.
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
    let pods = observation.and_then(|o| o.pods.known());
    let hand = Hand { kubectl: &kubectl, namespace: &environment.namespace, topology, observation, pods, diagnosis };
    let groups = [
        ("hand-look", vec![format!("{kubectl} get pod{label}")]),
        ("hand-why", hand.why()),
        ("hand-probe", hand.probes()),
        ("hand-ping", hand.pings()),
        ("hand-listens", hand.listens()),
    ];
    let groups = groups.into_iter().filter(|(_, lines)| !lines.is_empty());
    let mut lines: Vec<String> = groups.flat_map(|(id, lines)| std::iter::once(words.word(id)).chain(lines)).collect();
    if let Some((condition, stages)) = hand.deletes() {
        lines.push(words.word(condition));
        lines.extend(stages.iter().map(|pods| format!("{kubectl} delete pod {}", pods.join(" "))));
        lines.push(words.word(if hand.has_passive() { "hand-wait-passive" } else { "hand-wait" }));
        lines.push(format!("{kubectl} get pod -w{label}"));
    }
    lines.join("\n")
}

/// What the lines are made from.
struct Hand<'a> {
    kubectl: &'a str,
    namespace: &'a str,
    topology: &'a Topology,
    observation: Option<&'a Observation>,
    /// `None` where they could not be seen: then the lines go by the names that are configured.
    pods: Option<&'a Pods>,
    diagnosis: Option<&'a Diagnosis>,
}

impl Hand<'_> {
    /// Whether a passive BBS pod is never ready here: then nobody is to wait for that.
    fn has_passive(&self) -> bool {
        let passive = |observation: &Observation| {
            observation.bbs().iter().any(|pod| !pod.is_ready() && observation.is_passive_by_design(pod))
        };
        self.observation.is_some_and(passive)
    }

    /// Cloud Controller pods to run something in, those from which the BBS was not reached first. A ready one is preferred.
    fn controllers(&self) -> Vec<String> {
        let Some(pods) = self.pods else {
            return self.topology.cloud_controller.sets().map(|set| format!("{set}-0")).collect();
        };
        let ready = pods.cloud_controllers.iter().filter(|pod| pod.is_ready());
        let running = pods.cloud_controllers.iter().filter(|pod| !pod.is_ready() && pod.phase == "Running");
        let mut names: Vec<String> = ready.map(|pod| pod.name.clone()).collect();
        if names.is_empty() {
            names = running.map(|pod| pod.name.clone()).collect();
        }
        let reports = self.observation.map_or(&[][..], Observation::probes);
        let failed = |name: &str| reports.iter().any(|report| report.pod == name && report.outcome.is_unreachable());
        names.sort_by_key(|name| !failed(name));
        names.truncate(MAX_PODS);
        names
    }

    fn exec(&self, pod: &str, container: &str, command: &str) -> String {
        format!("{} exec {pod} -c {container} -- {command}", self.kubectl)
    }

    /// The probe: from each of the pods where nobody could make it, else from one.
    fn probes(&self) -> Vec<String> {
        let (host, port) = (self.topology.bbs_host(self.namespace), self.topology.bbs_port);
        // Where nc is missing, bash made the connect.
        let made = |by: fn(&ProbeReport) -> bool| self.observation.is_some_and(|o| o.probes().iter().any(by));
        let command = if made(|report| report.by_bash) {
            format!("timeout 5 bash -c 'exec 3<>/dev/tcp/{host}/{port} && echo reached'")
        } else if made(|report| report.by_running) {
            // BusyBox's nc without -z: once it is connected, it runs a program.
            format!("sh -c 'timeout 5 nc -w 5 {host} {port} -e true && echo reached'")
        } else {
            format!("nc -zv -w 5 {host} {port}")
        };
        let controllers = self.controllers();
        let from = if self.in_doubt() { controllers.len() } else { 1 };
        let container = &self.topology.cloud_controller.container;
        controllers.iter().take(from).map(|pod| self.exec(pod, container, &command)).collect()
    }

    /// The BBS's own ping, where a connect does not tell enough and it is not known that none can be made: through the Service,
    /// and to each pod where it is open which one answers.
    fn pings(&self) -> Vec<String> {
        const IMPOSSIBLE: [NotMade; 4] =
            [NotMade::NoCurl, NotMade::OldCurl, NotMade::NoCertificates, NotMade::OtherName];
        let impossible = |o: &Observation| {
            let made = |outcome: PingOutcome| !IMPOSSIBLE.iter().any(|why| outcome == PingOutcome::NotMade(*why));
            o.pings().iter().any(|ping| !made(ping.outcome))
        };
        let healthy = self.diagnosis.is_some_and(Diagnosis::is_healthy);
        if healthy || self.observation.is_some_and(impossible) {
            return Vec::new();
        }
        let Some(from) = self.controllers().into_iter().next() else { return Vec::new() };
        let (host, port) = (self.topology.ping_host(self.namespace), self.topology.bbs_port);
        let curl = |to: String| {
            let certificates = format!("--cert {BBS_CERTIFICATE} --key {BBS_KEY} --cacert {BBS_AUTHORITY}");
            let command = format!(
                "curl -sS -m 5 -d '' -o /dev/null -w '%{{http_code}}\\n' {certificates} {to}https://{host}:{port}/v1/ping"
            );
            self.exec(&from, &self.topology.cloud_controller.container, &command)
        };
        // Where no connect is accepted, or the ping was answered, another one through the Service tells nothing more.
        let told = |o: &Observation| (o.is_unreached() && !o.is_proxied()) || o.answer() == Answer::Seen;
        let through = (!self.observation.is_some_and(told)).then(|| curl(String::new()));
        let each = self.staying_bbs().filter_map(|pod| {
            let ip = pod.ip.as_deref().filter(|_| self.found(&WHICH_ANSWERS))?;
            let ip = if ip.contains(':') { format!("[{ip}]") } else { ip.to_owned() };
            Some(curl(format!("--resolve {host}:{port}:{ip} ")))
        });
        through.into_iter().chain(each).collect()
    }

    /// Whether the BBS listens, as seen from inside its pod.
    fn listens(&self) -> Vec<String> {
        if !self.found(&WHETHER_LISTENS) {
            return Vec::new();
        }
        let port = self.topology.bbs_port;
        let command = format!("timeout 2 bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port} && echo listens'");
        let leaders = self.staying_bbs().filter(|pod| pod.is_active());
        leaders.map(|pod| self.exec(&pod.name, &self.topology.bbs.container, &command)).collect()
    }

    /// What tells why pods are not ready: the cluster's own words, and the logs of the containers that are not.
    fn why(&self) -> Vec<String> {
        let Some((pods, observation)) = self.pods.zip(self.observation) else { return Vec::new() };
        if self.diagnosis.is_some_and(Diagnosis::is_untroubled) {
            return Vec::new();
        }
        let restartable = pods.lockets.iter().chain(&pods.bbs).filter(|pod| !observation.is_as_ready_as_ever(pod));
        let controllers = pods.cloud_controllers.iter().filter(|pod| !pod.is_ready());
        let short: Vec<&PodSummary> = restartable.chain(controllers).take(MAX_PODS).collect();
        if short.is_empty() {
            return Vec::new();
        }
        let names: Vec<&str> = short.iter().map(|pod| pod.name.as_str()).collect();
        let logs = short.iter().filter(|pod| pod.phase == "Running" && !pod.is_terminating()).filter_map(|pod| {
            let container = pod.detail.unready.first()?;
            let crashes = pod.trouble.as_deref().is_some_and(|trouble| CRASHES.contains(&trouble));
            let previous = if crashes { " --previous" } else { "" };
            Some(format!("{} logs {} -c {container}{previous} --tail 50", self.kubectl, pod.name))
        });
        std::iter::once(format!("{} describe pod {}", self.kubectl, names.join(" "))).chain(logs).collect()
    }

    fn staying_bbs(&self) -> impl Iterator<Item = &PodSummary> {
        let bbs = self.pods.map_or(&[][..], |pods| &pods.bbs);
        bbs.iter().filter(|pod| !pod.is_terminating()).take(MAX_PODS)
    }

    fn found(&self, ids: &[&str]) -> bool {
        self.diagnosis.is_some_and(|d| d.findings.iter().any(|finding| ids.contains(&finding.id.as_str())))
    }

    /// Whether a person can find out what the bot could not: by a probe that it could not make, or in a cluster that it can't see.
    fn in_doubt(&self) -> bool {
        let open = |d: &Diagnosis| matches!(d.verdict, Verdict::NotKnown { .. });
        self.diagnosis.is_none_or(|d| d.is_in_doubt() || (self.pods.is_none() && open(d)))
    }

    /// What may be deleted by hand, stage by stage, and on which condition. Nothing where the bot sees that it would not help, or does
    /// not know which pod is well.
    fn deletes(&self) -> Option<(&'static str, Vec<Vec<String>>)> {
        let plan =
            self.diagnosis.zip(self.observation).and_then(|(diagnosis, observation)| propose(diagnosis, observation));
        if let Some(plan) = plan {
            let names = |stage: &Stage| stage.pods.iter().map(|pod| pod.name.clone()).collect();
            return Some(("hand-restart", plan.stages.iter().map(names).collect()));
        }
        if !self.in_doubt() {
            return None;
        }
        let parts = [
            self.topology.locket.as_ref().map(|locket| (locket, self.pods.map(|pods| pods.lockets.as_slice()))),
            Some((&self.topology.bbs, self.pods.map(|pods| pods.bbs.as_slice()))),
        ];
        let names = parts.into_iter().flatten().map(|(part, pods)| match pods {
            Some(pods) if !pods.is_empty() => pods.iter().map(|pod| pod.name.clone()).collect(),
            _ => part.sets().map(|set| format!("{set}-0")).collect(),
        });
        Some(("hand-restart-unseen", names.collect()))
    }
}
