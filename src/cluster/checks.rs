//! What is checked from inside the pods: probes, who listens, pings, the lock, the database. One exec a pod asks for everything there,
//! and what is told is told once nothing is missing that could change it.

pub mod section;
mod answers;
pub(super) mod late;
pub mod probe;
mod control;
mod port;
pub mod ping;
pub mod lock;
pub(super) mod database;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};
use tracing::Instrument as _;

use self::answers::{Answers, Board, Exec, Part as Told, Unanswered};
use self::late::{Late, SERVICE};
use self::ping::Ping;
use self::port::Answer;
use self::probe::{Connect, whole_seconds};
use super::called::{self, Called};
use super::client::is_host;
use super::exec::Execs;
use super::list::ListedPod;
use super::scripts::{MAX_PINGS, Script};
use crate::incident::environment::{Environment, OPERATORS_NAME, Topology};
use crate::incident::observation::{
    DatabaseReport, Listening, LockReport, Part, PingOutcome, PingReport, PodSummary, Pods, ProbeOutcome, ProbeReport,
    Seen,
};
use crate::incident::phrase::{Phrase, Statement};

/// From how many pods the probe is made, and as many ask for the database.
const MAX_PROBES: usize = 3;

/// What curl may take beyond its own limit: it bounds itself but where it resolves names.
const AROUND_CURL: Duration = Duration::from_secs(1);

/// The pods of one observation, and the way into them.
pub(super) struct Checks<'a> {
    pub(super) environment: &'a Environment,
    /// Which of its pods play which part.
    pub(super) topology: &'a Topology,
    /// The parts' pods.
    pub(super) pods: &'a Pods,
    /// The database's pods.
    pub(super) databases: &'a [&'a ListedPod],
    pub(super) execs: Execs,
    pub(super) late: &'a Arc<Late>,
}

/// What was seen.
pub(super) struct CheckResults {
    pub(super) probes: Seen<Vec<ProbeReport>>,
    pub(super) listening: Seen<Vec<Listening>>,
    pub(super) pings: Seen<Vec<PingReport>>,
    pub(super) control: Seen<ProbeReport>,
    pub(super) lock: Seen<LockReport>,
    pub(super) database: Seen<DatabaseReport>,
    /// What the Cloud Controller calls the BBS, where its pod told it.
    pub(super) called: Option<Called>,
    /// What is missing in the pods that were asked.
    pub(super) tools: Vec<Tools>,
}

/// Which of the tools that its script takes a container has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tools {
    /// The part that its pod plays.
    pub part: Part,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// What is not there; or what came of the exec instead, and what it said.
    pub missing: Result<Vec<String>, (ProbeOutcome, Statement)>,
}

impl CheckResults {
    /// Nothing was seen, for this reason.
    pub(super) fn unknown(why: &Statement) -> Self {
        Self {
            probes: Seen::NotKnown(why.clone()),
            listening: Seen::NotKnown(why.clone()),
            pings: Seen::NotKnown(why.clone()),
            control: Seen::NotLooked,
            lock: Seen::NotKnown(why.clone()),
            database: Seen::NotKnown(why.clone()),
            called: None,
            tools: Vec::new(),
        }
    }
}

/// One pod that is asked, and for what.
struct Asked<'a> {
    part: Part,
    pod: &'a PodSummary,
    container: &'a str,
    /// Whether this one pings: the first Cloud Controller pod does.
    pings: bool,
    /// Whether this one is asked for the lock.
    lock: bool,
    /// Whether this one connects to the database.
    database: bool,
}

/// A BBS pod that is pinged by its address.
struct Pinged<'a> {
    pod: &'a PodSummary,
    address: IpAddr,
}

impl Pinged<'_> {
    fn section(&self) -> String {
        format!("ping-{}", self.address)
    }
}

