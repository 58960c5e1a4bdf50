//! What a rule hands back, and the lines of evidence it rests on: the time, the pod, the text.

use jiff::Timestamp;

use super::super::observation::{Observation, PingReport, PodSummary, ProbeReport};
use super::super::phrase::{Arg, Phrase, Statement};

/// How many events of a pod are shown beside it.
const MAX_EVENTS: usize = 2;

/// What a rule found.
pub(super) struct Evidence {
    pub(super) lines: Vec<Statement>,
    args: Vec<(&'static str, Arg)>,
    pub(super) pods: Vec<String>,
    /// The id of another sentence than the finding's own.
    sentence: Option<&'static str>,
}

impl Evidence {
    /// It rests on these lines, which may be none.
    pub(super) fn on(evidence: Vec<Statement>) -> Self {
        Self { lines: evidence, args: Vec::new(), pods: Vec::new(), sentence: None }
    }

    /// It rests on these lines; nothing was found where there are none.
    pub(super) fn where_any(evidence: Vec<Statement>) -> Option<Self> {
        (!evidence.is_empty()).then(|| Self::on(evidence))
    }

    /// An argument of its sentence.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }

    /// It rests on these lines, too.
    pub(super) fn and(mut self, evidence: Vec<Statement>) -> Self {
        self.lines.extend(evidence);
        self
    }

    /// A restart should delete these pods and no others.
    pub(super) fn pointing_at<'a>(mut self, pods: impl IntoIterator<Item = &'a PodSummary>) -> Self {
        self.pods = pods.into_iter().map(|pod| pod.name.clone()).collect();
        self
    }

    /// It is said in this sentence instead of the finding's own.
    pub(super) fn said_as(mut self, sentence: &'static str) -> Self {
        self.sentence = Some(sentence);
        self
    }

    /// The sentence of the finding of this id.
    pub(super) fn says(&self, id: &str) -> Phrase {
        let says = Phrase::new(self.sentence.map_or_else(|| format!("finding-{id}"), str::to_owned));
        self.args.iter().fold(says, |says, (name, value)| says.with(name, value.clone()))
    }
}

/// A line of evidence, with the time it was seen: in UTC and marked so, for it stands as it was in every report.
pub(super) fn line(at: Timestamp, says: impl Into<Statement>) -> Statement {
    let at = at.strftime("%H:%M:%SZ");
    match says.into() {
        Statement::Text(text) => format!("{at}  {text}").into(),
        Statement::Phrase(says) => Phrase::new("seen-at").with("at", at.to_string()).with("says", says).into(),
    }
}

/// Each pod as it was seen, and of one that is not ready its newest events.
pub(super) fn pod_lines<'a>(
    observation: &Observation,
    pods: impl IntoIterator<Item = &'a PodSummary>,
) -> Vec<Statement> {
    let lines = |pod: &'a PodSummary| {
        let events = observation.events.known().filter(|_| !pod.is_ready()).map_or(&[][..], Vec::as_slice);
        let events = events.iter().filter(move |event| event.is_of(pod)).take(MAX_EVENTS);
        let events = events.map(move |event| line(event.last.unwrap_or(observation.at), event.line()));
        let unready = Some(&pod.detail.unready).filter(|names| !names.is_empty() && !pod.is_terminating());
        let unready = unready.map(|names| {
            line(observation.at, Phrase::new("seen-not-ready").with("pod", &pod.name).with("names", names.join(", ")))
        });
        let why = pod.detail.why.iter().map(|why| line(observation.at, format!("{}  {why}", pod.name)));
        std::iter::once(line(observation.at, pod.line())).chain(unready).chain(why).chain(events)
    };
    pods.into_iter().flat_map(lines).collect()
}

/// What each probe printed.
pub(super) fn probe_lines(observation: &Observation) -> Vec<Statement> {
    probe_lines_of(observation, |_| true)
}

/// What some of the probes printed.
pub(super) fn probe_lines_of(observation: &Observation, which: impl Fn(&ProbeReport) -> bool) -> Vec<Statement> {
    let reports = observation.probes().iter().filter(|report| which(report));
    reports.map(|report| line(observation.at, report.line())).collect()
}

/// What some of the pings said.
pub(super) fn ping_lines(observation: &Observation, which: impl Fn(&PingReport) -> bool) -> Vec<Statement> {
    let reports = observation.pings().iter().filter(|report| which(report));
    reports.map(|report| line(observation.at, report.line())).collect()
}

/// Names in a row, each with the containers that are not ready, for a sentence.
pub(super) fn short_names<'a>(pods: impl IntoIterator<Item = &'a PodSummary>) -> String {
    let named = |pod: &PodSummary| match pod.detail.unready.as_slice() {
        [] => pod.name.clone(),
        unready => format!("{} ({})", pod.name, unready.join(", ")),
    };
    pods.into_iter().map(named).collect::<Vec<_>>().join(", ")
}

/// Names in a row, for a sentence.
pub(super) fn names<'a>(pods: impl IntoIterator<Item = &'a PodSummary>) -> String {
    pods.into_iter().map(|pod| pod.name.as_str()).collect::<Vec<_>>().join(", ")
}
