//! What is left of an incident: a report of one whole incident in each form, and the figures of a known log, by hand.

use std::process::Command as Program;

use serde_json::{Value, json};
use stagerbot::clock;
use stagerbot::incident::figures::{Entry, Figures, Spread, Times, times};
use stagerbot::incident::report::report;
use stagerbot::report::{Format, figures, incident, print};
use stagerbot::store::Store;
use stagerbot::store::announcements::{Announcement, LAST, Told};
use stagerbot::words::Words;
use stagerbot::words::language::Language;

use super::*;

/// What somebody may write who wants to be seen elsewhere.
const HOSTILE: &str = "<script>alert(1)</script> | [x](https://evil.example) @everyone\n# cf push fails";

/// An incident of this environment that an alert opened.
fn by_alert(environment: &str) -> Story {
    let mut story = Story::new(policy());
    let alert = Alert {
        source: "alertmanager".into(),
        name: "StagerUnavailable".into(),
        status: AlertStatus::Firing,
        fingerprint: Fingerprint("f".into()),
        summary: HOSTILE.into(),
        starts_at: None,
        meaning: Meaning::StagerUnavailable,
        severity: None,
        seen_at: None,
    };
    let opened = Event::Opened {
        environment: environment.into(),
        trigger: Trigger::Alert(alert),
        last_restart: None,
        last_leader: None,
        database_alerts: Vec::new(),
    };
    story.log = vec![Recorded { seq: 1, at: story.now, event: opened }];
    story.incident = Incident::replay(1, &story.log).unwrap();
    story.claims();
    story
}

/// A whole incident: so many seconds until Anna looks, until she requests, and until Ben approves; twenty more until it is healthy.
fn whole(environment: &str, looks: i64, requests: i64, approves: i64) -> Story {
    let mut story = by_alert(environment);
    story.pass(looks);
    story.tell(Command::Check { by: account("anna") }).unwrap();
    story.look();
    story.pass(requests);
    story.tell(Command::RequestRestart { by: account("anna"), reason: Some(HOSTILE.into()) }).unwrap();
    let code = story.code();
    story.pass(approves);
    story.approve("ben", &code).unwrap();
    story.look();
    story.delete_arrives();
    story.pass(20);
    story.world.replace(0, true);
    story.look();
    story.delete_arrives();
    story.world.replace(1, true);
    story.look();
    story.look();
    story.pass(15);
    story.look();
    assert!(matches!(story.outcome(), Some(Outcome::Recovered { .. })), "{:?}", story.incident.state);
    story
}

#[test]
fn a_report_tells_one_whole_incident() {
    let story = whole("prod", 20, 60, 30);
    let report = report(1, &story.log).unwrap();
    let head = Some("1/17/0123456789ab");
    let document = incident::document(&report, head, Words::of(None));
    let [md, html, text] = [Format::Markdown, Format::Html, Format::Text].map(|format| print(&document, format));
    assert!(md.contains("\\<script\\>"), "{md}");
    let bare = md.replace("\\<script\\>", "");
    for (printed, markup) in
        [(&bare, "<script"), (&html, "<script"), (&md, "[x]("), (&md, "@everyone"), (&md, "\n# cf")]
    {
        assert!(!printed.contains(markup), "{markup} is in:\n{printed}");
    }
    insta::assert_snapshot!("report_md", md);
    insta::assert_snapshot!("report_html", html);
    insta::assert_snapshot!("report_text", text);
    let ends = report.drawn.iter().scan(SignedDuration::ZERO, |end, phase| {
        assert_eq!(phase.began, *end, "there is no gap");
        *end = phase.began + phase.length;
        Some(*end)
    });
    assert_eq!(ends.last(), report.times.mitigated, "the drawn phases are the whole outage");
    let for_programs = incident::for_programs(&report, head, Words::of(None));
    insta::assert_snapshot!("report_json", serde_json::to_string_pretty(&for_programs).unwrap());
    for language in Language::ALL {
        let words = Words::in_language(language);
        let said = print(&incident::document(&report, head, words), Format::Markdown);
        assert!(!said.contains("report-") && !said.contains("did-") && !said.contains("took-"), "{said}");
        assert!(words.say(&incident::answer(&report)).contains("stagerbot audit report 1"));
    }
}

#[test]
fn a_person_who_opened_it_did_not_have_to_acknowledge_it() {
    let story = Story::approved();
    let approved = Some(SignedDuration::from_secs(5));
    assert_eq!(times(&story.log), Times { acknowledged: None, approved, mitigated: None });
    let opened = by_alert("prod");
    assert_eq!(times(&opened.log), Times::default());
    let open = Figures::of(&[Entry { id: 1, log: opened.log, asked: Vec::new() }]);
    assert_eq!((open.incidents, open.open, open.outages.len()), (1, 1, 0));
}