impl<'a> Checks<'a> {
    /// Asks all pods at once, and takes as long as the slowest part that counts.
    pub(super) async fn run(&self) -> CheckResults {
        let (asked, pinged) = (self.asked(), self.pinged());
        let execs = asked.iter().map(|one| self.exec(one, &pinged)).collect();
        let board = Board::start(&self.execs, execs);
        let answers = loop {
            let answers = board.answers();
            match self.awaited(&asked, &pinged, &answers) {
                Some(until) => tokio::select! {
                    () = board.news() => {}
                    () = sleep_until(until.min(self.execs.deadline)) => {}
                },
                None => break answers,
            }
            if Instant::now() >= self.execs.deadline {
                break board.answers();
            }
        };
        let results = self.results(&asked, &pinged, &answers);
        self.follow(&asked, &pinged, &answers, board);
        results
    }

    /// The Cloud Controller pods that commands are run in.
    fn ready(&self) -> impl Iterator<Item = &'a PodSummary> {
        self.pods.cloud_controllers.iter().filter(|pod| pod.is_ready()).take(MAX_PROBES)
    }

    fn asked(&self) -> Vec<Asked<'a>> {
        let topology = self.topology;
        let mut asked = Vec::new();
        for (place, pod) in self.ready().enumerate() {
            let container = topology.cloud_controller.container.as_str();
            let part = Part::CloudController;
            asked.push(Asked { part, pod, container, pings: place == 0, lock: false, database: false });
        }
        let running = |pods: &'a [PodSummary]| pods.iter().filter(|pod| port::runs(pod));
        // For the lock a ready one first, and none that is on its way out.
        let staying = || running(&self.pods.bbs).filter(|pod| !pod.is_terminating());
        let locked = staying().find(|pod| pod.is_ready()).or_else(|| staying().next());
        let mut connects = if self.environment.database.is_some() { MAX_PROBES } else { 0 };
        let mut connect = |pod: &PodSummary| {
            let may = connects > 0 && !pod.is_terminating();
            connects -= usize::from(may);
            may
        };
        for pod in running(&self.pods.bbs) {
            let container = topology.bbs.container.as_str();
            let lock = locked.is_some_and(|locked| locked.uid == pod.uid);
            asked.push(Asked { part: Part::Bbs, pod, container, pings: false, lock, database: connect(pod) });
        }
        if let Some(locket) = &topology.locket {
            for pod in running(&self.pods.lockets).filter(|pod| connect(pod)) {
                let container = locket.container.as_str();
                asked.push(Asked { part: Part::Locket, pod, container, pings: false, lock: false, database: true });
            }
        }
        asked
    }

    fn pinged(&self) -> Vec<Pinged<'a>> {
        let running = self.pods.bbs.iter().filter(|pod| port::runs(pod));
        running
            .filter_map(|pod| Some(Pinged { pod, address: pod.ip.as_deref()?.parse().ok()? }))
            .take(MAX_PINGS)
            .collect()
    }

    /// How long a pinged one may take to answer before the verdict: who is known to be slow gets its time.
    fn patience(&self, target: &str) -> Duration {
        if self.late.is_slow(target) { ping::LATEST + AROUND_CURL } else { self.execs.timeouts.answer }
    }

    /// How long curl waits: beyond the verdict, unless somebody waits for such an answer already.
    fn ping_wait(&self, pinged: &[Pinged<'_>]) -> Duration {
        let slow = pinged.iter().any(|one| self.late.is_slow(&one.pod.uid)) || self.late.is_slow(SERVICE);
        if slow || !self.late.is_awaited() { ping::LATEST } else { self.execs.timeouts.probe_wait }
    }

    fn exec(&self, asked: &Asked<'_>, pinged: &[Pinged<'_>]) -> Exec {
        let timeouts = &self.execs.timeouts;
        let seconds = |duration| whole_seconds(duration).to_string();
        let connect = || [seconds(timeouts.probe_wait), seconds(timeouts.probe)];
        let port = self.topology.bbs_port.to_string();
        let mut arguments = Vec::new();
        let mut limit = timeouts.probe;
        let database = || {
            let (host, port) = self.environment.database.as_ref().filter(|_| asked.database)?;
            Some([host.clone(), port.to_string()].into_iter().chain(connect()))
        };
        match asked.part {
            Part::CloudController => {
                arguments.extend([self.service(), port]);
                arguments.extend(connect());
                if asked.pings {
                    let wait = self.ping_wait(pinged);
                    limit = limit.max(wait + AROUND_CURL);
                    let host = if self.is_operated() { OPERATORS_NAME.to_owned() } else { self.service() };
                    arguments.extend([host, seconds(wait), seconds(wait + AROUND_CURL)]);
                    arguments.extend(pinged.iter().map(|one| one.address.to_string()));
                }
            }
            Part::Bbs => {
                let lock = if asked.lock { seconds(lock::LIMIT) } else { "0".to_owned() };
                arguments.extend([port, seconds(port::LIMIT), lock]);
                arguments.extend(database().into_iter().flatten());
                limit = limit.max(lock::LIMIT);
            }
            Part::Locket => arguments.extend(database().into_iter().flatten()),
        }
        let command = Script::of(asked.part).command(arguments);
        Exec { pod: asked.pod.name.clone(), container: asked.container.to_owned(), command, limit }
    }

    /// The BBS Service's name, which the pod's own resolver completes.
    fn service(&self) -> String {
        format!("{}.{}.svc", self.topology.bbs_service, self.environment.namespace)
    }

    /// Whether the BBS's certificate is for a name of the operator's.
    fn is_operated(&self) -> bool {
        self.topology.ping_host(&self.environment.namespace) == OPERATORS_NAME
    }

    /// Until when something is waited for that counts; `None` once nothing is.
    fn awaited(&self, asked: &[Asked<'_>], pinged: &[Pinged<'_>], answers: &[Answers]) -> Option<Instant> {
        let timeouts = &self.execs.timeouts;
        let around = timeouts.around_exec;
        let mut until = Vec::new();
        let listening = listening(asked, answers);
        for (asked, answers) in asked.iter().zip(answers) {
            let within = |name: &str, limit: Duration| answers.awaited(name, limit + around, around);
            let ping = |name: &str, target: &str| answers.awaited(name, self.patience(target), around);
            match asked.part {
                Part::CloudController => {
                    until.extend(within("probe", timeouts.probe));
                    if !asked.pings {
                        continue;
                    }
                    until.extend(within("called", called::LIMIT));
                    let service = ping("ping", SERVICE);
                    until.extend(service);
                    // A pod that is known not to listen need not answer.
                    for one in pinged.iter().filter(|one| may_answer(&listening, one.pod)) {
                        until.extend(ping(&one.section(), &one.pod.uid));
                    }
                    let answered = self.ping(asked, None, answers, "ping", SERVICE).outcome == PingOutcome::Answered;
                    if service.is_none() && !answered && !pinged.is_empty() {
                        until.extend(within("control", control::LIMIT));
                    }
                }
                Part::Bbs => {
                    until.extend(within("listening", port::LIMIT));
                    until.extend(within("locks", lock::LIMIT).filter(|_| asked.lock));
                    until.extend(within("database", timeouts.probe).filter(|_| asked.database));
                }
                Part::Locket => until.extend(within("database", timeouts.probe)),
            }
        }
        until.into_iter().min()
    }

    fn results(&self, asked: &[Asked<'a>], pinged: &[Pinged<'a>], answers: &[Answers]) -> CheckResults {
        let of = |part: Part| asked.iter().zip(answers).filter(move |(asked, _)| asked.part == part);
        let probes: Vec<ProbeReport> = of(Part::CloudController).map(|(asked, told)| self.probe(asked, told)).collect();
        let listening = listening(asked, answers);
        let pinging = of(Part::CloudController).find(|(asked, _)| asked.pings);
        let pings = pinging.map(|(asked, told)| {
            let listens = |one: &&Pinged<'_>| {
                listening.iter().any(|(pod, answer)| pod.uid == one.pod.uid && *answer == Answer::Accepted)
            };
            let to_pods = pinged.iter().filter(listens).map(|one| {
                let pod = one.pod;
                self.ping(asked, Some(&pod.name), told, &one.section(), &pod.uid)
            });
            std::iter::once(self.ping(asked, None, told, "ping", SERVICE)).chain(to_pods).collect::<Vec<_>>()
        });
        let pings = pings.ok_or_else(|| Statement::from(Phrase::new("unseen-no-pinger")));
        let control = match (pinging, pings.as_ref().ok().and_then(|pings| pings.first()), pinged.first()) {
            // Only where a connect was accepted and the BBS did not answer: then it matters who accepted it.
            (Some((asked, told)), Some(service), Some(to))
                if service.outcome != PingOutcome::Answered
                    && probes.iter().any(|probe| probe.outcome == ProbeOutcome::Succeeded) =>
            {
                let (missing, part) = (told.words("missing"), told.bounded("control"));
                Seen::Known(control::report(&asked.pod.name, asked.container, to.address, &missing, &part))
            }
            _ => Seen::NotLooked,
        };
        let lock = of(Part::Bbs).find(|(asked, _)| asked.lock).map(|(asked, told)| {
            let part = told.bounded("locks");
            lock::report(&asked.pod.name, &part)
        });
        let lock = Seen::from(lock.unwrap_or_else(|| Err(Phrase::new("unseen-no-bbs").into())));
        let connects = self.environment.database.as_ref().map(|(host, port)| {
            let connecting = asked.iter().zip(answers).filter(|(asked, _)| asked.database);
            let connect = |(asked, told)| self.connect(asked, told, "database", format!("{host}:{port}"));
            connecting.map(connect).collect::<Vec<ProbeReport>>()
        });
        let database = database::report(&lock, connects.as_deref(), self.databases);
        let called = pinging.and_then(|(_, told)| self.called(told));
        CheckResults {
            probes: Seen::Known(probes),
            listening: known(&listening),
            pings: Seen::from(pings),
            control,
            lock,
            database,
            called,
            tools: asked.iter().zip(answers).map(|(asked, told)| tools(asked, told)).collect(),
        }
    }

    fn probe(&self, asked: &Asked<'_>, told: &Answers) -> ProbeReport {
        let host = host(told, &self.service()).unwrap_or_else(|| self.topology.bbs_host(&self.environment.namespace));
        self.connect(asked, told, "probe", format!("{host}:{}", self.topology.bbs_port))
    }

    fn connect(&self, asked: &Asked<'_>, told: &Answers, section: &str, target: String) -> ProbeReport {
        let missing = told.words("missing");
        let limit = self.execs.timeouts.probe;
        let connect = Connect { pod: &asked.pod.name, container: asked.container, target, limit, missing: &missing };
        connect.report(&told.bounded(section))
    }

    fn ping(&self, asked: &Asked<'_>, to: Option<&str>, told: &Answers, section: &str, target: &str) -> PingReport {
        let guessed = !self.is_operated() && host(told, &self.service()).is_none_or(|host| host == self.service());
        let waited = self.patience(target);
        Ping { from: &asked.pod.name, to, guessed, waited }.report(&told.part(section))
    }

    fn called(&self, told: &Answers) -> Option<Called> {
        let Told::Said { section, .. } = told.part("called") else { return None };
        let service = called::service(&section.text, self.topology.bbs_port, &self.environment.namespace);
        let host = host(told, &self.service());
        let domain = host.and_then(|host| host.strip_prefix(&self.service())?.strip_prefix('.').map(str::to_owned));
        Some(Called { service, domain })
    }

    /// Waits on for answers that were not there in time, and lets the rest end.
    fn follow(&self, asked: &[Asked<'_>], pinged: &[Pinged<'_>], answers: &[Answers], board: Board) {
        let Some(place) = asked.iter().position(|asked| asked.pings) else { return board.leave() };
        let told = &answers[place];
        let service = ("ping".to_owned(), SERVICE.to_owned());
        let to_pods = pinged.iter().map(|one| (one.section(), one.pod.uid.clone()));
        let mut awaited = Vec::new();
        for (section, target) in std::iter::once(service).chain(to_pods) {
            match told.part(&section) {
                Told::Not(unanswered) if unanswered.is_late() => awaited.push((section, target)),
                Told::Said { section, took } => {
                    let answered = ping::answer(section.code, &section.text).0 == PingOutcome::Answered;
                    if !answered || took <= self.execs.timeouts.answer {
                        self.late.forget(&target);
                    }
                }
                Told::Not(_) => {}
            }
        }
        let Some(wait) = (!awaited.is_empty()).then(|| self.late.wait()).flatten() else { return board.leave() };
        let until = Instant::now() + ping::LATEST + AROUND_CURL;
        let following = async move {
            while !awaited.is_empty() && Instant::now() < until {
                tokio::select! {
                    () = board.news() => {}
                    () = sleep_until(until) => {}
                }
                let told = &board.answers()[place];
                awaited.retain(|(section, target)| match told.part(section) {
                    Told::Not(unanswered) => unanswered.is_late(),
                    Told::Said { section, .. } => {
                        if ping::answer(section.code, &section.text).0 != PingOutcome::TimedOut {
                            wait.came(target);
                        }
                        false
                    }
                });
            }
            board.leave();
        };
        tokio::spawn(following.in_current_span());
    }
}

