//! The runbook's probe: a TCP connect to the BBS Service, made inside a Cloud Controller pod, and what its answer means.
//!
//! The exit code decides before any text: a text that says "succeeded" beside another exit code proves nothing.

use std::time::Duration;

use jiff::SignedDuration;
use tokio::time::Instant;

use crate::cluster::error::{MAX_TEXT, clean};
use crate::cluster::exec::{Ending, Execs};
use crate::cluster::scripts::{CONNECT, NETCAT};
use crate::incident::observation::{ProbeOutcome, ProbeReport};

/// Where the probe runs and what it reaches for.
#[derive(Clone, Debug)]
pub(super) struct Probe<'a> {
    /// The pod it runs in.
    pub(super) pod: &'a str,
    /// The container it runs in; always named.
    pub(super) container: &'a str,
    /// A host name: the BBS Service's, or the database's.
    pub(super) host: &'a str,
    /// Its port.
    pub(super) port: u16,
}

impl Probe<'_> {
    /// Runs nc, or bash alone where nc is missing or cannot scan.
    pub(super) async fn run(&self, execs: &Execs<'_>) -> ProbeReport {
        let began = Instant::now();
        let (wait, limit) = (whole_seconds(execs.timeouts.probe_wait), whole_seconds(execs.timeouts.probe));
        let (port, allowed) = (self.port.to_string(), limit.to_string());
        let nc = NETCAT.command([self.host, &port, &wait.to_string(), &allowed]);
        let (mut answer, mut by_bash) = (self.ask(execs, &nc).await, false);
        if answer.outcome == ProbeOutcome::ToolTrouble {
            let because = if answer.exit_code == Some(127) { "nc is missing" } else { "nc cannot scan" };
            let other = self.ask(execs, &CONNECT.command([self.host, &port, &allowed])).await;
            if other.outcome != ProbeOutcome::ToolTrouble {
                let said = if other.text.is_empty() { other.in_words(limit) } else { other.text };
                by_bash = true;
                answer = Answer { text: format!("{said} (bash /dev/tcp; {because})"), ..other };
            }
        } else if answer.text.is_empty() {
            answer.text = answer.in_words(limit);
        }
        ProbeReport {
            pod: self.pod.to_owned(),
            container: self.container.to_owned(),
            target: format!("{}:{}", self.host, self.port),
            outcome: answer.outcome,
            exit_code: answer.exit_code,
            text: clean(&answer.text, MAX_TEXT).replace('\n', " "),
            took: SignedDuration::try_from(began.elapsed()).unwrap_or(SignedDuration::MAX),
            by_bash,
        }
    }

    async fn ask(&self, execs: &Execs<'_>, command: &[String]) -> Answer {
        let began = Instant::now();
        let ending = execs.run(self.pod, self.container, command, execs.timeouts.probe).await;
        let without_code = |outcome, text| Answer { outcome, exit_code: None, text };
        match ending {
            Ending::Exited { code, text } => {
                let outcome = match classify(Some(code), &text) {
                    // Killed, and not by the `timeout` around it: the container was.
                    _ if code == KILLED && began.elapsed() < execs.timeouts.probe => ProbeOutcome::Unknown,
                    outcome => outcome,
                };
                Answer { outcome, exit_code: Some(code), text }
            }
            Ending::Denied(why) => without_code(ProbeOutcome::ExecDenied, why),
            Ending::Refused(why) => without_code(ProbeOutcome::ExecRefused, why),
            Ending::NotCarried(why) => without_code(ProbeOutcome::ExecNotCarried, why),
            Ending::Failed(why) => without_code(ProbeOutcome::ExecFailed, why),
            Ending::Unknown(why) => without_code(ProbeOutcome::Unknown, why),
        }
    }
}

struct Answer {
    outcome: ProbeOutcome,
    exit_code: Option<i32>,
    text: String,
}

impl Answer {
    /// For a command that printed nothing.
    fn in_words(&self, limit: u64) -> String {
        match self.outcome {
            ProbeOutcome::Succeeded => "connected".to_owned(),
            ProbeOutcome::TimedOut => format!("no answer within {limit} s"),
            _ => "the command printed nothing".to_owned(),
        }
    }
}

/// nc and `timeout` of every kind know whole seconds only, and 0 is no limit at all.
pub(super) fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs().max(1)
}

