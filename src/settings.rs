//! Reading values out of the merged layers, noting every problem instead of stopping at the first.
//!
//! A `Section` is asked for each key that exists; whatever was never asked for is unknown. So the code that reads is the
//! only list of the known keys. A value that is refused is replaced by a stand-in, which never leaves this module's
//! callers: a configuration with problems is not handed out.

mod notes;
pub(crate) mod secrets;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use config::{Value, ValueKind};
use jiff::SignedDuration;

pub use self::notes::Problem;
use self::notes::bare;
pub(crate) use self::notes::{Notes, Secrets};

/// The prefix of the variables that set keys: `STAGERBOT__SECTION__KEY`.
pub const PREFIX: &str = "STAGERBOT__";

/// The limits of a duration that ends a wait, and those of one that may be left out.
pub(crate) const SOME: RangeInclusive<SignedDuration> =
    SignedDuration::from_millis(10)..=SignedDuration::from_hours(24);
pub(crate) const NONE: RangeInclusive<SignedDuration> = SignedDuration::ZERO..=SignedDuration::from_hours(24);

/// A size in bytes: a number, perhaps with B, KiB or MiB.
pub(crate) fn size(text: &str) -> Option<usize> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match text[digits.len()..].trim() {
        "" | "B" => 1,
        "KiB" => 1024,
        "MiB" => 1024 * 1024,
        _ => return None,
    };
    let bytes = digits.trim().parse::<usize>().ok()?.checked_mul(unit)?;
    (1024..=16 * 1024 * 1024).contains(&bytes).then_some(bytes)
}

/// A table of the configuration, perhaps one that is not there.
pub(crate) struct Section<'a> {
    notes: &'a Notes,
    path: String,
    place: Option<String>,
    values: BTreeMap<String, &'a Value>,
    asked: BTreeSet<String>,
    /// It is no table: that is told, and nothing about what is missing in it.
    spoilt: bool,
}

impl<'a> Section<'a> {
    /// The table at the top.
    pub(crate) fn root(notes: &'a Notes, root: &'a Value) -> Self {
        Self::of(notes, String::new(), Some(root))
    }

    fn of(notes: &'a Notes, path: String, value: Option<&'a Value>) -> Self {
        let mut section =
            Self { notes, path, place: None, values: BTreeMap::new(), asked: BTreeSet::new(), spoilt: false };
        let Some(value) = value else { return section };
        if !section.path.is_empty() {
            section.place = notes.place(&section.path, Some(value));
        }
        match &value.kind {
            ValueKind::Table(table) => section.values = table.iter().map(|(key, value)| (key.clone(), value)).collect(),
            ValueKind::Nil => {}
            _ => {
                // What stands there instead may be a secret.
                notes.problem(&section.path, section.place.clone(), not_repeated("a table of keys"));
                section.spoilt = true;
            }
        }
        section
    }

    /// Whether there is anything at this key.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Whether there is a list at this key with nothing in it.
    pub(crate) fn is_empty_list(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(|value| matches!(&value.kind, ValueKind::Array(all) if all.is_empty()))
    }

    /// Whether there is a text at this key.
    pub(crate) fn is_text(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(|value| matches!(value.kind, ValueKind::String(_)))
    }

    /// Whether there is a list at this key.
    pub(crate) fn is_list(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(|value| matches!(value.kind, ValueKind::Array(_)))
    }

    /// The path of a key of this section.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// Notes that something is wrong with a key.
    pub(crate) fn problem(&self, key: &str, what: impl Into<String>) {
        if self.spoilt {
            return;
        }
        let path = self.path_of(key);
        let place = self.notes.place(&path, self.values.get(key).copied()).or_else(|| self.place.clone());
        self.notes.problem(&path, place, what.into());
    }

