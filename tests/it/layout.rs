//! The layout: a file uses only what stands above it in the import order, and the core stays pure.
//!
//! The import order is that in which modules are declared: `src/lib.rs` has it for the folders, and a folder's own file for what is
//! in it. Where a folder's file itself stands among what it declares follows from what uses what, since nothing goes in circles.

mod modules;
mod paths;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::layout::paths::Crate;

/// The crates that the core may name: what holds, reads and compares data.
const PURE: [&str; 7] = ["serde", "serde_json", "jiff", "sha2", "hex", "regex", "thiserror"];

/// What of the standard library it may name: no clock, file, thread, socket, process or variable among it.
const PURE_STD: [&str; 15] = [
    "borrow",
    "cmp",
    "collections",
    "error",
    "fmt",
    "hash",
    "iter",
    "mem",
    "num",
    "ops",
    "slice",
    "str",
    "string",
    "sync::LazyLock",
    "time::Duration",
];

/// Who makes sentences out of ids and arguments.
const SPEAKS: [&str; 22] = [
    "words",
    "words::embedded",
    "words::overrides",
    "chat::card",
    "chat::card::by_hand",
    "chat::card::called",
    "chat::card::drill",
    "chat::card::evidence",
    "chat::announcement",
    "terminal",
    "report::document",
    "report::incident",
    "report::picture",
    "report::figures",
    "watch",
    "engine::presenter",
    "engine::announce",
    "engine::announce::sending",
    "engine::route",
    "engine::replies",
    "alerts",
    "doctor::chats",
];

/// Names for what has no name.
const NAMELESS: [&str; 6] = ["util", "common", "helpers", "manager", "service", "handler"];

/// So many lines in a row may be the same in two files.
const SAME: usize = 15;

/// Slack's limits stand in the bot and in the simulator, each as Slack's documents say: neither believes the other.
const DOUBLED: [&str; 2] = ["src/chat/slack/blocks.rs", "src/simulator/slack/blocks.rs"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The library, and the program.
static CRATES: LazyLock<[Crate; 2]> = LazyLock::new(|| ["src/lib.rs", "src/main.rs"].map(|file| read(&root(), file)));

fn read(folder: &Path, file: &str) -> Crate {
    Crate::read(&folder.join(file), &fs::read_to_string(folder.join("Cargo.toml")).unwrap())
}

fn sources(below: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root().join(below)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What a new chat platform takes beside its own folder, and the simulator's: its name, its module, its row in the list of them all, and
/// what its client may log.
#[test]
fn a_chat_platform_is_known_in_four_places() {
    let elsewhere = ["src/chat/slack", "src/chat/discord", "src/simulator", "src/demo"];
    // These know something of the platforms' own that a new one need not have: its names for languages, and messages gone astray.
    let beside = ["src/words/language.rs", "src/alerts/source.rs"];
    let name = Regex::new("(?i)slack|discord|serenity").unwrap();
    let mut found = Vec::new();
    for path in sources("src") {
        let path = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(root().join(&path)).unwrap();
        // A file's tests stand at its end, and speak of real platforms.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let named = code.lines().map(str::trim).any(|line| !line.starts_with("//") && name.is_match(line));
        if named && !elsewhere.iter().chain(&beside).any(|known| path.starts_with(known)) {
            found.push(path);
        }
    }
    found.sort();
    assert_eq!(found, ["src/chat.rs", "src/chat/platforms.rs", "src/incident/account.rs", "src/telemetry.rs"]);
}

/// Whether `used` is declared before `user`; of a folder's file and what is in it, either may use the other.
fn stands_above(code: &Crate, used: &str, user: &str) -> bool {
    // The root's own name is empty: it uses whatever it declares.
    let (mut parent, mut used) = (String::new(), used.split("::"));
    let mut user = user.split("::").filter(|name| !name.is_empty());
    loop {
        let (Some(one), Some(other)) = (used.next(), user.next()) else { return true };
        if one != other {
            let place = |name: &str| code.modules[&parent].children.iter().position(|child| child == name);
            return place(one) < place(other);
        }
        parent = modules::join(&parent, one);
    }
}

/// What can be reached from a file.
fn reach<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>, from: &'a str) -> BTreeSet<&'a str> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(file) = open.pop() {
        open.extend(uses[file].iter().filter(|used| reached.insert(**used)));
    }
    reached
}

/// What uses something below it.
fn upside_down(code: &Crate) -> Vec<String> {
    let mut wrong = Vec::new();
    for (user, used) in code.uses() {
        let below = used.iter().filter(|used| !used.is_empty() && !stands_above(code, used, user));
        wrong.extend(below.map(|used| format!("{user} uses {used}, which stands below it")));
    }
    wrong
}

/// What uses each other, each circle by all that are in it.
fn circles(code: &Crate) -> Vec<String> {
    let uses = code.uses();
    let reached: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|file| (*file, reach(&uses, file))).collect();
    let mut circles = BTreeSet::new();
    for (file, there) in &reached {
        let with: Vec<&str> = there.iter().copied().filter(|other| reached[other].contains(file)).collect();
        if !with.is_empty() {
            circles.insert(with);
        }
    }
    circles.iter().map(|circle| format!("{} use each other", circle.join(" and "))).collect()
}

