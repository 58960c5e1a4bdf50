//! Whether a BBS pod listens on the BBS's port, seen from inside it: neither label, nor Service, nor network between.

use std::time::Duration;

use super::answers::{Part, Unanswered};
use super::probe::{classify, way};
use crate::incident::observation::{PodSummary, ProbeOutcome};
use crate::incident::phrase::{Phrase, Statement};

/// How long the connection may take: it is to the pod itself.
pub(super) const LIMIT: Duration = Duration::from_secs(2);

/// Whether a command can be run in the pod at all.
pub(super) fn runs(pod: &PodSummary) -> bool {
    pod.phase == "Running" && !pod.has_failed() && pod.trouble.as_deref() != Some(NODE_LOST)
}

/// The node does not answer, nor does a pod on it.
const NODE_LOST: &str = "NodeLost";

/// What is known of one pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// A connection was accepted.
    Accepted,
    /// A connection was refused.
    Refused,
    /// Neither.
    NotKnown(Statement),
}

/// What the pod answered.
pub(super) fn report(part: &Part<'_>) -> Answer {
    match part {
        Part::Said { section, .. } => answer(section.code, way(&section.text).1),
        Part::Not(Unanswered { text, .. }) => Answer::NotKnown(text.clone()),
    }
}

fn answer(code: i32, text: &str) -> Answer {
    match classify(Some(code), text) {
        ProbeOutcome::Succeeded => Answer::Accepted,
        ProbeOutcome::Refused => Answer::Refused,
        // Somebody has the port and lets connections wait.
        ProbeOutcome::TimedOut => {
            Answer::NotKnown(Phrase::new("unseen-own-port").with("seconds", LIMIT.as_secs().to_string()).into())
        }
        _ => {
            let said = |id: &str| Phrase::new(id).with("code", code.to_string());
            Answer::NotKnown(match text.replace('\n', " ") {
                text if text.is_empty() => said("unseen-exit-code").into(),
                text => said("unseen-exit-code-said").with("text", text).into(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_says_that_nobody_listens() {
        let refused = "bash: connect: Connection refused\nbash: line 1: /dev/tcp/127.0.0.1/8889: Connection refused";
        assert_eq!(answer(0, ""), Answer::Accepted);
        assert_eq!(answer(1, refused), Answer::Refused);
        for (code, text) in [(124, ""), (127, "bash: timeout: command not found"), (1, ""), (137, ""), (2, "what")] {
            assert!(matches!(answer(code, text), Answer::NotKnown(_)), "{code} {text}");
        }
    }
}
