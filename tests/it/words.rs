//! The sentences: every id that the code names has one, every sentence is used, none lacks an argument; and the README's
//! table says of the findings what the rules and the sentences say.

pub(crate) mod foreign;
mod languages;
mod spoken;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::Timestamp;
use regex::Regex;
use stagerbot::incident::account::{Account, Platform, Who};
use stagerbot::incident::diagnosis::{Bearing, RULES, UNEXPLAINED};
use stagerbot::incident::event::Outcome;
use stagerbot::incident::phrase::{Phrase, Statement};
use stagerbot::incident::refusal::{EndedRequest, Ending, NotTwo, Refusal};
use stagerbot::incident::timeline::outcome;
use stagerbot::request::Verb;
use stagerbot::words::Words;

const ENGLISH: &str = include_str!("../../config/locales/en.ftl");
const README: &str = include_str!("../../README.md");

/// Words of the same form that are no ids: what is typed, what is configured, what is stored.
const NO_IDS: [&str; 5] = ["drill-begun", "database-checked", "plan-voided", "not-known", "not-recovered"];

/// The file of a language.
pub(crate) fn file(tag: &str) -> &'static str {
    match tag {
        "en" => ENGLISH,
        "fr" => include_str!("../../config/locales/fr.ftl"),
        "ja" => include_str!("../../config/locales/ja.ftl"),
        "ko" => include_str!("../../config/locales/ko.ftl"),
        "zh-Hans" => include_str!("../../config/locales/zh-Hans.ftl"),
        "zh-Hant" => include_str!("../../config/locales/zh-Hant.ftl"),
        other => panic!("there is no {other}.ftl"),
    }
}