/// What in the core does or names more than it may.
fn impure(code: &Crate) -> Vec<String> {
    let mut wrong = Vec::new();
    for (name, module) in code.modules.iter().filter(|(name, _)| name.split("::").next() == Some("incident")) {
        if module.is_async {
            wrong.push(format!("{name} is async"));
        }
        for (written, meaning) in code.named(name) {
            let impure = meaning.outside.iter().filter(|path| !is_pure(path));
            wrong
                .extend(impure.map(|path| format!("{name} names {} as {}", path.join("::"), written.names.join("::"))));
        }
    }
    wrong
}

fn is_pure(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    match path.as_slice() {
        // A clock, wherever it is.
        [.., "now"] => false,
        ["std" | "core" | "alloc", rest @ ..] => {
            let rest = rest.join("::");
            PURE_STD
                .iter()
                .any(|pure| rest == *pure || rest.strip_prefix(pure).is_some_and(|more| more.starts_with("::")))
        }
        [name, ..] => PURE.contains(name),
        [] => true,
    }
}

#[test]
fn a_file_uses_only_what_stands_above_it() {
    for code in &*CRATES {
        let wrong = upside_down(code);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn no_files_use_each_other_in_a_circle() {
    for code in &*CRATES {
        let circles = circles(code);
        assert!(circles.is_empty(), "{}", circles.join("\n"));
    }
}

#[test]
fn the_core_is_pure() {
    let wrong = impure(&CRATES[0]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_is_declared_somewhere() {
    let mut lost = sources("src");
    // A file's tests that are long stand beside it.
    lost.retain(|file| CRATES.iter().all(|code| !code.files.contains(file)) && !file.ends_with("tests.rs"));
    assert!(lost.is_empty(), "{lost:?}");
}

/// A crate of these files, which none of the checks above would let pass.
fn crate_of(files: &[(&str, &str)]) -> Crate {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "[package]\nname = \"x\"\n[dependencies]\ntokio = \"1\"\nserde_json = \"1\"\njiff = \"0.2\"\n";
    for (file, text) in [("Cargo.toml", manifest)].iter().chain(files) {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    read(folder.path(), "src/lib.rs")
}

#[test]
fn a_use_of_what_stands_below_is_seen_however_it_is_written() {
    for uses in [
        "use super::b::B;",
        "use crate::a::b::{B};",
        "fn f() -> super::b::B { todo!() }",
        "use super as parent; fn f(_: parent::b::B) {}",
        "use super::*; fn f(_: b::B) {}",
        "fn f() { let _ = [super::b::B]; }",
        "fn f() { assert!(matches!(1, super::b::B)); }",
        "mod inner { use super::super::b::B; }",
        "use super::Again;",
        "#[derive(super::b::B)] struct S;",
    ] {
        let code = crate_of(&[
            ("src/lib.rs", "mod a;"),
            ("src/a.rs", "mod c; mod b; mod again { pub use super::b::B as Again; } use again::Again;"),
            ("src/a/b.rs", "pub struct B;"),
            ("src/a/c.rs", uses),
        ]);
        let wrong = upside_down(&code);
        assert!(wrong.contains(&"a::c uses a::b, which stands below it".to_owned()), "{uses}: {wrong:?}");
    }
}

#[test]
fn a_circle_is_seen_also_one_through_the_folder_s_own_file() {
    let through_three = crate_of(&[
        ("src/lib.rs", "mod a; mod b; mod c;"),
        ("src/a.rs", "use crate::c::C; pub struct A;"),
        ("src/b.rs", "use super::a::A; pub struct B;"),
        ("src/c.rs", "pub struct C; fn f() { let _: self::super::b::B; }"),
    ]);
    assert_eq!(circles(&through_three), ["a and b and c use each other"]);
    let with_the_folder = crate_of(&[
        ("src/lib.rs", "mod a;"),
        ("src/a.rs", "mod b; use self::b::B; pub struct A;"),
        ("src/a/b.rs", "use super::A; pub struct B;"),
    ]);
    assert_eq!(circles(&with_the_folder), ["a and a::b use each other"]);
    let none = crate_of(&[
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "pub struct A; #[cfg(test)] mod tests { use crate::b::B; }"),
        ("src/b.rs", "use super::a::A; fn f(a: usize) { f(a); }"),
    ]);
    assert_eq!((circles(&none), upside_down(&none)), (vec![], vec![]));
}

#[test]
fn whatever_is_not_pure_is_seen_in_the_core_by_any_path() {
    for (text, seen) in [
        ("fn f() { ::tokio::spawn(g()); }", "incident names tokio::spawn as tokio::spawn"),
        ("use tokio as calm; fn f() { calm::spawn(g()); }", "incident names tokio::spawn as calm::spawn"),
        ("extern crate tokio as calm; fn f(_: calm::X) {}", "incident names tokio::X as calm::X"),
        ("use crate::other::calm::spawn;", "incident names tokio::spawn as crate::other::calm::spawn"),
        ("use crate::other::*; fn f() { calm::spawn(g()); }", "incident names tokio::spawn as calm::spawn"),
        ("use tokio; fn tokio() {}", "incident names tokio as tokio"),
        ("fn f() { vec![tokio::spawn(g())]; }", "incident names tokio::spawn as tokio::spawn"),
        ("#[tokio::main] fn f() {}", "incident names tokio::main as tokio::main"),
        ("use std::time::Instant;", "incident names std::time::Instant as std::time::Instant"),
        ("use std::time; fn f(_: time::SystemTime) {}", "incident names std::time::SystemTime as time::SystemTime"),
        ("use jiff::Timestamp; fn f() { h(Timestamp::now); }", "incident names jiff::Timestamp::now as Timestamp::now"),
        ("fn f() { let _ = async { 1 }; }", "incident is async"),
        ("async fn f() {}", "incident is async"),
    ] {
        let files = [("src/lib.rs", "mod incident; mod other;"), ("src/incident.rs", text)];
        let code = crate_of(&[&files[..], &[("src/other.rs", "pub use tokio as calm;")]].concat());
        let wrong = impure(&code);
        assert!(wrong.contains(&seen.to_owned()), "{text}: {wrong:?}");
    }
    let pure =
        "use std::collections::BTreeMap; use std::time::Duration; use serde_json::json; fn f(tokio: u8) { g(tokio) }";
    let code = crate_of(&[("src/lib.rs", "mod incident;"), ("src/incident.rs", pure)]);
    assert_eq!(impure(&code), [""; 0]);
}

#[test]
fn only_the_cluster_talks_to_kubernetes_and_only_words_turns_ids_into_sentences() {
    let code = &CRATES[0];
    for (name, module) in &code.modules {
        if name.starts_with("simulator") || name.starts_with("demo") {
            continue;
        }
        let outside: BTreeSet<String> =
            code.named(name).into_iter().flat_map(|(_, meaning)| meaning.outside).map(|path| path[0].clone()).collect();
        if !name.starts_with("cluster") {
            assert!(outside.iter().all(|name| !["kube", "k8s_openapi"].contains(&name.as_str())), "{name} names kube");
        }
        if !SPEAKS.contains(&module.file.as_str()) {
            let speaks = module.methods.contains("say") || outside.iter().any(|name| name.starts_with("fluent"));
            assert!(!speaks, "{name} makes sentences");
        }
    }
}

/// What an error may hold as its cause: our own errors, I/O, and a `Cause`. A library's own error may quote what it was given.
const CAUSES: [&str; 10] = [
    "Cause",
    "std::io::Error",
    "StoreError",
    "Arc<StoreError>",
    "ConnectError",
    "KubeconfigError",
    "Unproven",
    "ChatError",
    "InboxError",
    "BodyError",
];

/// How an error is told where not by `causes`: a library's text in the log, or a message without its causes.
const UNTOLD: [&str; 6] = ["%error,", "?error", "%source", "{error:", "{source", ".source()"];

/// The path of the module that a file of the sources is.
fn module_of(file: &Path) -> String {
    let path = file.strip_prefix(root().join("src")).unwrap().with_extension("");
    path.components().map(|part| part.as_os_str().to_str().unwrap()).collect::<Vec<_>>().join("::")
}

#[test]
fn an_error_holds_no_error_of_a_library_and_is_told_in_one_way() {
    for file in sources("src") {
        let module = module_of(&file);
        // What happens on the way to a cluster is told by `cluster::error` alone, which looks for it among the causes.
        if module.starts_with("simulator") || module == "causes" || module == "cluster::route" {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let held = |line: &str| {
            let line = line.trim();
            let types = ["source: ", "#[source] ", "#[from] "].iter().filter_map(|mark| line.split_once(mark));
            types.map(|(_, rest)| rest.trim_end_matches([',', ')', '(']).to_owned()).next()
        };
        let mut inside = false;
        for line in code.lines() {
            inside = (inside || line.contains("thiserror::Error")) && line != "}";
            // What is wrong with a body is for its sender, and quotes it; the log has the place alone.
            if let Some(held) = held(line).filter(|_| inside && module != "alerts::delivery") {
                let known = CAUSES.contains(&held.as_str()) || held == "ParseError";
                assert!(known, "an error of {module} holds {held}: make it a Cause where the library is known");
            }
            for word in UNTOLD.iter().filter(|_| !matches!(module.as_str(), "cluster::error" | "alerts::delivery")) {
                let root = matches!(
                    module.as_str(),
                    "chat::http" | "chat::slack::client" | "chat::discord::client" | "alerts"
                ) || module == "chat::slack::webhook";
                assert!(root || !line.contains(word), "{module} tells an error by {word}: use causes()");
            }
        }
    }
}

#[test]
fn no_module_is_named_after_nothing_and_product_code_does_not_know_that_it_is_tested() {
    for code in &*CRATES {
        for name in code.modules.keys() {
            assert!(!NAMELESS.contains(&name.rsplit("::").next().unwrap()), "{name}");
        }
        for file in &code.files {
            let text = fs::read_to_string(file).unwrap();
            let product = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            assert!(!product.contains("cfg(test)"), "{} knows that it is tested", file.display());
        }
    }
}

/// One call of C, in a file of its own: whoever looks for unsafe code reads that.
#[test]
fn unsafe_code_is_in_one_file() {
    let unsafe_code = Regex::new(r"\bunsafe(_code| \{| fn| impl| extern|\()").unwrap();
    let holds_unsafe = |file: &&PathBuf| unsafe_code.is_match(&fs::read_to_string(file).unwrap());
    let found: Vec<PathBuf> = sources("src").iter().filter(holds_unsafe).cloned().collect();
    assert_eq!(found, [root().join("src/heap.rs")]);
}

/// What is needed twice stands in one place.
#[test]
fn no_two_files_share_a_long_text() {
    let files: Vec<(String, Vec<(usize, String)>)> = sources("src")
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).unwrap();
            let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            (name, lines.map(|(place, line)| (place + 1, line.to_owned())).collect())
        })
        .collect();
    let mut first: BTreeMap<Vec<&str>, (&str, usize)> = BTreeMap::new();
    let mut wrong = BTreeMap::new();
    for (name, lines) in &files {
        for window in lines.windows(SAME + 1) {
            let text = window.iter().map(|(_, line)| line.as_str()).collect();
            let (other, there) = *first.entry(text).or_insert((name, window[0].0));
            if other != name && !(DOUBLED.contains(&other) && DOUBLED.contains(&name.as_str())) {
                let here = window[0].0;
                wrong.entry((other, name)).or_insert_with(|| format!("{name}:{here} says the same as {other}:{there}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_values().collect::<Vec<_>>().join("\n"));
}

/// Whatever the bot sends in a test is validated in CI (`record.rs`), unless the test is of a simulator itself.
#[test]
fn what_the_bot_sends_in_the_tests_is_recorded() {
    for path in sources("tests/it") {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let starts = text.contains(concat!("Workspace", "::start("))
            || (text.contains(concat!("simulator", "::discord")) && text.contains(concat!("Server", "::start(")));
        let may = name == "record.rs" || name.starts_with("simulator_");
        assert!(may || !starts, "{name} starts a platform: use record::workspace or record::server");
    }
}
