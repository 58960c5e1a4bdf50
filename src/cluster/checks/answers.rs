//! One exec a pod, all at once, and what comes back of each part: at once, not when the whole exec is over. A part that hangs takes no
//! other with it, and an exec that fails as a whole leaves the parts that it did not tell of open, each with the reason.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};
use tracing::Instrument as _;

use super::section::{Section, Sections};
use crate::cluster::exec::{Ending, Execs};
use crate::incident::observation::{NotMade, PingOutcome, ProbeOutcome};
use crate::incident::phrase::{Phrase, Statement};

/// How long an exec whose parts have all answered may take to end before its connection is closed.
const GOODBYE: Duration = Duration::from_secs(2);

/// Of the commands in a pod, the ones that failed to be run: by a runtime, or a shell.
const NOT_RUN: [i32; 2] = [126, 127];

/// What is run in one pod.
#[derive(Clone, Debug)]
pub(super) struct Exec {
    pub(super) pod: String,
    pub(super) container: String,
    pub(super) command: Vec<String>,
    /// By when it ends by itself.
    pub(super) limit: Duration,
}

/// What came back of one exec so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Answers {
    /// When it was begun, and when its first word came.
    asked: Option<Instant>,
    began: Option<Instant>,
    sections: Vec<(Section, Duration)>,
    ended: Option<Ending>,
}

/// What is known of one part.
#[derive(Clone, Debug)]
pub(super) enum Part<'a> {
    /// Its section came, that long after the script began.
    Said { section: &'a Section, took: Duration },
    /// It did not.
    Not(Unanswered),
}

/// Why a part did not answer, and in words.
#[derive(Clone, Debug)]
pub(super) struct Unanswered {
    pub(super) why: Why,
    pub(super) text: Statement,
}

/// Why a part did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// The role does not permit the exec.
    Denied,
    /// A policy refused it.
    Refused,
    /// The way to the API server does not carry it.
    NotCarried,
    /// It was not begun.
    Failed,
    /// There is no shell, or it can't be run.
    NoShell,
    /// The script runs, and the answer is still to come.
    Late,
    /// It ended, or went on, without a word of this part.
    Unknown,
}

impl Why {
    pub(super) fn probe(self) -> ProbeOutcome {
        match self {
            Self::Denied => ProbeOutcome::ExecDenied,
            Self::Refused => ProbeOutcome::ExecRefused,
            Self::NotCarried => ProbeOutcome::ExecNotCarried,
            Self::Failed => ProbeOutcome::ExecFailed,
            Self::NoShell => ProbeOutcome::ToolTrouble,
            Self::Late | Self::Unknown => ProbeOutcome::Unknown,
        }
    }

    pub(super) fn ping(self) -> PingOutcome {
        match self {
            Self::Denied => PingOutcome::NotMade(NotMade::ExecDenied),
            Self::Refused => PingOutcome::NotMade(NotMade::ExecRefused),
            Self::NotCarried => PingOutcome::NotMade(NotMade::ExecNotCarried),
            Self::Failed | Self::NoShell => PingOutcome::NotMade(NotMade::ExecFailed),
            Self::Late | Self::Unknown => PingOutcome::Unknown,
        }
    }
}

impl Part<'_> {
    /// How long after the script's beginning the answer came.
    pub(super) fn took(&self) -> Duration {
        match self {
            Self::Said { took, .. } => *took,
            Self::Not(_) => Duration::ZERO,
        }
    }
}

impl Unanswered {
    /// Whether the answer was not there in time, and may still come.
    pub(super) fn is_late(&self) -> bool {
        self.why == Why::Late
    }
}

impl Answers {
    fn section(&self, name: &str) -> Option<&(Section, Duration)> {
        self.sections.iter().find(|(section, _)| section.name == name)
    }