/// Every BBS pod that runs, and what it answered so far.
fn listening<'a>(asked: &[Asked<'a>], answers: &[Answers]) -> Vec<(&'a PodSummary, Answer)> {
    let bbs = asked.iter().zip(answers).filter(|(asked, _)| asked.part == Part::Bbs);
    bbs.map(|(asked, told)| (asked.pod, port::report(&told.bounded("listening")))).collect()
}

/// What a script told of the tools that it takes: that comes first.
fn tools(asked: &Asked<'_>, told: &Answers) -> Tools {
    let missing = match told.bounded("missing") {
        Told::Said { .. } => Ok(told.words("missing")),
        Told::Not(Unanswered { why, text }) => Err((why.probe(), text)),
    };
    Tools { part: asked.part, pod: asked.pod.name.clone(), container: asked.container.to_owned(), missing }
}

/// The name by which a Cloud Controller pod asked for the BBS Service, as its resolver completed it.
fn host(told: &Answers, service: &str) -> Option<String> {
    let [host] = told.words("host").try_into().ok()?;
    (is_host(&host) && host.starts_with(service)).then_some(host)
}

/// Whether a ping to the pod may be answered, as far as is known whether it listens.
fn may_answer(listening: &[(&PodSummary, Answer)], pod: &PodSummary) -> bool {
    listening.iter().any(|(one, answer)| one.uid == pod.uid && *answer == Answer::Accepted)
}

/// Known if every pod that stays has answered: one that is missing in it is on its way out, or does not run.
fn known(answers: &[(&PodSummary, Answer)]) -> Seen<Vec<Listening>> {
    let mut known = Vec::new();
    for (pod, answer) in answers {
        match answer {
            Answer::Accepted | Answer::Refused => {
                known.push(Listening { pod: pod.name.clone(), listens: *answer == Answer::Accepted });
            }
            Answer::NotKnown(_) if pod.is_terminating() => {}
            Answer::NotKnown(why) => {
                return Seen::NotKnown(Phrase::new("unseen-in-pod").with("pod", &pod.name).with("why", why).into());
            }
        }
    }
    Seen::Known(known)
}
