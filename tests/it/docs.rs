//! What the documents name is there: files, sections, commands with their options, and keys of the configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use regex::Regex;

/// The folders of the tree that documents name files in. What stands below another one (`target/`) is made by a build.
const FOLDERS: [&str; 6] = ["src/", "config/", "deploy/", "tests/", ".ci/", ".cargo/"];
/// What other programs call their options, where one of them stands alone.
const OF_OTHERS: [&str; 2] = ["--features", "--from-file"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The documents, each with its text.
fn documents() -> Vec<(PathBuf, String)> {
    let folders = ["", "deploy", "deploy/slack", "deploy/discord"].map(|folder| root().join(folder));
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let files: BTreeSet<PathBuf> = files.filter(|file| file.extension().is_some_and(|kind| kind == "md")).collect();
    assert!(files.len() >= 8, "{files:?}");
    files.into_iter().map(|file| (file.clone(), fs::read_to_string(file).unwrap())).collect()
}

/// The sections of a document, as addresses name them.
fn sections(text: &str) -> BTreeSet<String> {
    let heading = |line: &str| line.starts_with('#').then(|| line.trim_start_matches('#').trim().to_lowercase());
    let address = |heading: String| {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    text.lines().filter_map(heading).map(address).collect()
}

/// What stands between backticks, in a line or as a block; a text that is broken over lines in one.
fn code(text: &str) -> Vec<String> {
    static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)```\w*\n(.*?)```|`([^`]+)`").unwrap());
    let found = CODE.captures_iter(text).map(|found| match (found.get(1), found.get(2)) {
        (Some(block), _) => block.as_str().replace("\\\n", " "),
        (_, Some(line)) => line.as_str().split_whitespace().collect::<Vec<_>>().join(" "),
        _ => String::new(),
    });
    found.flat_map(|code| code.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>()).collect()
}

#[test]
fn every_link_leads_to_a_file_and_a_section_that_are_there() {
    let link = Regex::new(r#"\]\(([^)\s]+)\)|(?:src|href)="([^"]+)""#).unwrap();
    let mut wrong = Vec::new();
    for (file, text) in documents() {
        for found in link.captures_iter(&text) {
            let target = found.get(1).or(found.get(2)).unwrap().as_str();
            if target.contains("://") {
                continue;
            }
            let (path, section) = target.split_once('#').unwrap_or((target, ""));
            let there = if path.is_empty() { file.clone() } else { file.parent().unwrap().join(path) };
            let known = || sections(&fs::read_to_string(&there).unwrap_or_default()).contains(section);
            if !there.exists() || !(section.is_empty() || known()) {
                wrong.push(format!("{}: {target}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_of_the_tree_that_a_document_names_is_there() {
    let named = Regex::new(r"^[\w./-]+$").unwrap();
    let mut wrong = Vec::new();
    // What the changelog tells of may be gone since.
    for (file, text) in documents().into_iter().filter(|(file, _)| !file.ends_with("CHANGELOG.md")) {
        for path in code(&text) {
            let ours = FOLDERS.iter().any(|folder| path.starts_with(folder));
            if ours && named.is_match(&path) && !root().join(&path).exists() {
                wrong.push(format!("{}: {path}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Each command line (`audit verify`; none for the program itself) with the options that its help names.
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    let command = Regex::new(r"(?m)^  ([a-z]+)(?:  |$)").unwrap();
    let option = Regex::new(r"--[a-z][a-z-]*").unwrap();
    let (mut known, mut open) = (BTreeMap::new(), vec![String::new()]);
    while let Some(line) = open.pop() {
        let arguments = line.split_whitespace().chain(["--help"]);
        let output = Command::new(env!("CARGO_BIN_EXE_stagerbot")).args(arguments).output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        // Its examples are documents, too, and prove nothing.
        let help = help.split("Examples:").next().unwrap();
        let inner = help.split("Commands:").nth(1).and_then(|list| list.split("\n\n").next()).unwrap_or_default();
        let inner = command.captures_iter(inner).map(|found| found[1].to_owned()).filter(|name| name != "help");
        open.extend(inner.map(|name| format!("{line} {name}").trim().to_owned()));
        known.insert(line, option.find_iter(help).map(|found| found.as_str().to_owned()).collect());
    }
    known
}

#[test]
fn every_command_that_a_document_names_is_known_with_its_options() {
    let known = commands();
    assert!(known.len() > 15 && known["doctor"].contains("--post"), "{known:?}");
    let line = Regex::new(r"(?:^|[$;&] |-- +)stagerbot (.*)$|(?:^|\$ )cargo run (?:--locked )?-- (.*)$").unwrap();
    let option = Regex::new(r"(?:^| )(--[a-z][a-z-]*)").unwrap();
    let everywhere: BTreeSet<&str> = known.values().flatten().map(String::as_str).chain(OF_OTHERS).collect();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (file, text) in documents() {
        for code in code(&text) {
            let tell = |what: &str| format!("{}: {what} in {code}", file.display());
            // A remark, and what a line hands on to another program.
            let end = [" #", " | ", " > "].iter().filter_map(|end| code.find(end)).min().unwrap_or(code.len());
            let said = &code[..end];
            let options = |part: &str| option.captures_iter(part).map(|one| one[1].to_owned()).collect::<Vec<_>>();
            if let Some(found) = line.captures(said) {
                let rest = found.get(1).or(found.get(2)).unwrap().as_str();
                let mut command = String::new();
                for word in rest.split_whitespace() {
                    let longer = format!("{command} {word}").trim().to_owned();
                    if !known.contains_key(&longer) {
                        break;
                    }
                    command = longer;
                }
                let next = rest.split_whitespace().nth(command.split_whitespace().count());
                let is_group = known.keys().any(|key| key.len() > command.len() && key.starts_with(&command));
                if is_group && next.is_some_and(|next| !next.starts_with('-')) {
                    wrong.push(tell("no such command"));
                }
                wrong.extend(options(rest).iter().filter(|one| !known[&command].contains(*one)).map(|one| tell(one)));
                seen += 1;
            } else if said.starts_with("--") {
                wrong
                    .extend(options(said).iter().filter(|one| !everywhere.contains(one.as_str())).map(|one| tell(one)));
            }
        }
    }
    assert!(seen > 20, "the documents name {seen} command lines");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The keys of the configuration, each behind its section's name.
fn keys() -> BTreeSet<String> {
    let text = fs::read_to_string(root().join(Path::new("config/default.toml"))).unwrap();
    let section = Regex::new(r"^#?\[+([a-z_.]+)\]+$").unwrap();
    let key = Regex::new(r"^#?([a-z_]+) = ").unwrap();
    let (mut keys, mut here) = (BTreeSet::new(), String::new());
    for line in text.lines() {
        if let Some(found) = section.captures(line) {
            found[1].clone_into(&mut here);
            keys.insert(here.clone());
        } else if let Some(found) = key.captures(line) {
            keys.insert(format!("{here}.{}", &found[1]));
        }
    }
    keys
}

#[test]
fn every_key_of_the_configuration_that_a_document_names_is_there() {
    let keys = keys();
    let sections: BTreeSet<&str> = keys.iter().filter_map(|key| key.split('.').next()).collect();
    let dotted = Regex::new(r"^([a-z]+)\.[a-z_.]+(?: = .*)?$").unwrap();
    let table = Regex::new(r"^\[+([a-z_.]+)\]+$").unwrap();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (file, text) in documents() {
        for code in code(&text) {
            let key = match (dotted.captures(&code), table.captures(&code)) {
                (Some(found), _) if sections.contains(&found[1]) => code.split(" = ").next().unwrap().to_owned(),
                (_, Some(found)) => found[1].to_owned(),
                _ => continue,
            };
            seen += 1;
            // A secret is read from a file of its own, or from a variable that is named without that.
            let is_file = key.rsplit_once('.').is_some_and(|(_, kind)| kind == "rs");
            if !is_file && ![&key, &format!("{key}_file")].into_iter().any(|key| keys.contains(key)) {
                wrong.push(format!("{}: {key}", file.display()));
            }
        }
    }
    assert!(seen > 40, "the documents name {seen} keys");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
