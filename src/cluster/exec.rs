//! Running a command in a pod. It ends in one of three ways: with an exit code; not begun, and why; or nobody knows.
//!
//! What kube 5.0.0 asks for: both streams are read while the status is awaited, or all three stand still; after a lost connection the
//! streams never end; dropping the process ends them; the remote command outlives all of it, so that it needs its own `timeout`.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use k8s_openapi::api::core::v1::Pod;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::Status;
use kube::Api;
use kube::api::{AttachParams, AttachedProcess};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::{Instrument as _, info_span};

use super::client::Timeouts;
use super::error::{clean, describe};
use super::foreign::{is_by_policy, is_page, no_websocket};
use crate::incident::phrase::{Phrase, Statement};
use crate::metrics;

/// How many commands run in an environment's pods at once, whoever asks for them.
pub(super) const AT_ONCE: usize = 8;

/// What is kept of each stream, to tell of it where the exec fails as a whole. The rest is read and dropped.
const MAX_OUTPUT: usize = 4 * 1024;

/// How long the streams may still come after the status.
const OUTPUT_DRAIN: Duration = Duration::from_millis(200);

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// It ran to its end.
    Exited {
        /// Its exit code.
        code: i32,
        /// What it printed, cleaned, by lines.
        text: String,
    },
    /// The bot's role does not permit it.
    Denied(Statement),
    /// A policy of the cluster refused it.
    Refused(Statement),
    /// The way to the API server does not carry it.
    NotCarried(Statement),
    /// It was not begun.
    Failed(Statement),
    /// No exit code came; it may have run, or still run.
    Unknown(Statement),
}

/// Runs the scripts of one observation: so many at once, and none beyond its deadline.
#[derive(Clone)]
pub(super) struct Execs {
    /// The environment's pods.
    pub(super) api: Api<Pod>,
    /// [`AT_ONCE`] of them for the whole environment.
    pub(super) permits: Arc<Semaphore>,
    /// How long things may take.
    pub(super) timeouts: Timeouts,
    /// When the observation ends.
    pub(super) deadline: Instant,
}

impl Execs {
    /// Runs a command that ends by itself within its limit, and hands on what it prints as it comes.
    pub(super) async fn run(
        &self,
        pod: &str,
        container: &str,
        command: &[String],
        limit: Duration,
        mut out: impl FnMut(&[u8]) + Send,
    ) -> Ending {
        let Ok(Ok(_permit)) = timeout_at(self.deadline, self.permits.acquire()).await else {
            return Ending::Unknown(Phrase::new("unseen-no-turn").into());
        };
        let deadline = self.deadline.min(Instant::now() + limit + self.timeouts.around_exec);
        let span = info_span!("kubernetes", call = "exec", pod);
        let began = Instant::now();
        let running = run(&self.api, pod, container, command, self.timeouts.exec, deadline, &mut out);
        let ending = running.instrument(span).await;
        metrics::called("kubernetes", "exec", matches!(ending, Ending::Exited { .. }), began.elapsed());
        ending
    }
}

/// Runs the command in the container: no longer than that from its beginning, and until the deadline at the latest.
async fn run(
    api: &Api<Pod>,
    pod: &str,
    container: &str,
    command: &[String],
    longest: Duration,
    deadline: Instant,
    out: &mut (dyn FnMut(&[u8]) + Send),
) -> Ending {
    let params = AttachParams::default().container(container).stdin(false).stdout(true).stderr(true);
    match timeout_at(deadline, api.exec(pod, command, &params)).await {
        Ok(Ok(process)) => follow(process, deadline.min(Instant::now() + longest), out).await,
        Ok(Err(error)) => match &error {
            kube::Error::Api(status) if is_by_policy(status) && !is_page(&status.message) => {
                Ending::Refused(describe(&error))
            }
            kube::Error::Api(status) if status.code == 403 && !is_page(&status.message) => {
                Ending::Denied(describe(&error))
            }
            _ => match no_websocket(&error) {
                Some(why) => Ending::NotCarried(why),
                None => Ending::Failed(describe(&error)),
            },
        },
        Err(_) => Ending::Unknown(Phrase::new("unseen-exec-unanswered").into()),
    }
}

/// Reads to the end. The process is kept until then, since dropping it would leave the streams without an end.
async fn follow(mut process: AttachedProcess, deadline: Instant, tell: &mut (dyn FnMut(&[u8]) + Send)) -> Ending {
    let mut out = Stream::new(process.stdout());
    let mut err = Stream::new(process.stderr());
    let Some(status) = process.take_status() else {
        return Ending::Unknown(Phrase::new("unseen-exec-no-status").into());
    };
    let mut status = pin!(status);
    // The deadline comes first: output without end must not keep it from being seen.
    let status = loop {
        tokio::select! {
            biased;
            () = sleep_until(deadline) => {
                return Ending::Unknown(match said(&out, &err) {
                    text if text.is_empty() => Phrase::new("unseen-late").into(),
                    text => Phrase::new("unseen-late-said").with("text", text).into(),
                });
            }
            read = out.read(), if out.is_open() => tell(out.last(read)),
            _ = err.read(), if err.is_open() => {}
            status = &mut status => break status,
        }
    };
    let drained_by = deadline.min(Instant::now() + OUTPUT_DRAIN);
    let rest = async {
        tokio::join!(
            async {
                while out.is_open() {
                    let read = out.read().await;
                    tell(out.last(read));
                }
            },
            err.drain()
        )
    };
    let _ = timeout_at(drained_by, rest).await;
    let ending = match status {
        Some(status) => ending(&status, said(&out, &err)),
        None => Ending::Unknown(match said(&out, &err) {
            text if text.is_empty() => Phrase::new("unseen-exec-lost").into(),
            text => Phrase::new("unseen-exec-lost-said").with("text", text).into(),
        }),
    };
    drop(process);
    ending
}

