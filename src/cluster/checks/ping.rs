//! The BBS's own ping, as the Cloud Controller would send it: with its certificates, from its container.
//!
//! It tells a BBS that serves from one that merely listens. curl's exit code decides before any text.

use std::time::Duration;

use jiff::SignedDuration;

use super::answers::{Part, Unanswered};
use super::probe::{ENDED_BY_TIMEOUT, KILLED, TERMINATED, on_one_line};
use crate::incident::observation::{NotMade, PingOutcome, PingReport};
use crate::incident::phrase::{Phrase, Statement};

/// How long the Cloud Controller itself waits for an answer: what comes later is none (`cc.diego.bbs.receive_timeout`).
pub(super) const LATEST: Duration = Duration::from_secs(10);

/// What stands before the status in curl's output.
const STATUS: &str = "status ";

/// Where the ping was sent from, and to whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ping<'a> {
    /// The Cloud Controller pod.
    pub(super) from: &'a str,
    /// One pod, by its name; `None` through the Service.
    pub(super) to: Option<&'a str>,
    /// Whether the name that the BBS was called by is a guess.
    pub(super) guessed: bool,
    /// How long an answer was waited for.
    pub(super) waited: Duration,
}

impl Ping<'_> {
    /// What came of it. A ping that can't be made is a report, too: it says why.
    pub(super) fn report(&self, part: &Part<'_>) -> PingReport {
        let (outcome, text) = match part {
            // Killed, and not by the `timeout` around it: where memory is short, that says nothing of the BBS.
            Part::Said { section, took } if section.code == KILLED && *took < self.waited => {
                (PingOutcome::Unknown, Phrase::new("unseen-curl-killed").into())
            }
            Part::Said { section, .. } => self.judge(section.code, &section.text),
            Part::Not(unanswered) if unanswered.is_late() => {
                let seconds = self.waited.as_secs().to_string();
                (PingOutcome::TimedOut, Phrase::new("unseen-no-answer").with("seconds", seconds).into())
            }
            Part::Not(Unanswered { why, text }) => (why.ping(), text.clone()),
        };
        PingReport {
            from: self.from.to_owned(),
            to: self.to.map(str::to_owned),
            outcome,
            text: on_one_line(text),
            took: SignedDuration::try_from(part.took()).unwrap_or(SignedDuration::MAX),
        }
    }

    /// What came of it. A certificate for another name than a guessed one refuses nothing.
    fn judge(&self, code: i32, text: &str) -> (PingOutcome, Statement) {
        let (outcome, said) = answer(code, text);
        let another = code == 51 || (code == 60 && text.contains("subject name"));
        if outcome == PingOutcome::CertificateRefused && another && self.guessed {
            return (PingOutcome::NotMade(NotMade::OtherName), said);
        }
        (outcome, said)
    }
}

/// What curl does not know: that option, or that it can do TLS at all.
const OLD_CURL: [i32; 3] = [1, 2, 4];
/// The Cloud Controller's certificate or key, or the authority's certificate, can't be used.
const NO_CERTIFICATES: [i32; 2] = [58, 77];
/// The connection was there, and ended before the answer: no data, a reset, half an answer, half a handshake.
const CUT_OFF: [i32; 9] = [8, 16, 18, 35, 52, 55, 56, 92, 95];
/// The program is not there, or can't be executed.
const NO_CURL: std::ops::RangeInclusive<i32> = 125..=127;

/// What came of it by curl's exit code and what it printed, and what was said.
pub fn answer(code: i32, text: &str) -> (PingOutcome, Statement) {
    let status = text.lines().find_map(|line| line.strip_prefix(STATUS)?.trim().parse::<u16>().ok());
    let said: Vec<&str> = text.lines().filter(|line| !line.starts_with(STATUS)).collect();
    let said = said.join(" ");
    let lower = said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let outcome = match code {
        0 => match status {
            Some(200) => PingOutcome::Answered,
            Some(503) => PingOutcome::Migrating,
            Some(other) => PingOutcome::Status(other),
            None => PingOutcome::Unknown,
        },
        6 => PingOutcome::NameNotResolved,
        7 if says(&["timed out"]) => PingOutcome::TimedOut,
        7 if says(&["no route", "unreachable"]) => PingOutcome::NoRoute,
        7 => PingOutcome::Refused,
        28 | ENDED_BY_TIMEOUT | TERMINATED | KILLED => PingOutcome::TimedOut,
        // A peer that is gone in the middle of the handshake has not judged any certificate.
        35 | 56 if says(&["certificate", "unknown ca"]) => PingOutcome::CertificateRefused,
        51 | 60 => PingOutcome::CertificateRefused,
        code if CUT_OFF.contains(&code) => PingOutcome::Reset,
        code if NO_CERTIFICATES.contains(&code) => PingOutcome::NotMade(NotMade::NoCertificates),
        code if OLD_CURL.contains(&code) => PingOutcome::NotMade(NotMade::OldCurl),
        code if NO_CURL.contains(&code) => PingOutcome::NotMade(NotMade::NoCurl),
        _ => PingOutcome::Unknown,
    };
    let text = match (said.is_empty(), status) {
        (false, _) => said.into(),
        (true, Some(status)) if code == 0 => format!("HTTP {status:03}").into(),
        (true, _) => Phrase::new("unseen-curl-silent").with("code", code.to_string()).into(),
    };
    (outcome, text)
}