/// Writes a story to a store.
async fn written(store: &Store, story: &Story, environment: &str, asked: &[&str]) {
    let (first, rest) = story.log.split_first().unwrap();
    let (id, _) = store.open_incident(environment, first.at, first.event.clone(), None).await.unwrap();
    for one in rest {
        store.append(id, one.seq - 1, one.at, vec![one.event.clone()], None).await.unwrap();
    }
    let announcement = Announcement {
        key: "call/1".into(),
        destination: "slack".into(),
        channel: "C1".into(),
        message: "1.1".into(),
        since: clock::now(),
        stage: LAST,
        told: Told { names: asked.iter().map(|name| (*name).to_owned()).collect(), ..Told::default() },
    };
    store.set_announcement(id, &announcement).await.unwrap();
}

fn stagerbot(arguments: &[&str]) -> (String, i32) {
    let output = Program::new(env!("CARGO_BIN_EXE_stagerbot")).args(arguments).output().unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (text, output.status.code().unwrap())
}

/// The numbers are computed by hand: of 20, 40 and 90 the median is 40, and nine of ten are no longer than 90.
#[tokio::test]
async fn the_figures_of_a_known_log_are_those_computed_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("bot.db").display());
    let store = Store::open(&url).await.unwrap();
    written(&store, &whole("prod", 20, 60, 30), "prod", &["ben"]).await;
    written(&store, &whole("prod", 40, 60, 90), "prod", &["ben", "carl"]).await;
    written(&store, &whole("stage", 90, 10, 10), "stage", &[]).await;
    // One check that found nothing wrong is no outage.
    let mut quiet = Story::new(policy());
    quiet.world.stuck = false;
    quiet.look();
    assert_eq!(quiet.outcome(), Some(&Outcome::Healthy));
    written(&store, &quiet, "prod", &[]).await;
    let head = store.head(1).await.unwrap().unwrap().to_string();
    store.close().await;

    let (text, code) = stagerbot(&["audit", "stats", "--store", &url, "--format", "json"]);
    assert_eq!(code, 0, "{text}");
    let told: Value = serde_json::from_str(&text).unwrap();
    let expected = json!({
        "incidents": 4,
        "open": 0,
        "outages": [
            {"environment": "prod", "cause": "bbs-unreachable", "count": 2},
            {"environment": "stage", "cause": "bbs-unreachable", "count": 1},
        ],
        "outcomes": {"healthy": 1, "recovered": 3},
        "seconds": {
            // 20, 40, 90.
            "acknowledged": {"count": 3, "median": 40.0, "p90": 90.0},
            // 10, 30, 90.
            "approved": {"count": 3, "median": 30.0, "p90": 90.0},
            // 20 + 60 + 30 + 20, 40 + 60 + 90 + 20, 90 + 10 + 10 + 20.
            "mitigated": {"count": 3, "median": 130.0, "p90": 210.0},
        },
        "asked": [
            {"name": "ben", "asked": 2, "answered": 2},
            {"name": "carl", "asked": 1, "answered": 0},
        ],
        "drills": {"count": 0, "found": {"count": 0, "median": null, "p90": null}, "nobody": 0},
    });
    assert_eq!(told, expected);
    let (text, code) = stagerbot(&["audit", "stats", "--store", &url]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("median 2 min 10 s, p90 3 min 30 s (of 3)"), "{text}");
    let (text, _) = stagerbot(&["audit", "stats", "--store", &url, "--format", "md", "--lang", "fr"]);
    assert!(text.starts_with("# Pannes\n"), "{text}");
    let (text, _) = stagerbot(&["audit", "stats", "--store", &url, "--since", "2027-06-01", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["incidents"], 0, "{text}");

    let (text, code) = stagerbot(&["audit", "report", "1", "--store", &url]);
    assert_eq!(code, 0, "{text}");
    assert!(text.starts_with("# Incident 1: prod\n") && text.contains(&format!("--noted {head}")), "{text}");
    let (text, code) = stagerbot(&["audit", "report", "9", "--store", &url]);
    assert!(code == 2 && text.contains("there is no incident 9, or it was pruned"), "{text}");
}

#[test]
fn the_newest_incidents_are_told_with_what_they_come_to() {
    let entry = |id, story: Story| Entry { id, log: story.log, asked: Vec::new() };
    let entries = [entry(2, whole("prod", 40, 60, 90)), entry(1, by_alert("stage"))];
    let said = Words::of(None).say(&figures::answer(&entries));
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(
        lines,
        [
            "2027-01-15 08:00:00 UTC · prod · incident 2: bbs-unreachable, recovered after a restart (3 min 30 s)",
            "2027-01-15 08:00:00 UTC · stage · incident 1: open",
            "until a person acted: median 40.0 s, p90 40.0 s (of 1)",
            "from the request to the approval: median 1 min 30 s, p90 1 min 30 s (of 1)",
            "until healthy, from the opening: median 3 min 30 s, p90 3 min 30 s (of 1)",
        ]
    );
    assert_eq!(Words::of(None).say(&figures::answer(&[])), "No incident yet.");
    assert_eq!(Spread::of(Vec::new()), Spread::default());
}