    fn ask(&mut self, key: &str) -> Option<&'a Value> {
        self.asked.insert(key.to_owned());
        self.notes.known.borrow_mut().insert(bare(&self.path_of(key)));
        self.values.get(key).copied()
    }

    /// The table at a key; empty where there is none.
    pub(crate) fn section(&mut self, key: &str) -> Section<'a> {
        let value = self.ask(key);
        let mut section = Section::of(self.notes, self.path_of(key), value);
        section.spoilt |= self.spoilt;
        section
    }

    /// The tables of an array: `[[key]]`.
    pub(crate) fn sections(&mut self, key: &str) -> Vec<Section<'a>> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        let path = self.path_of(key);
        if let ValueKind::Array(tables) = &value.kind {
            let of = |(index, table)| Section::of(self.notes, format!("{path}[{index}]"), Some(table));
            return tables.iter().enumerate().map(of).collect();
        }
        self.problem(key, format!("expected tables, each under [[{path}]] in a file; a variable can't set them"));
        Vec::new()
    }

    /// The text at a key, if there is one, as `parse` understands it; `expected` says what that is.
    pub(crate) fn optional<T>(
        &mut self,
        key: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.scalar(key, false, parse, |found| wrong(expected, found))
    }

    /// The same for what may hold a password, such as a URL: a problem with it does not repeat it.
    pub(crate) fn discreet<T>(
        &mut self,
        key: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        self.scalar(key, false, parse, |_| not_repeated(expected))
    }

    /// The same, where what is wrong can be told without repeating any of it.
    pub(crate) fn discreetly<T>(
        &mut self,
        key: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let mut why = None;
        let parse = |text: &str| parse(text).map_err(|wrong| why = Some(wrong)).ok();
        let value = self.ask(key)?;
        let parsed = if let ValueKind::String(text) = &value.kind { parse(text.trim()) } else { None };
        if parsed.is_none() {
            let why = why.map(|why| format!("{why}; ")).unwrap_or_default();
            self.problem(key, format!("{why}{}", not_repeated(expected)));
        }
        parsed
    }

    /// The number at a key, if there is one, also as a text: variables know nothing else.
    pub(crate) fn number<T>(&mut self, key: &str, expected: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.scalar(key, true, parse, |found| wrong(expected, found))
    }

    fn scalar<T>(
        &mut self,
        key: &str,
        numbers: bool,
        parse: impl FnOnce(&str) -> Option<T>,
        wrong: impl FnOnce(&ValueKind) -> String,
    ) -> Option<T> {
        let value = self.ask(key)?;
        let parsed = match &value.kind {
            ValueKind::String(text) => parse(text.trim()),
            ValueKind::I64(number) if numbers => parse(&number.to_string()),
            _ => None,
        };
        if parsed.is_none() {
            self.problem(key, wrong(&value.kind));
        }
        parsed
    }

    /// The same for what has to be there.
    pub(crate) fn required<T>(
        &mut self,
        key: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.optional(key, expected, parse);
        if !self.has(key) {
            self.problem(key, format!("it is missing; expected {expected}"));
        }
        value
    }

    /// One of some words.
    pub(crate) fn choice<T: Copy>(&mut self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let expected = format!("one of {}", names.join(", "));
        self.required(key, &expected, |text| words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value))
    }

    /// A duration with its unit, within bounds.
    pub(crate) fn duration(&mut self, key: &str, bounds: RangeInclusive<SignedDuration>) -> SignedDuration {
        let expected =
            format!("a duration from {:#} to {:#}, such as \"90s\" or \"15m\"", bounds.start(), bounds.end());
        self.required(key, &expected, |text| text.parse().ok().filter(|duration| bounds.contains(duration)))
            .unwrap_or_default()
    }

    /// The truth value at a key, also as a text: variables know nothing else. `false` where there is none.
    pub(crate) fn truth(&mut self, key: &str) -> bool {
        let Some(value) = self.ask(key) else { return false };
        match &value.kind {
            ValueKind::Boolean(truth) => *truth,
            ValueKind::String(text) if text.trim() == "true" => true,
            ValueKind::String(text) if text.trim() == "false" => false,
            other => {
                self.problem(key, wrong("true or false", other));
                false
            }
        }
    }

    /// A list of words.
    pub(crate) fn words(&mut self, key: &str, known: &[&str]) -> Vec<String> {
        let expected = format!("a list of {}", known.join(", "));
        let Some(value) = self.ask(key) else {
            self.problem(key, format!("it is missing; expected {expected}"));
            return Vec::new();
        };
        let ValueKind::Array(words) = &value.kind else {
            self.problem(key, wrong(&expected, &value.kind));
            return Vec::new();
        };
        let mut understood = Vec::new();
        for word in words {
            match &word.kind {
                ValueKind::String(text) if known.contains(&text.as_str()) => understood.push(text.clone()),
                other => self.problem(key, wrong(&expected, other)),
            }
        }
        understood
    }

    /// A list of texts that all fit.
    pub(crate) fn list(&mut self, key: &str, expected: &str, fits: impl Fn(&str) -> bool) -> Vec<String> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        let by_variable = self.by_variable(key, value);
        let texts = match (&value.kind, &by_variable) {
            (_, Some(texts)) | (ValueKind::Array(texts), None) => texts,
            (other, None) => {
                self.problem(key, wrong(expected, other));
                return Vec::new();
            }
        };
        let mut all = Vec::new();
        for text in texts {
            match &text.kind {
                ValueKind::String(text) if fits(text) => all.push(text.clone()),
                other => self.problem(key, wrong(expected, other)),
            }
        }
        all
    }

    /// What stands at a key once or in a list, each as `parse` understands it: texts, or whole numbers where `numbers` says so.
    /// What stands there twice counts once.
    pub(crate) fn one_or_more<T: PartialEq>(
        &mut self,
        key: &str,
        numbers: bool,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.ask(key) else { return Vec::new() };
        let (single, by_variable) = (std::slice::from_ref(value), self.by_variable(key, value));
        let values = match (&value.kind, &by_variable) {
            (_, Some(values)) | (ValueKind::Array(values), None) => values.as_slice(),
            _ => single,
        };
        let mut all = Vec::new();
        for value in values {
            let parsed = match &value.kind {
                ValueKind::String(text) => parse(text.trim()),
                ValueKind::I64(number) if numbers => parse(&number.to_string()),
                _ => None,
            };
            match parsed {
                Some(parsed) if !all.contains(&parsed) => all.push(parsed),
                Some(_) => {}
                None => self.problem(key, wrong(expected, &value.kind)),
            }
        }
        all
    }

    /// The texts of a list that a variable holds: with commas between them, or as a list in a file is written. An empty one is none.
    fn by_variable(&self, key: &str, value: &Value) -> Option<Vec<Value>> {
        let ValueKind::String(text) = &value.kind else { return None };
        self.notes.variables.get(&self.path_of(key))?;
        let text = text.trim();
        let texts = if text.starts_with('[') {
            serde_json::from_str::<Vec<String>>(text).ok()?
        } else {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        Some(texts.into_iter().map(|text| Value::new(None, ValueKind::String(text))).collect())
    }

    /// A table of texts, whose keys are free.
    pub(crate) fn texts(&mut self, key: &str, expected: &str) -> BTreeMap<String, String> {
        let Some(value) = self.ask(key) else { return BTreeMap::new() };
        let ValueKind::Table(table) = &value.kind else {
            self.problem(key, wrong(expected, &value.kind));
            return BTreeMap::new();
        };
        let mut texts = BTreeMap::new();
        for (name, value) in table {
            match &value.kind {
                ValueKind::String(text) => {
                    // Variables are read without their case, which an id has.
                    let variable = self.notes.variables.get(&format!("{}.{name}", self.path_of(key)));
                    let written = variable.and_then(|variable| variable.rsplit("__").next());
                    texts.insert(written.unwrap_or(name).to_owned(), text.clone());
                }
                other => {
                    self.problem(key, format!("{name}: {}", wrong("a text in quotes", other)));
                }
            }
        }
        texts
    }

    /// What stands at a key, if it is a text that came from a variable; `Err` where it stands in a file.
    ///
    /// For secrets: what stands there is never repeated in a problem.
    pub(crate) fn only_variable(&mut self, key: &str) -> Option<Result<String, ()>> {
        let value = self.ask(key)?;
        let variable = self.notes.variables.contains_key(&self.path_of(key));
        match &value.kind {
            ValueKind::String(text) if variable => Some(Ok(text.trim().to_owned())),
            _ => Some(Err(())),
        }
    }

    /// Notes every key that nobody asked for.
    pub(crate) fn finish(self) {
        for (key, value) in &self.values {
            if !self.asked.contains(key) {
                let path = self.path_of(key);
                let place = self.notes.place(&path, Some(value));
                self.notes.unknown.borrow_mut().push((path, place));
            }
        }
    }
}

/// What is said about a value that may be a secret.
pub(crate) fn not_repeated(expected: &str) -> String {
    format!("expected {expected}; what it holds is not repeated here")
}

/// How much of a wrong value is repeated.
const REPEATED: usize = 60;

fn wrong(expected: &str, found: &ValueKind) -> String {
    let found = match found {
        ValueKind::String(text) if text.chars().count() <= REPEATED => format!("{text:?}"),
        ValueKind::String(_) => "a long text".to_owned(),
        ValueKind::Table(_) => "a table".to_owned(),
        ValueKind::Array(_) => "a list".to_owned(),
        ValueKind::Nil => "nothing".to_owned(),
        other => other.to_string(),
    };
    format!("expected {expected}, found {found}")
}
