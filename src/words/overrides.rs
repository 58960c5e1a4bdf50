//! An operator's own sentences: a folder of files such as `fr.ftl`, whose messages are said instead of the embedded ones.
//!
//! Everything that could go wrong while something is said is looked for when the folder is read: what does not parse, messages
//! that nobody says, and arguments that a message is not said with.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use super::embedded::shipped;
use super::language::Language;

/// An operator's own sentences, checked; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    texts: BTreeMap<Language, Arc<str>>,
}

impl Overrides {
    /// Reads a folder. Files of other names than `<language>.ftl` are left alone, unless they end in `.ftl`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong, each with its file and line.
    pub fn read(folder: &Path) -> Result<Self, Vec<String>> {
        let unreadable =
            |path: &Path, error: &std::io::Error| vec![format!("{} can't be read: {error}", path.display())];
        let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let mut paths: Vec<_> =
            entries.map_err(|error| unreadable(folder, &error))?.iter().map(fs::DirEntry::path).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "ftl"));
        paths.sort();
        let (mut texts, mut problems) = (BTreeMap::new(), Vec::new());
        for path in paths {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            let Some(language) = Language::of_tag(&stem) else {
                let known = Language::ALL.map(|language| format!("{language}.ftl")).join(", ");
                problems.push(format!("{}: no language is called so; known: {known}", path.display()));
                continue;
            };
            match fs::read_to_string(&path) {
                Ok(text) => {
                    let wrong = check(&text);
                    problems.extend(
                        wrong.into_iter().map(|(line, what)| format!("{}, line {line}: {what}", path.display())),
                    );
                    texts.insert(language, text.into());
                }
                Err(error) => problems.extend(unreadable(&path, &error)),
            }
        }
        if problems.is_empty() { Ok(Self { texts }) } else { Err(problems) }
    }

    /// The file of a language, which was found to parse.
    pub(super) fn of(&self, language: Language) -> Option<FluentResource> {
        let text = self.texts.get(&language)?;
        FluentResource::try_new(text.to_string()).ok()
    }
}

/// What is wrong with a file, by line.
fn check(text: &str) -> Vec<(usize, String)> {
    let line_at = |position: usize| text.get(..position).unwrap_or(text).matches('\n').count() + 1;
    let line_of = |id: &str| {
        let begins = |line: &str| line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('='));
        text.lines().position(begins).map_or(1, |line| line + 1)
    };
    let file = match FluentResource::try_new(text.to_owned()) {
        Ok(file) => file,
        Err((_, errors)) => {
            let tell = |error: fluent_syntax::parser::ParserError| (line_at(error.pos.start), error.to_string());
            return errors.into_iter().map(tell).collect();
        }
    };
    let english = shipped(Language::English);
    let said = arguments(&english);
    let mut problems = Vec::new();
    let mut known = BTreeSet::new();
    for entry in file.entries() {
        let Entry::Message(message) = entry else {
            if let Entry::Term(term) = entry {
                problems.push((line_of(&format!("-{}", term.id.name)), "a term: only messages are said".to_owned()));
            }
            continue;
        };
        let (id, line) = (message.id.name, line_of(message.id.name));
        if !known.insert(id) {
            problems.push((line, format!("{id} stands here twice")));
        }
        let Some(wanted) = said.get(id) else {
            problems.push((line, format!("there is no message {id}")));
            continue;
        };
        let Some(pattern) = message.value.as_ref().filter(|_| message.attributes.is_empty()) else {
            problems.push((line, format!("{id} has to be a text without attributes")));
            continue;
        };
        for used in uses(pattern) {
            match used.strip_prefix('$').map(|name| wanted.contains(name)) {
                Some(true) => {}
                _ => problems.push((line, format!("{id} is not said with {used}; it may use: {}", list(wanted)))),
            }
        }
    }
    problems
}

fn list(names: &BTreeSet<String>) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("${name}")).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

/// The arguments of each message of a file.
fn arguments(file: &FluentResource) -> BTreeMap<String, BTreeSet<String>> {
    let messages = file.entries().filter_map(|entry| match entry {
        Entry::Message(message) => Some((message.id.name, message.value.as_ref()?)),
        _ => None,
    });
    let bare = |pattern| uses(pattern).iter().filter_map(|used| used.strip_prefix('$')).map(str::to_owned).collect();
    messages.map(|(id, pattern)| (id.to_owned(), bare(pattern))).collect()
}

/// What a pattern refers to: `$argument`, `message`, `-term`, `FUNCTION()`.
fn uses(pattern: &Pattern<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    in_pattern(pattern, &mut found);
    found
}

fn in_pattern(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            in_expression(expression, found);
        }
    }
}

fn in_expression(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, found),
        Expression::Select { selector, variants } => {
            in_inline(selector, found);
            for variant in variants {
                in_pattern(&variant.value, found);
            }
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        InlineExpression::VariableReference { id } => {
            found.insert(format!("${}", id.name));
        }
        InlineExpression::MessageReference { id, .. } => {
            found.insert(id.name.to_owned());
        }
        InlineExpression::TermReference { id, .. } => {
            found.insert(format!("-{}", id.name));
        }
        InlineExpression::FunctionReference { id, .. } => {
            found.insert(format!("{}()", id.name));
        }
        InlineExpression::Placeable { expression } => in_expression(expression, found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, wrong) in [
            ("# Ours.\nanswer-denied = No.\nverdict-healthy = { \"fine\" }\n", &[][..]),
            ("told-deleted = { $pod } ({ $uid })\n", &[]),
            ("answer-denied = No.\nanswer-approved = { $\n", &["2"]),
            ("\nanswer-dennied = No.\n", &["2: there is no message answer-dennied"]),
            (
                "answer-denied = No.\nstatus-line = { $stands } { $who }\n",
                &["2: status-line is not said with $who; it may use: $incident, $stands"],
            ),
            (
                "answer-denied = { $why ->\n   *[other] No.\n}\n",
                &["1: answer-denied is not said with $why; it may use: nothing"],
            ),
            ("answer-denied = { -brand }\n", &["1: answer-denied is not said with -brand; it may use: nothing"]),
            ("answer-denied = { answer-approved }\n", &["1: answer-denied is not said with answer-approved"]),
            ("answer-denied = { NUMBER(1) }\n", &["1: answer-denied is not said with NUMBER()"]),
            ("-brand = Stagerbot\n", &["1: a term"]),
            ("answer-denied =\n    .title = No.\n", &["1: answer-denied has to be a text"]),
            ("answer-denied = No.\nanswer-denied = Never.\n", &["1: answer-denied stands here twice"]),
        ] {
            let told: Vec<String> = check(text).into_iter().map(|(line, what)| format!("{line}: {what}")).collect();
            assert_eq!(told.len(), wrong.len(), "{text}: {told:?}");
            for (told, wrong) in told.iter().zip(wrong) {
                assert!(told.starts_with(wrong), "{text}: {told}");
            }
        }
    }
}