/// `timeout` ended the command.
pub(super) const ENDED_BY_TIMEOUT: i32 = 124;
/// `timeout` itself failed, for example on an option that it does not know.
const TIMEOUT_FAILED: i32 = 125;
/// The program can't be executed.
const NOT_EXECUTABLE: i32 = 126;
/// There is no such program.
const NOT_FOUND: i32 = 127;
/// Ended by SIGTERM, as busybox's `timeout` reports what it ended.
pub(super) const TERMINATED: i32 = 143;
/// Ended by SIGKILL, which `timeout -k` sends to what ignores its first signal.
pub(super) const KILLED: i32 = 137;

/// What the program could not do, whatever else is in its text: a usage text speaks of timeouts.
const TOOL_TROUBLE: [&str; 8] = [
    "command not found",
    "executable file not found",
    "invalid option",
    "unrecognized option",
    "unknown option",
    "illegal option",
    "usage:",
    // bash without network redirections
    "no such file or directory",
];

/// The telling texts of OpenBSD's nc old and new, the traditional nc, ncat, busybox's nc and bash, in lower case.
const TELLING: [(&str, ProbeOutcome); 17] = [
    ("connection refused", ProbeOutcome::Refused),
    ("timed out", ProbeOutcome::TimedOut),
    ("operation now in progress", ProbeOutcome::TimedOut),
    ("ncat: timeout", ProbeOutcome::TimedOut),
    ("name or service not known", ProbeOutcome::NameNotResolved),
    ("temporary failure in name resolution", ProbeOutcome::NameNotResolved),
    ("no address associated with hostname", ProbeOutcome::NameNotResolved),
    ("name does not resolve", ProbeOutcome::NameNotResolved),
    ("could not resolve hostname", ProbeOutcome::NameNotResolved),
    ("host lookup failed", ProbeOutcome::NameNotResolved),
    ("unknown host", ProbeOutcome::NameNotResolved),
    ("bad address", ProbeOutcome::NameNotResolved),
    ("getaddrinfo", ProbeOutcome::NameNotResolved),
    ("no route to host", ProbeOutcome::NoRoute),
    ("host is unreachable", ProbeOutcome::NoRoute),
    ("network is unreachable", ProbeOutcome::NoRoute),
    ("network unreachable", ProbeOutcome::NoRoute),
];

/// What came of a probe, from its exit code first and its text second; the last telling line decides, since every address
/// tried has its own. Only exit code 0 is a success.
pub fn classify(exit_code: Option<i32>, text: &str) -> ProbeOutcome {
    match exit_code {
        Some(0) => ProbeOutcome::Succeeded,
        Some(ENDED_BY_TIMEOUT | TERMINATED | KILLED) => ProbeOutcome::TimedOut,
        Some(TIMEOUT_FAILED | NOT_EXECUTABLE | NOT_FOUND) => ProbeOutcome::ToolTrouble,
        Some(1 | 2) => by_text(&text.to_lowercase()),
        Some(_) | None => ProbeOutcome::Unknown,
    }
}