#[cfg(test)]
mod tests {
    use super::super::section::Section;
    use super::*;

    #[test]
    fn a_ping_that_was_killed_says_nothing_of_the_bbs() {
        let ping = Ping { from: "api-0", to: None, guessed: false, waited: Duration::from_secs(10) };
        let section = Section { name: "ping".to_owned(), code: KILLED, text: String::new() };
        for (took, outcome) in [(5, PingOutcome::Unknown), (11_000, PingOutcome::TimedOut)] {
            let took = Duration::from_millis(took);
            assert_eq!(ping.report(&Part::Said { section: &section, took }).outcome, outcome, "{took:?}");
        }
    }

    #[test]
    fn every_known_answer() {
        for (code, text, outcome) in [
            (0, "status 200", PingOutcome::Answered),
            (0, "status 503", PingOutcome::Migrating),
            (0, "status 404", PingOutcome::Status(404)),
            (0, "", PingOutcome::Unknown),
            // The exit code decides.
            (28, "status 200\ncurl: (28) Operation timed out", PingOutcome::TimedOut),
            (6, "status 000\ncurl: (6) Could not resolve host: diego-api", PingOutcome::NameNotResolved),
            (
                7,
                "status 000\ncurl: (7) Failed to connect to diego-api port 8889 after 0 ms: Couldn't connect to server",
                PingOutcome::Refused,
            ),
            (7, "curl: (7) Failed to connect to diego-api port 8889: Connection refused", PingOutcome::Refused),
            (7, "curl: (7) Failed to connect to diego-api port 8889: Connection timed out", PingOutcome::TimedOut),
            (7, "curl: (7) Failed to connect to diego-api port 8889: No route to host", PingOutcome::NoRoute),
            (28, "curl: (28) Connection timed out after 5001 milliseconds", PingOutcome::TimedOut),
            (124, "", PingOutcome::TimedOut),
            (137, "", PingOutcome::TimedOut),
            (35, "curl: (35) Recv failure: Connection reset by peer", PingOutcome::Reset),
            (
                35,
                "curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to diego-api:8889",
                PingOutcome::Reset,
            ),
            (
                35,
                "curl: (35) error:14094415:SSL routines:ssl3_read_bytes:sslv3 alert certificate expired",
                PingOutcome::CertificateRefused,
            ),
            // Something in between that speaks another TLS, or none: no certificate was judged.
            (35, "curl: (35) error:0A000438:SSL routines::tlsv1 alert internal error", PingOutcome::Reset),
            (35, "curl: (35) error:0A00010B:SSL routines::wrong version number", PingOutcome::Reset),
            (35, "curl: (35) error:0A000418:SSL routines::tlsv1 alert unknown ca", PingOutcome::CertificateRefused),
            (51, "curl: (51) SSL: no alternative certificate subject name", PingOutcome::CertificateRefused),
            (52, "curl: (52) Empty reply from server", PingOutcome::Reset),
            (
                56,
                "curl: (56) OpenSSL SSL_read: OpenSSL/3.0.19: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0",
                PingOutcome::CertificateRefused,
            ),
            (56, "curl: (56) Recv failure: Connection reset by peer", PingOutcome::Reset),
            (18, "curl: (18) transfer closed with outstanding read data remaining", PingOutcome::Reset),
            (60, "curl: (60) SSL certificate problem: certificate has expired", PingOutcome::CertificateRefused),
            (143, "", PingOutcome::TimedOut),
        ] {
            let (found, told) = answer(code, text);
            assert_eq!(found, outcome, "{code} {text}");
            assert!(!matches!(&told, Statement::Text(text) if text.is_empty() || text.contains("status ")), "{told:?}");
        }
    }

    #[test]
    fn what_keeps_curl_from_beginning_is_no_answer_of_the_bbs() {
        for (code, text, why) in [
            (58, "curl: (58) could not load PEM client certificate", NotMade::NoCertificates),
            (77, "curl: (77) error setting certificate file", NotMade::NoCertificates),
            (127, "timeout: failed to run command 'curl': No such file or directory", NotMade::NoCurl),
            (126, "", NotMade::NoCurl),
            (2, "curl: option --resolve: is unknown", NotMade::OldCurl),
        ] {
            assert_eq!(answer(code, text).0, PingOutcome::NotMade(why), "{code} {text}");
        }
    }

    #[test]
    fn a_certificate_for_another_name_than_a_guessed_one_refuses_nothing() {
        let mismatch =
            "curl: (60) SSL: no alternative certificate subject name matches target host name 'diego-api.cf.svc'";
        let waited = Duration::from_secs(3);
        for (guessed, outcome) in
            [(true, PingOutcome::NotMade(NotMade::OtherName)), (false, PingOutcome::CertificateRefused)]
        {
            let ping = Ping { from: "api-0", to: None, guessed, waited };
            assert_eq!(ping.judge(60, mismatch).0, outcome);
            assert_eq!(ping.judge(60, "curl: (60) certificate has expired").0, PingOutcome::CertificateRefused);
        }
    }
}