/// Every message of a language with its text, of which continuation lines are a part.
pub(crate) fn messages(tag: &str) -> BTreeMap<String, String> {
    let mut messages = BTreeMap::new();
    let mut id = String::new();
    for line in file(tag).lines().filter(|line| !line.starts_with('#')) {
        if let Some((name, text)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
        {
            name.clone_into(&mut id);
            messages.insert(id.clone(), text.trim().to_owned());
        } else if line.starts_with([' ', '}']) {
            let text: &mut String = messages.get_mut(&id).unwrap();
            text.push('\n');
            text.push_str(line);
        }
    }
    messages
}

/// What is told of something, in English.
pub(crate) fn english(statement: &Statement) -> String {
    Words::of(None).state(statement)
}

/// The arguments of a message.
pub(crate) fn variables(text: &str) -> BTreeSet<String> {
    static VARIABLE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\$([a-z]+)").unwrap());
    VARIABLE.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

fn collect(below: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The code that may speak, by file: without comments, the modules' own tests, and what plays the outside.
fn sources() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&src, &mut found);
    let name = |path: &PathBuf| path.strip_prefix(&src).unwrap().display().to_string();
    let code = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    let outside = |path: &&PathBuf| !name(path).starts_with("simulator");
    found.iter().filter(outside).map(|path| (name(path), code(path))).collect()
}

/// Every text in the code that may be an id, by file.
fn literals(code: &str) -> BTreeSet<String> {
    let literal = Regex::new(r#""([a-z][a-z0-9]*(?:-[a-z0-9]+)+)""#).unwrap();
    literal.captures_iter(code).map(|found| found[1].to_owned()).collect()
}

/// The ids that the code names, each with the code of the files that name it: as they stand there, or put together of parts.
fn used() -> BTreeMap<String, String> {
    let messages = messages("en");
    let families: BTreeSet<&str> = messages.keys().map(|id| id.split('-').next().unwrap()).collect();
    let mut used: BTreeMap<String, String> = BTreeMap::new();
    let said = Regex::new(r#"(?:Phrase::new|word)\(\s*"([a-z0-9-]+)""#).unwrap();
    for code in sources().values() {
        // The findings' ids are no messages' ids, though one of them may read like one.
        let of_finding = |id: &str| RULES.iter().any(|rule| rule.id == id) && !messages.contains_key(id);
        let of_family =
            |id: &String| families.contains(id.split('-').next().unwrap()) && !NO_IDS.contains(&id.as_str());
        let likely = literals(code).into_iter().filter(|id| of_family(id) && !of_finding(id));
        for id in likely.chain(said.captures_iter(code).map(|found| found[1].to_owned())) {
            used.entry(id).or_default().push_str(code);
        }
        for suffix in ["because", "title", "yes"] {
            if code.contains(&format!("\"{{id}}-{suffix}\"")) {
                let whole = literals(code).into_iter().map(|id| format!("{id}-{suffix}"));
                for id in whole.filter(|id| messages.contains_key(id)) {
                    used.entry(id).or_default().push_str(code);
                }
            }
        }
    }
    // What is read from the table of verbs; only some are acts that can be refused within an incident.
    for verb in Verb::ALL {
        let arguments = verb.arguments().iter().map(|argument| format!("option-{}", argument.name));
        let act = Some(format!("act-{}", verb.word())).filter(|id| messages.contains_key(id));
        for id in arguments.chain([format!("command-{}", verb.word())]).chain(act) {
            used.entry(id).or_default();
        }
    }
    for rule in stagerbot::incident::alert::meaning::rules() {
        used.entry(format!("reads-{rule}")).or_default();
    }
    for id in RULES.iter().map(|rule| rule.id).chain([UNEXPLAINED]) {
        for part in ["finding", "advice"] {
            used.entry(format!("{part}-{id}")).or_default();
        }
    }
    used
}

#[test]
fn every_id_has_its_sentence_and_every_sentence_is_used() {
    let (messages, used) = (messages("en"), used());
    let missing: Vec<&String> = used.keys().filter(|id| !messages.contains_key(*id)).collect();
    assert!(missing.is_empty(), "no sentence for {missing:?}");
    let unused: Vec<&String> = messages.keys().filter(|id| !used.contains_key(*id)).collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
}

/// What other programs say is read by whoever talks to them; senders' alerts alone are read in the core, in a folder of their own.
#[test]
fn the_core_neither_says_nor_reads_a_sentence() {
    let literal = Regex::new(r#"(?s)"(?:[^"\\]|\\.)*""#).unwrap();
    let sentence = Regex::new(r"[A-Za-z]{2,} [A-Za-z]{2,}").unwrap();
    let mut found = Vec::new();
    for (name, code) in sources() {
        let core = name == "incident.rs" || name.starts_with("incident/");
        if !core || name.starts_with("incident/alert") {
            continue;
        }
        let said = literal.find_iter(&code).map(|found| found.as_str()).filter(|text| sentence.is_match(text));
        found.extend(said.map(|text| format!("{name}: {text}")));
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// A finding's arguments are put to the test by every case in `diagnosis`; here, that whoever names an id also names, in the
/// same file, every argument of its sentence.
#[test]
fn whoever_says_a_sentence_knows_its_arguments() {
    let messages = messages("en");
    let mut missing = Vec::new();
    for (id, code) in used().into_iter().filter(|(id, _)| !id.starts_with("finding-")) {
        for variable in messages.get(&id).map(|text| variables(text)).unwrap_or_default() {
            if !code.contains(&format!("with(\"{variable}\"")) {
                missing.push(format!("{id}: ${variable}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    let advised: Vec<&String> = messages
        .iter()
        .filter(|(id, text)| id.starts_with("advice-") && text.contains('$'))
        .map(|(id, _)| id)
        .collect();
    assert!(advised.is_empty(), "what to do is said without arguments: {advised:?}");
}

#[test]
fn refusals_and_outcomes_are_said_with_their_arguments() {
    let who = Who { person: Some("Ada".into()), account: Account { platform: Platform::Slack, user: "U1".into() } };
    let at = Timestamp::UNIX_EPOCH;
    let ended = |ending| Refusal::Ended { ending, at };
    let not_two = |why| Refusal::NotTwoPersons { requester: who.clone(), why };
    let refusals = [
        Refusal::NotMapped,
        Refusal::MayNotRequest { who_may: "Ada".into() },
        Refusal::MayNotApprove { who_may: "Ada".into() },
        Refusal::OwnRequest,
        Refusal::DatabaseNotConfirmed,
        not_two(NotTwo::Account(who.account.clone())),
        not_two(NotTwo::Name("Ada".into())),
        not_two(NotTwo::Unknown(who.clone())),
        Refusal::NoSuchCode { code: "7F3A9C-12-1".into() },
        Refusal::OldCode { code: "7F3A9C-1".into() },
        Refusal::OfClosed {
            incident: 12,
            request: Box::new(EndedRequest { by: who.clone(), requested_at: at, ending: Ending::Closed, at }),
        },
        ended(Ending::Approved(who.clone())),
        ended(Ending::Denied(who.clone())),
        ended(Ending::Cancelled(who.clone())),
        ended(Ending::Expired),
        ended(Ending::Voided),
        ended(Ending::Closed),
        Refusal::AlreadyRequested { by: who.clone() },
        Refusal::BeingCarriedOut,
        Refusal::NotDiagnosed,
        Refusal::VerdictForbids {
            verdict: Phrase::new("verdict-not-known"),
            because: Phrase::new("finding-probe-not-possible"),
        },
        Refusal::RestartsOff,
        Refusal::OneRestart,
        Refusal::CoolDown { until: at },
        Refusal::NotYours { requester: who.clone() },
        Refusal::Closed,
        Refusal::NoIncident,
        Refusal::OfDrill,
    ];
    let (deleted, planned) = (1, 2);
    let outcomes = [
        Outcome::Healthy,
        Outcome::RecoveredItself,
        Outcome::Recovered { leader: "diego-api-0".into(), deleted, planned, unproven: false },
        Outcome::Recovered { leader: "diego-api-0".into(), deleted, planned, unproven: true },
        Outcome::ReachedNotProven { again: false },
        Outcome::ReachedNotProven { again: true },
        Outcome::NotRecovered { why: Vec::new(), deleted, planned },
        Outcome::DryRun { planned },
        Outcome::HandedOver { by: who.clone(), reason: None },
        Outcome::HandedOver { by: who.clone(), reason: Some("mine".into()) },
        Outcome::Drill { ending: Ending::Approved(who.clone()) },
        Outcome::Drill { ending: Ending::Cancelled(who) },
        Outcome::Drill { ending: Ending::Expired },
    ];
    for phrase in refusals.iter().map(Refusal::phrase).chain(outcomes.iter().map(outcome)) {
        Words::of(None).try_say(&phrase).unwrap_or_else(|trouble| panic!("{}: {trouble}", phrase.id));
    }
}

/// The README's table: every finding in order, its sentence as people read it, and what it says about a restart.
fn table() -> String {
    let messages = messages("en");
    let argument = Regex::new(r"\{ \$([a-z]+) \}").unwrap();
    let row = |id: &str, bearing: Bearing| {
        let says = argument.replace_all(&messages[&format!("finding-{id}")], "*$1*").into_owned();
        let restart = match bearing {
            Bearing::Healthy => "not needed",
            Bearing::Reached => "not needed, as far as seen",
            Bearing::WillHelp => "**will help**",
            Bearing::WillNotHelp => "will not help",
            Bearing::Withholds => "withheld",
            Bearing::Unclear => "not known",
            Bearing::Aside => "—",
        };
        format!("| `{id}` | {says} | {restart} |\n")
    };
    let rules = RULES.iter().map(|rule| row(rule.id, rule.bearing));
    let rows: String = rules.chain([row(UNEXPLAINED, Bearing::Unclear)]).collect();
    format!("| finding | says | a restart |\n|---|---|---|\n{rows}")
}

#[test]
fn the_readme_tells_every_finding() {
    let marked = README.split_once("<!-- findings -->\n").and_then(|(_, rest)| rest.split_once("<!-- /findings -->"));
    let found = marked.map_or("", |(found, _)| found).trim();
    assert!(found == table().trim(), "between the markers in README.md has to stand:\n\n{}", table());
}
