//! The page's files, as they are in the program, and its words.

use std::collections::BTreeMap;

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

use serde_json::json;

use super::show::Show;
use crate::words::Words;
use crate::words::language::Language;

const HTML: &str = include_str!("page/index.html");

/// The other files: their names, what they are, and what they say.
const FILES: [(&str, &str, &str); 6] = [
    ("style.css", "text/css; charset=utf-8", include_str!("page/style.css")),
    ("app.js", "text/javascript; charset=utf-8", include_str!("page/app.js")),
    ("events.js", "text/javascript; charset=utf-8", include_str!("page/events.js")),
    ("text.js", "text/javascript; charset=utf-8", include_str!("page/text.js")),
    ("chat.js", "text/javascript; charset=utf-8", include_str!("page/chat.js")),
    ("cluster.js", "text/javascript; charset=utf-8", include_str!("page/cluster.js")),
];

/// Where the page's words stand in it.
const PLACE: &str = "id=\"words\">";

/// The page, with its words in the language of the cards: most visitors need no others, and need not wait for them.
pub(super) async fn index(State(show): State<Arc<Show>>) -> Response {
    let language = show.now().stage.language();
    let words = json!({"language": language.tag(), "words": said(language)}).to_string();
    // Within a script nothing may look like its end.
    let page = HTML.replacen(PLACE, &format!("{PLACE}{}", words.replace('<', "\\u003c")), 1);
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response()
}

/// One of its files.
pub(super) async fn file(Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, text)) => ([(CONTENT_TYPE, *kind)], *text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Its words in a language.
pub(super) async fn words(Path(tag): Path<String>) -> Response {
    let Some(language) = Language::of_tag(&tag) else { return StatusCode::NOT_FOUND.into_response() };
    Json(said(language)).into_response()
}

fn said(language: Language) -> BTreeMap<&'static str, String> {
    let words = Words::in_language(language);
    WORDS.iter().map(|id| (*id, words.word(id))).collect()
}

/// The words of the page, most of them its own.
const WORDS: [&str; 82] = [
    "play-title",
    "play-intro",
    "play-you",
    "play-role-requester",
    "play-role-approver",
    "play-role-second-account",
    "play-role-nobody",
    "play-role-stranger",
    "play-language",
    "play-scene",
    "play-free",
    "play-scene-outage",
    "play-scene-own-request",
    "play-scene-escalation",
    "play-scene-recovers-itself",
    "play-scene-database-down",
    "play-scene-bot-killed",
    "play-look-free",
    "play-look-outage",
    "play-look-own-request",
    "play-look-escalation",
    "play-look-recovers-itself",
    "play-look-database-down",
    "play-look-bot-killed",
    "play-begin-again",
    "play-people",
    "play-opening",
    "play-your-turn",
    "play-playing",
    "play-ended-well",
    "play-ended-ill",
    "play-chat",
    "play-direct",
    "play-only-you",
    "play-edited",
    "play-thread",
    "play-type",
    "play-send",
    "play-dismiss",
    "play-cancel",
    "play-thinking",
    "play-silence",
    "play-not-here",
    "play-cluster",
    "play-pod",
    "play-ready",
    "play-state",
    "play-label",
    "play-active",
    "play-passive",
    "play-terminating",
    "play-endpoints",
    "play-lock",
    "play-requests",
    "play-faults",
    "play-fault-connections-lost",
    "play-fault-database-down",
    "play-fault-bbs-hung",
    "play-fault-stale-label",
    "play-fault-network-policy",
    "play-fault-image-missing",
    "play-fault-hangs-terminating",
    "play-fault-exec-denied",
    "play-fault-delete-answers-lost",
    "play-fault-api-down",
    "play-heal",
    "play-alert",
    "play-kill",
    "play-revive",
    "play-timeline",
    "play-timeline-none",
    "play-incident",
    "play-kubectl",
    "play-failed",
    "play-lost",
    "phase-diagnosis",
    "phase-request",
    "phase-approval",
    "phase-deletes",
    "phase-recovery",
    "field-leader",
    "leader-none",
];
