//! The runbook's probe: a TCP connect to the BBS Service, made inside a Cloud Controller pod, and what its answer means.
//!
//! The exit code decides before any text: a text that says "succeeded" beside another exit code proves nothing.

use std::time::Duration;

use jiff::SignedDuration;

use super::answers::{Part, Unanswered};
use crate::cluster::error::{MAX_TEXT, clean};
use crate::incident::observation::{ProbeOutcome, ProbeReport};
use crate::incident::phrase::{Arg, Phrase, Statement};

/// A connect that a script made, and what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Connect<'a> {
    /// The pod it was made in.
    pub(super) pod: &'a str,
    /// The container.
    pub(super) container: &'a str,
    /// To where, `host:port`.
    pub(super) target: String,
    /// What `timeout` allows it.
    pub(super) limit: Duration,
    /// The tools that the container has not.
    pub(super) missing: &'a [String],
}

/// What a script says before it makes a connect by bash, or by a program that `BusyBox`'s nc runs once it is connected.
const BY_BASH: &str = "by bash";
const BY_RUNNING: &str = "by nc -e";

impl Connect<'_> {
    /// What came of it.
    pub(super) fn report(&self, part: &Part<'_>) -> ProbeReport {
        let took = part.took();
        let (outcome, exit_code, text, by) = match part {
            Part::Said { section, .. } => {
                let (by, said) = way(&section.text);
                let outcome = match classify(Some(section.code), said) {
                    // Killed, and not by the `timeout` around it: the container was.
                    _ if section.code == KILLED && took < self.limit => ProbeOutcome::Unknown,
                    outcome => outcome,
                };
                (outcome, Some(section.code), self.in_words(by, outcome, said), by)
            }
            Part::Not(Unanswered { why, text }) => (why.probe(), None, text.clone(), None),
        };
        let lacks_get = outcome == ProbeOutcome::ExecDenied && speaks_of(&text, "cannot get resource");
        ProbeReport {
            pod: self.pod.to_owned(),
            container: self.container.to_owned(),
            target: self.target.clone(),
            outcome,
            exit_code,
            text: on_one_line(text),
            took: SignedDuration::try_from(took).unwrap_or(SignedDuration::MAX),
            by_bash: by == Some(BY_BASH),
            by_running: by == Some(BY_RUNNING),
            lacks_get,
        }
    }

    /// What was said, with what it was said by where that is not nc; in words where nothing was.
    fn in_words(&self, by: Option<&str>, outcome: ProbeOutcome, said: &str) -> Statement {
        let lacks = |tool: &str| self.missing.iter().any(|missing| missing == tool);
        let said: Statement = match outcome {
            _ if !said.is_empty() => on_one_line(said.into()),
            ProbeOutcome::Succeeded => Phrase::new("seen-connected").into(),
            ProbeOutcome::TimedOut => {
                let seconds = whole_seconds(self.limit).to_string();
                Phrase::new("unseen-no-answer").with("seconds", seconds).into()
            }
            ProbeOutcome::ToolTrouble if !self.missing.is_empty() => {
                Phrase::new("unseen-tools").with("tools", self.missing.join(", ")).into()
            }
            _ => Phrase::new("unseen-printed-nothing").into(),
        };
        let by = match by {
            Some(BY_BASH) if lacks("nc") => "seen-by-bash-without-nc",
            Some(BY_BASH) => "seen-by-bash",
            Some(_) => "seen-by-nc-running",
            None => return said,
        };
        Phrase::new(by).with("text", said).into()
    }
}

/// Every text from outside in it cleaned, capped and on one line.
pub(super) fn on_one_line(said: Statement) -> Statement {
    let flat = |text: &str| clean(text, MAX_TEXT).replace('\n', " ");
    match said {
        Statement::Text(text) => flat(&text).into(),
        Statement::Phrase(mut phrase) => {
            for arg in phrase.args.values_mut() {
                if let Arg::Text(text) = arg {
                    *text = flat(text);
                }
            }
            phrase.into()
        }
    }
}

/// Whether a text from outside stands in it that has these words.
fn speaks_of(said: &Statement, words: &str) -> bool {
    match said {
        Statement::Text(text) => text.contains(words),
        Statement::Phrase(phrase) => {
            phrase.args.values().any(|arg| matches!(arg, Arg::Text(text) if text.contains(words)))
        }
    }
}

/// By what a connect was made in the end, and what that said; `None` for nc.
pub(super) fn way(text: &str) -> (Option<&str>, &str) {
    let ways = [BY_BASH, BY_RUNNING];
    let last = text.lines().rev().find(|line| ways.contains(line));
    match last.and_then(|way| Some((way, text.rfind(way)?))) {
        Some((way, at)) => (Some(way), text[at + way.len()..].trim_start_matches('\n')),
        None => (None, text),
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