/// The exit code that a status frame has, as it came; `None` where it has none, so that nobody knows what the command came to.
pub fn exit_code(frame: &[u8]) -> Option<i32> {
    match ending(&serde_json::from_slice(frame).ok()?, String::new()) {
        Ending::Exited { code, .. } => Some(code),
        _ => None,
    }
}

/// What the status frame says.
fn ending(status: &Status, text: String) -> Ending {
    if status.status.as_deref() == Some("Success") {
        return Ending::Exited { code: 0, text };
    }
    let causes = status.details.iter().filter_map(|details| details.causes.as_ref()).flatten();
    let mut codes = causes.filter(|cause| cause.reason.as_deref() == Some("ExitCode"));
    let code = codes.find_map(|cause| cause.message.as_deref()?.parse::<i32>().ok());
    match code {
        // A failure with the exit code of a success contradicts itself.
        Some(0) | None => {
            let said = status.message.as_deref().map(|message| clean(message, MAX_OUTPUT).into());
            Ending::Failed(said.unwrap_or_else(|| Phrase::new("unseen-exec-not-begun").into()))
        }
        Some(code) => Ending::Exited { code, text },
    }
}

/// What was printed.
fn said(out: &Stream, err: &Stream) -> String {
    let texts = [out.text(), err.text()];
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// One stream of the command: its beginning is kept, all of it is read.
struct Stream {
    reader: Option<Box<dyn AsyncRead + Send + Unpin>>,
    kept: Vec<u8>,
    buffer: Vec<u8>,
}

impl Stream {
    fn new(reader: Option<impl AsyncRead + Send + Unpin + 'static>) -> Self {
        let reader = reader.map(|reader| Box::new(reader) as Box<dyn AsyncRead + Send + Unpin>);
        Self { reader, kept: Vec::new(), buffer: vec![0; 1024] }
    }

    fn is_open(&self) -> bool {
        self.reader.is_some()
    }

    /// Reads what is there, and tells how much. Safe to be dropped at any time.
    async fn read(&mut self) -> usize {
        let Some(reader) = &mut self.reader else { return 0 };
        match reader.read(&mut self.buffer).await {
            Ok(0) | Err(_) => {
                self.reader = None;
                0
            }
            Ok(read) => {
                let room = MAX_OUTPUT.saturating_sub(self.kept.len()).min(read);
                self.kept.extend_from_slice(&self.buffer[..room]);
                read
            }
        }
    }

    /// What was read last.
    fn last(&self, read: usize) -> &[u8] {
        &self.buffer[..read]
    }

    async fn drain(&mut self) {
        while self.is_open() {
            self.read().await;
        }
    }

    fn text(&self) -> String {
        clean(&String::from_utf8_lossy(&self.kept), MAX_OUTPUT)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// How a recorded exec ended: its output by channel, its status frame from channel 3.
    fn recorded(exec: &Value) -> Option<Ending> {
        let mut text = String::new();
        for frame in exec["frames"].as_array()? {
            let data = frame["data"].as_str().unwrap_or_default();
            match frame["channel"].as_u64() {
                Some(3) => {
                    let status: Status = serde_json::from_str(data).unwrap();
                    return Some(ending(&status, clean(&text, MAX_OUTPUT)));
                }
                Some(_) => text.push_str(data),
                None => {}
            }
        }
        None
    }

    #[test]
    fn recorded_status_frames() {
        let frames: Value = serde_json::from_str(include_str!("../../tests/data/kubernetes/exec-frames.json")).unwrap();
        let endings: Vec<Ending> = frames.as_array().unwrap().iter().filter_map(recorded).collect();
        let exited = |code, text: &str| Ending::Exited { code, text: text.to_owned() };
        let host = "diego-api.cf.svc.cluster.local (10.96.210.143)";
        assert_eq!(endings[0], exited(0, &format!("Connection to {host} 8889 port [tcp/*] succeeded!")));
        let text = format!("nc: connect to {host} port 8890 (tcp) failed: No route to host");
        assert_eq!(endings[1], exited(1, &text));
        let text = "nc: getaddrinfo for host \"nosuch.cf.svc.cluster.local\" port 8889: Name or service not known";
        assert_eq!(endings[2], exited(1, text));
        assert!(
            matches!(&endings[3], Ending::Failed(Statement::Text(why)) if why.contains("executable file not found in $PATH"))
        );
        assert_eq!(endings[4], exited(7, ""));
        assert_eq!(endings[5], exited(3, "err\nout"));
        assert_eq!(endings.len(), 6);
    }
}