    /// What is known of a part.
    pub(super) fn part(&self, name: &str) -> Part<'_> {
        if let Some((section, took)) = self.section(name) {
            return Part::Said { section, took: *took };
        }
        let (why, text) = match &self.ended {
            Some(Ending::Denied(text)) => (Why::Denied, text.clone()),
            Some(Ending::Refused(text)) => (Why::Refused, text.clone()),
            Some(Ending::NotCarried(text)) => (Why::NotCarried, text.clone()),
            Some(Ending::Failed(text)) => (Why::Failed, text.clone()),
            Some(Ending::Unknown(text)) => (Why::Unknown, text.clone()),
            Some(Ending::Exited { code, text }) => {
                let why = if self.began.is_none() && NOT_RUN.contains(code) { Why::NoShell } else { Why::Unknown };
                let silent = |id: &str| Phrase::new(id).with("code", code.to_string());
                let text = if self.began.is_none() && !text.is_empty() {
                    silent("unseen-script-silent-said").with("text", text)
                } else {
                    silent("unseen-script-silent")
                };
                (why, text.into())
            }
            None if self.began.is_some() => (Why::Late, Phrase::new("unseen-late").into()),
            None => (Why::Unknown, Phrase::new("unseen-late").into()),
        };
        Part::Not(Unanswered { why, text })
    }

    /// What is known of a part that is not waited for any more than its own limit: none answers late but a ping.
    pub(super) fn bounded(&self, name: &str) -> Part<'_> {
        match self.part(name) {
            Part::Not(Unanswered { why: Why::Late, .. }) => {
                Part::Not(Unanswered { why: Why::Unknown, text: Phrase::new("unseen-late").into() })
            }
            part => part,
        }
    }

    /// The words of a part that the script itself tells.
    pub(super) fn words(&self, name: &str) -> Vec<String> {
        let text = self.section(name).map_or("", |(section, _)| section.text.as_str());
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// Until when a part is waited for that may take that long, and an exec that long to begin; `None` where it has answered, or
    /// will not.
    pub(super) fn awaited(&self, name: &str, limit: Duration, beginning: Duration) -> Option<Instant> {
        if self.ended.is_some() || self.section(name).is_some() {
            return None;
        }
        let asked = self.asked?;
        let until = self.began.map_or(asked + beginning + limit, |began| began + limit);
        (Instant::now() < until).then_some(until)
    }
}

/// The execs of one look, and what they told so far.
pub(super) struct Board {
    shared: Arc<Shared>,
    tasks: Vec<AbortHandle>,
}

#[derive(Default)]
struct Shared {
    answers: Mutex<Vec<Answers>>,
    news: Notify,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Vec<Answers>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, place: usize, change: impl FnOnce(&mut Answers)) {
        change(&mut self.lock()[place]);
        self.news.notify_one();
    }
}

impl Board {
    /// Begins all of them.
    pub(super) fn start(execs: &Execs, all: Vec<Exec>) -> Self {
        let answers = vec![Answers { asked: Some(Instant::now()), ..Answers::default() }; all.len()];
        let shared = Arc::new(Shared { answers: Mutex::new(answers), news: Notify::new() });
        let start = |(place, exec): (usize, Exec)| {
            let (execs, shared) = (execs.clone(), shared.clone());
            let run = async move {
                let mut sections = Sections::default();
                let tell = |bytes: &[u8]| {
                    let said = sections.feed(bytes);
                    if !said.is_empty() {
                        shared.change(place, |answers| answers.take(said));
                    }
                };
                let Exec { pod, container, command, limit } = &exec;
                let ending = execs.run(pod, container, command, *limit, tell).await;
                shared.change(place, |answers| answers.ended = Some(ending));
            };
            tokio::spawn(run.in_current_span()).abort_handle()
        };
        let tasks = all.into_iter().enumerate().map(start).collect();
        Self { shared, tasks }
    }

    /// What they told until now.
    pub(super) fn answers(&self) -> Vec<Answers> {
        self.shared.lock().clone()
    }

    /// Returns once there is something new; also where that was since the last call.
    pub(super) async fn news(&self) {
        self.shared.news.notified().await;
    }

    /// Lets those that have told everything end by themselves, in a moment.
    pub(super) fn leave(self) {
        tokio::spawn(async move {
            sleep(GOODBYE).await;
            drop(self);
        });
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Answers {
    /// The first section of a name counts: no script writes a second one.
    fn take(&mut self, said: Vec<Section>) {
        let began = *self.began.get_or_insert_with(Instant::now);
        for section in said {
            if self.section(&section.name).is_none() {
                self.sections.push((section, began.elapsed()));
            }
        }
    }
}
