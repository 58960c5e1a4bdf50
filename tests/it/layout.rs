//! The layout: a file uses only what stands above it in the import order, and the core stays pure.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The import order, as ARCHITECTURE.md has it: a module and everything below it uses only modules that stand before it.
const ORDER: [&str; 60] = [
    "incident::phrase",
    "incident::environment",
    "incident::observation",
    "incident::diagnosis",
    "incident::alert",
    "incident::plan",
    "incident::approval",
    "incident::recovery",
    "incident::event",
    "incident",
    "incident::restart",
    "incident::inhibition",
    "incident::transition",
    "incident::decide",
    "incident::next",
    "incident::timeline",
    "clock",
    "settings",
    "causes",
    "tally",
    "bodies",
    "store",
    "audit",
    "inbox",
    "cluster::error",
    "cluster::client",
    "cluster",
    "words",
    "chat",
    "chat::sanitize",
    "chat::spelling",
    "chat::command",
    "chat::message_trigger",
    "chat::foreign",
    "chat::card",
    "chat::slack",
    "chat::discord",
    "terminal",
    "engine",
    "alerts::delivery",
    "alerts::lenient",
    "alerts::source",
    "alerts::matching",
    "alerts::proof",
    "alerts::alertmanager",
    "alerts",
    "server",
    "telemetry",
    "process",
    "config",
    "simulator::diego",
    "simulator::kubernetes",
    "simulator::slack",
    "simulator::discord",
    "bot",
    "demo::teller",
    "demo::stage",
    "demo::scene",
    "demo::playground",
    "demo",
];

/// What the core must not know: whoever does these things hands in data.
const IMPURE: [&str; 18] = [
    "tokio",
    "kube::",
    "k8s_openapi",
    "sqlx",
    "slack_morphism",
    "serenity",
    "axum",
    "hyper",
    "tracing",
    "async fn",
    ".await ",
    ".await;",
    ".await?",
    ".await)",
    ".await\n",
    "Timestamp::now",
    "SystemTime",
    "Instant",
];

/// Names for what has no name.
const NAMELESS: [&str; 6] = ["util", "common", "helpers", "manager", "service", "handler"];

fn sources(below: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(below).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file by its module's path, with its code: comments and the module's own tests are left out.
fn modules() -> BTreeMap<String, String> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    sources(&src, &mut found);
    let code = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    let name = |path: &Path| {
        let relative = path.strip_prefix(&src).unwrap().with_extension("");
        relative.iter().map(|part| part.to_str().unwrap()).collect::<Vec<_>>().join("::")
    };
    found.iter().map(|path| (name(path), code(path))).filter(|(name, _)| name != "lib" && name != "main").collect()
}

/// The place of a module's longest prefix that the order names.
fn place(module: &str) -> Option<usize> {
    let of = |(place, name): (usize, &&str)| {
        (module == *name || module.starts_with(&format!("{name}::"))).then_some((name.len(), place))
    };
    ORDER.iter().enumerate().filter_map(of).max().map(|(_, place)| place)
}

/// The modules of this crate that a module's code names, by `use crate::…` and in passing.
fn uses<'a>(code: &'a str, modules: &'a BTreeMap<String, String>) -> Vec<&'a str> {
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let path: String = code[at + "crate::".len()..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':')
            .collect();
        let longest = modules.keys().filter(|module| path == **module || path.starts_with(&format!("{module}::")));
        if let Some(module) = longest.max_by_key(|module| module.len()) {
            used.push(module.as_str());
        }
    }
    used
}

#[test]
fn a_file_uses_only_what_stands_above_it() {
    let modules = modules();
    let mut wrong = Vec::new();
    for (module, code) in &modules {
        let Some(here) = place(module) else {
            if module != "simulator" {
                wrong.push(format!("{module} has no place in the order"));
            }
            continue;
        };
        for used in uses(code, &modules) {
            let there = place(used).unwrap_or(usize::MAX);
            if there > here {
                wrong.push(format!("{module} uses {used}, which stands below it"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whatever the bot sends in a test is validated in CI (`record.rs`), unless the test is of a simulator itself.
#[test]
fn what_the_bot_sends_in_the_tests_is_recorded() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it"), &mut found);
    for path in found {
        let name = path.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let starts = text.contains(concat!("Workspace", "::start("))
            || (text.contains(concat!("simulator", "::discord")) && text.contains(concat!("Server", "::start(")));
        let may = name == "record.rs" || name.starts_with("simulator_");
        assert!(may || !starts, "{name} starts a platform: use record::workspace or record::server");
    }
}

#[test]
fn the_core_is_pure() {
    for (module, code) in modules() {
        if module.starts_with("incident") {
            for word in IMPURE {
                assert!(!code.contains(word), "{module} names {word}");
            }
        }
    }
}

#[test]
fn only_the_cluster_talks_to_kubernetes_and_only_words_turns_ids_into_sentences() {
    for (module, code) in modules() {
        let simulator = module.starts_with("simulator") || module.starts_with("demo");
        if !module.starts_with("cluster") && !simulator {
            assert!(!code.contains("kube::") && !code.contains("k8s_openapi"), "{module} names kube");
        }
        let speaks = [
            "words",
            "chat::card",
            "chat::card::evidence",
            "terminal",
            "engine::presenter",
            "engine::route",
            "engine::replies",
            "alerts",
        ];
        if !speaks.contains(&module.as_str()) && !simulator {
            assert!(!code.contains(".say(") && !code.contains("fluent"), "{module} makes sentences");
        }
    }
}

/// What an error may hold as its cause: our own errors, I/O, and a `Cause`. A library's own error may quote what it was given.
const CAUSES: [&str; 8] =
    ["Cause", "std::io::Error", "StoreError", "ConnectError", "ChatError", "InboxError", "Unproven", "BodyError"];

/// How an error is told where not by `causes`: a library's text in the log, or a message without its causes.
const UNTOLD: [&str; 6] = ["%error,", "?error", "%source", "{error:", "{source", ".source()"];

#[test]
fn an_error_holds_no_error_of_a_library_and_is_told_in_one_way() {
    for (module, code) in modules() {
        if module.starts_with("simulator") || module == "causes" {
            continue;
        }
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
                let root = matches!(module.as_str(), "chat::slack::client" | "chat::discord::client" | "alerts")
                    || module == "chat::slack::webhook";
                assert!(root || !line.contains(word), "{module} tells an error by {word}: use causes()");
            }
        }
    }
}

#[test]
fn no_module_is_named_after_nothing_and_product_code_does_not_know_that_it_is_tested() {
    for (module, code) in modules() {
        let last = module.rsplit("::").next().unwrap();
        assert!(!NAMELESS.contains(&last), "{module}");
        assert!(!code.contains("cfg(test)"), "{module} knows that it is tested");
    }
}
