//! The properties of the fuzz targets over arbitrary input, made of what parsers look for.

use proptest::prelude::*;
use serde_json::{Map, Value, json};
use stagerbot::alerts::SOURCES;

use crate::kubeconfig::property::any_file;
use crate::properties;

/// What texts are made of.
const PIECES: [&str; 40] = [
    "170010",
    "170015",
    "220002",
    "170011",
    "code",
    "error ",
    "code: ",
    "CF-StagerUnavailable",
    "Stager is unavailable",
    "?/1",
    " ",
    "\n",
    "[",
    "]",
    "RESOLVED",
    "FIRING",
    ":",
    "1",
    "0",
    "$",
    ".",
    "-",
    "/",
    "https://x.example/",
    "✅",
    "🔥",
    ":x:",
    "not ",
    "resolved",
    "错误",
    "已恢复",
    "解決",
    "é",
    "\u{202e}",
    "bbs.locket-lock.lost-lock",
    "MySQLDown",
    "Staging error",
    "OK",
    "<!channel>",
    "FAILED",
];
/// What fields are called.
const KEYS: [&str; 34] = [
    "alerts",
    "status",
    "labels",
    "annotations",
    "alertname",
    "startsAt",
    "fingerprint",
    "truncatedAlerts",
    "orgId",
    "state",
    "title",
    "event",
    "event_type",
    "data",
    "id",
    "text",
    "value",
    "attachments",
    "blocks",
    "fields",
    "name",
    "description",
    "message",
    "user",
    "channel",
    "channel_id",
    "type",
    "actions",
    "action_id",
    "view",
    "member",
    "token",
    "bot_id",
    "severity",
];
const WORDS: [&str; 14] = [
    "firing",
    "resolved",
    "incident.triggered",
    "pagey.ping",
    "block_actions",
    "view_submission",
    "message",
    "app_mention",
    "C1",
    "B1",
    "stager-approve",
    "7/ABC-1",
    "stager",
    "critical",
];

fn text() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12).prop_map(|pieces| pieces.concat());
    prop_oneof![4 => pieces, 1 => ".{0,40}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
        prop::sample::select(&WORDS[..]).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let key = prop_oneof![6 => prop::sample::select(&KEYS[..]).prop_map(str::to_owned), 1 => text()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_source_reads_or_refuses_any_body(value in value(), bytes in prop::collection::vec(any::<u8>(), 0..60), cut in 0..60_usize) {
        let json = value.to_string();
        let cut = json.floor_char_boundary(json.len().saturating_sub(cut));
        for source in SOURCES {
            properties::body(source.name, json.as_bytes());
            properties::body(source.name, &json.as_bytes()[..cut]);
            properties::body(source.name, &bytes);
        }
    }

    #[test]
    fn no_alert_is_lost_to_its_neighbour(value in value()) {
        properties::neighbour(&value);
    }

    #[test]
    fn a_text_means_what_stands_in_it(text in text()) {
        properties::text(&text);
    }

    #[test]
    fn a_message_counts_by_channel_author_and_text(value in value()) {
        properties::message(&value);
    }

    #[test]
    fn whatever_is_typed_is_a_request(text in text(), verb in prop::sample::select(&["check", "approve", "mute", "unmute", "restart"][..])) {
        properties::command(&text);
        properties::command(&format!("{verb} {text}"));
    }

    #[test]
    fn a_payload_is_read_or_left(value in value()) {
        properties::payload(&value);
    }

    #[test]
    fn what_a_check_prints_is_no_answer_by_itself(code in prop_oneof![-1..130_i32, any::<i32>()], text in text(), status in 0..1_000_u16) {
        properties::checks(code, &text);
        properties::checks(code, &format!("{text}\nstatus {status}\n"));
        properties::checks(code, &format!("{{\"key\":\"bbs\",\"owner\":{}}}", Value::from(text)));
    }

    #[test]
    fn a_status_frame_succeeds_by_its_status_alone(value in value(), code in any::<i32>(), ok in any::<bool>()) {
        let status = if ok { "Success" } else { "Failure" };
        let cause = json!({ "reason": "ExitCode", "message": code.to_string() });
        properties::exec(value.to_string().as_bytes());
        properties::exec(json!({ "status": status, "details": { "causes": [cause, value] } }).to_string().as_bytes());
        properties::exec(json!({ "status": status, "details": { "causes": [cause] } }).to_string().as_bytes());
    }

    #[test]
    fn a_bundle_is_refused_or_verified(value in value(), text in text()) {
        properties::bundle(&value.to_string());
        properties::bundle(&text);
    }
}

/// What the fuzz targets begin with, and what they found.
#[test]
fn every_seed_of_the_fuzz_targets() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds");
    let value = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).unwrap();
    let mut seeds = 0;
    for target in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
        for seed in std::fs::read_dir(target.path()).unwrap() {
            let bytes = std::fs::read(seed.unwrap().path()).unwrap();
            match target.file_name().to_str().unwrap() {
                "bundle" => properties::bundle(std::str::from_utf8(&bytes).unwrap()),
                "exec" => properties::exec(&bytes),
                "kubeconfig" => any_file(&bytes),
                "message" => properties::message(&value(&bytes)),
                "payload" => properties::payload(&value(&bytes)),
                other => panic!("no property is known by the name {other}"),
            }
            seeds += 1;
        }
    }
    assert!(seeds > 20, "{seeds} seeds");
}