fn by_text(text: &str) -> ProbeOutcome {
    if TOOL_TROUBLE.iter().any(|trouble| text.contains(trouble)) {
        return ProbeOutcome::ToolTrouble;
    }
    let telling = |line: &str| TELLING.iter().find(|(says, _)| line.contains(says)).map(|(_, outcome)| *outcome);
    text.lines().rev().find_map(telling).unwrap_or(ProbeOutcome::Unknown)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ProbeOutcome::{NameNotResolved, NoRoute, Refused, Succeeded, TimedOut, ToolTrouble, Unknown};
    use super::*;

    const BUSYBOX_USAGE: &str = "nc: invalid option -- 'z'\nBusyBox v1.35.0 (Debian 1:1.35.0-4+b3) multi-call binary.\n\n\
        Usage: nc [-iN] [-wN] [-l] [-p PORT] [-f FILE|IPADDR PORT] [-e PROG]\n\n\t-w SEC\tConnect timed out after";

    #[test]
    fn every_known_text() {
        for (code, text, outcome) in [
            // OpenBSD 1.219
            (0, "Connection to localhost (127.0.0.1) 18889 port [tcp/*] succeeded!", Succeeded),
            (1, "nc: connect to localhost (127.0.0.1) port 18891 (tcp) failed: Connection refused", Refused),
            (1, "nc: connect to localhost (127.0.0.1) port 18889 (tcp) failed: Connection timed out", TimedOut),
            (1, "nc: connect to localhost (127.0.0.1) port 18889 (tcp) timed out: Operation now in progress", TimedOut),
            (1, "nc: getaddrinfo for host \"h\" port 8889: Name or service not known", NameNotResolved),
            (1, "nc: getaddrinfo for host \"h\" port 8889: Temporary failure in name resolution", NameNotResolved),
            (1, "nc: connect to h (10.96.210.143) port 8890 (tcp) failed: No route to host", NoRoute),
            (1, "nc: connect to h (10.96.210.143) port 8890 (tcp) failed: Network is unreachable", NoRoute),
            // OpenBSD 1.105 and its name in Debian
            (0, "Connection to HOST 8889 port [tcp/*] succeeded!", Succeeded),
            (1, "nc: connect to HOST port 8889 (tcp) failed: Connection refused", Refused),
            (1, "nc.openbsd: connect to HOST port 8889 (tcp) failed: Connection refused", Refused),
            (1, "nc: connect to HOST port 8889 (tcp) failed: Connection timed out", TimedOut),
            (1, "nc: connect to HOST port 8889 (tcp) timed out: Operation now in progress", TimedOut),
            (1, "nc: getaddrinfo: Name or service not known", NameNotResolved),
            // traditional 1.10-47
            (0, "localhost [127.0.0.1] 18889 (?) open", Succeeded),
            (1, "localhost [127.0.0.1] 18891 (?) : Connection refused", Refused),
            (1, "localhost [127.0.0.1] 18889 (?) : Connection timed out", TimedOut),
            (1, "h: forward host lookup failed: Unknown host", NameNotResolved),
            // ncat 7.93
            (
                0,
                "Ncat: Connected to 127.0.0.1:18889.\nNcat: 0 bytes sent, 0 bytes received in 0.01 seconds.",
                Succeeded,
            ),
            (1, "Ncat: Connection refused.", Refused),
            (1, "Ncat: TIMEOUT.", TimedOut),
            (2, "Ncat: Could not resolve hostname \"h\": Name or service not known. QUITTING.", NameNotResolved),
            // busybox 1.35
            (0, "HOST (10.0.0.1) open", Succeeded),
            (1, BUSYBOX_USAGE, ToolTrouble),
            (1, "nc: can't connect to remote host (10.0.0.1): Connection refused", Refused),
            (1, "nc: bad address 'h'", NameNotResolved),
            // no nc, no right to run it, no timeout
            (127, "bash: line 1: nc: command not found", ToolTrouble),
            (127, "timeout: failed to run command 'nc': No such file or directory", ToolTrouble),
            (126, "timeout: failed to run command 'nc': Permission denied", ToolTrouble),
            (125, "timeout: invalid option -- 'k'", ToolTrouble),
            // bash
            (0, "", Succeeded),
            (1, "bash: connect: Connection refused\nbash: line 1: /dev/tcp/h/8889: Connection refused", Refused),
            (
                1,
                "bash: line 1: h: Name or service not known\nbash: line 1: /dev/tcp/h/8889: Invalid argument",
                NameNotResolved,
            ),
            (1, "bash: /dev/tcp/h/8889: No such file or directory", ToolTrouble),
            (124, "", TimedOut),
            (137, "", TimedOut),
            // a line per address
            (
                0,
                "nc: connect to h (::1) port 1 (tcp) failed: Connection refused\nConnection to h succeeded!",
                Succeeded,
            ),
            (
                1,
                "nc: connect to h (::1) port 1 failed: Connection refused\nnc: connect to h (::2) port 1 timed out",
                TimedOut,
            ),
            // the exit code decides
            (1, "Connection to localhost (127.0.0.1) 18889 port [tcp/*] succeeded!", Unknown),
            (1, "", Unknown),
            (1, "something else", Unknown),
            (143, "", TimedOut),
            (7, "Connection refused", Unknown),
        ] {
            assert_eq!(classify(Some(code), text), outcome, "{code} {text}");
        }
        assert_eq!(classify(None, "Connection to h succeeded!"), Unknown);
    }

    proptest! {
        #[test]
        fn only_exit_code_0_succeeds(code in prop::option::of(any::<i32>()), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let outcome = classify(code, &String::from_utf8_lossy(&bytes));
            prop_assert_eq!(outcome == Succeeded, code == Some(0));
        }

        #[test]
        fn no_text_turns_a_failure_into_a_success(code in 1..256, lines in prop::collection::vec(0..TELLING.len(), 0..5)) {
            let text: Vec<&str> = lines.into_iter().map(|line| TELLING[line].0).collect();
            let text = format!("Connection to h succeeded!\n{}\nh open", text.join("\n"));
            prop_assert_ne!(classify(Some(code), &text), Succeeded);
        }
    }
}
