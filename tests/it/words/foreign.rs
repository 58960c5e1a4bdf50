//! What stands in English in a text of another language: only what another program said, as it said it.

use std::sync::LazyLock;

use regex::Regex;

/// What the programs say that the bot quotes, what it has people type, and what stands in a table as kubectl has it.
const QUOTED: [&str; 13] = [
    // nc, bash, timeout, curl and cfdot
    r"(?:nc|bash|sh|timeout|Ncat|cfdot|curl)(?:: | \().*",
    r"Connection to .* succeeded!",
    r"Error: .*",
    // The API server, the kubelet, runtimes and admission
    r"\S+(?: \S+)? is forbidden: .*",
    r"(?:admission webhook|error dialing backend|unable to upgrade|container not found|OCI runtime exec failed|Internal error|etcdserver|the server).*",
    r"(?:[Bb]ack-off|Back-off|Readiness probe|Liveness probe|Failed|Error|MountVolume|Unable to|Node is|Successfully|Multi-Attach|failed to).*",
    r"\d+/\d+ nodes are available: .*",
    r"(?m)^.*(?:BackOff|Unhealthy|FailedMount|FailedScheduling|NodeNotReady|FailedAttachVolume|ErrImage).*$",
    r"(?:certificate|tls|x509|rpc error|FATAL|HTTP \d+:?) .*",
    // Names of products, in a row
    r"Cloud Controller: StatefulSet \S+",
    // What is to be typed
    r"(?m)^.*kubectl.*$",
    r"/stager [a-z-]+(?: [a-z-]+)*",
    r"\S+  \d+/\d+  .*",
];

/// Four English words and more in a row that no other program said.
pub(crate) fn english_in(text: &str) -> Vec<String> {
    static FOREIGN: LazyLock<Vec<Regex>> = LazyLock::new(|| QUOTED.map(|quoted| Regex::new(quoted).unwrap()).into());
    static SENTENCE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[A-Za-z][A-Za-z']*(?:[,;:]? [A-Za-z][A-Za-z']*){3,}").unwrap());
    let own = FOREIGN.iter().fold(text.to_owned(), |text, quoted| quoted.replace_all(&text, "…").into_owned());
    SENTENCE.find_iter(&own).map(|found| found.as_str().to_owned()).collect()
}

#[test]
fn a_sentence_of_the_bots_own_is_told_from_what_another_program_said() {
    for quoted in [
        "api-0：nc: connect to diego-api port 8889 (tcp) failed: Connection refused（終了コード 1）",
        "pods \"api-0\" is forbidden: User \"bot\" cannot create resource \"pods/exec\"",
        "diego-api-0  1/2  Running  restarts 0  passive",
        "kubectl -n cf delete pod diego-api-0 and look at it",
        "Cloud Controller が BBS に到達します",
    ] {
        assert_eq!(english_in(quoted), [""; 0], "{quoted}");
    }
    for (left, sentence) in [
        ("不明（list pods: no answer within 5 s）", "list pods: no answer within"),
        ("diego-api-0: Locket read its locks from the database", "Locket read its locks from the database"),
    ] {
        assert_eq!(english_in(left), [sentence], "{left}");
    }
}
