//! What is noted while the configuration is read: each problem, which keys exist, and which stand there and do not.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use config::{Value, ValueKind};

/// One thing that is wrong in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key's full path, such as `restarts.hold`.
    pub key: String,
    /// The file or variable it is in; `None` where it is in none.
    pub place: Option<String>,
    /// What is wrong, and what was expected.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        if let Some(place) = &self.place {
            write!(f, " ({place})")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// What is noted while reading.
#[derive(Default)]
pub(crate) struct Notes {
    pub(super) problems: RefCell<Vec<Problem>>,
    pub(super) known: RefCell<BTreeSet<String>>,
    pub(super) unknown: RefCell<Vec<(String, Option<String>)>>,
    pub(super) variables: BTreeMap<String, String>,
    secrets: Secrets,
}

/// Whose secrets are needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// All of them.
    #[default]
    All,
    /// None but the store's: one in a file that this user can't read is left out.
    OfTheStore,
}

impl Notes {
    /// Notes for layers of which these variables (path to name) are the last.
    pub(crate) fn new(variables: BTreeMap<String, String>) -> Self {
        Self { variables, ..Self::default() }
    }

    /// The same, where not every secret is needed.
    pub(crate) fn needing(self, secrets: Secrets) -> Self {
        Self { secrets, ..self }
    }

    /// Whether the secret at this path may be left out.
    pub(super) fn can_do_without(&self, path: &str) -> bool {
        self.secrets == Secrets::OfTheStore && !path.starts_with("store.")
    }

    /// Everything that is wrong, in the order of the keys.
    pub(crate) fn problems(self) -> Vec<Problem> {
        let known = self.known.into_inner();
        let mut problems = self.problems.into_inner();
        for (key, place) in self.unknown.into_inner() {
            problems.push(Problem { what: unknown(&key, &known), key, place });
        }
        problems.sort_by(|one, other| one.key.cmp(&other.key));
        problems
    }
}

/// A path without the indices of its tables: what a key is called wherever it stands.
pub(super) fn bare(path: &str) -> String {
    let mut inside = false;
    path.chars()
        .filter(|&c| {
            let skip = inside || c == '[';
            inside = if c == '[' { true } else { inside && c != ']' };
            !skip
        })
        .collect()
}

/// How many single changes a key may be away to be what was meant.
const TYPOS: usize = 3;

fn unknown(path: &str, known: &BTreeSet<String>) -> String {
    let path = bare(path);
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", &path));
    let parts = |key: &str| {
        let (section, last) = key.rsplit_once('.').unwrap_or(("", key));
        (section.to_owned(), last.to_owned())
    };
    let distance = |last: &str| strsim::damerau_levenshtein(last, name);
    // Beside it first, by spelling; then the same name in another section.
    let beside = known
        .iter()
        .filter(|key| parts(key).0 == parent)
        .map(|key| (distance(&parts(key).1), key))
        .filter(|(typos, _)| *typos <= TYPOS.min(name.chars().count() / 2))
        .min();
    let elsewhere = || known.iter().map(|key| (distance(&parts(key).1), key)).filter(|(typos, _)| *typos <= 1).min();
    if let Some((_, key)) = beside.or_else(elsewhere) {
        return format!("there is no such key; did you mean {key}?");
    }
    let siblings: Vec<String> =
        known.iter().map(|key| parts(key)).filter(|(section, _)| section == parent).map(|(_, last)| last).collect();
    if siblings.is_empty() {
        return "there is no such key".to_owned();
    }
    format!("there is no such key; known here: {}", siblings.join(", "))
}

impl Notes {
    pub(super) fn problem(&self, path: &str, place: Option<String>, what: String) {
        let key = if path.is_empty() { "the configuration".to_owned() } else { path.to_owned() };
        self.problems.borrow_mut().push(Problem { key, place, what });
    }

    /// Where a value was written: the variable or the file. A table that several layers fill is where the first of its values
    /// is.
    pub(super) fn place(&self, path: &str, value: Option<&Value>) -> Option<String> {
        if let Some(name) = self.variables.get(path) {
            return Some(format!("variable {name}"));
        }
        let value = value?;
        if let Some(origin) = value.origin() {
            return Some(origin.to_owned());
        }
        let ValueKind::Table(table) = &value.kind else { return None };
        let below: BTreeMap<_, _> = table.iter().collect();
        below.into_iter().find_map(|(key, value)| self.place(&format!("{path}.{key}"), Some(value)))
    }
}
