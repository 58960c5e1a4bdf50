//! The bot's configuration as a value: a scene builds it, and a test says what is different.

use stagerbot::config::{Config, Layer};
use toml::{Table, Value};

/// What stands in the bot's file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Setup(Table);

impl Setup {
    /// The same with these lines: a key that is there already has the new value, and a list of tables, as `[[person]]`, goes on.
    pub(crate) fn with(mut self, lines: &str) -> Self {
        merge(&mut self.0, lines.parse().unwrap());
        self
    }

    /// The same without this key, as `store.url`; whoever stands in a list is named, as `person.Ben` or `environment.prod.preset`.
    pub(crate) fn without(mut self, key: &str) -> Self {
        remove(&mut self.0, &key.split('.').collect::<Vec<_>>()).unwrap_or_else(|| panic!("there is no {key}"));
        self
    }

    /// The same with these lines in a person's table.
    pub(crate) fn person(self, name: &str, lines: &str) -> Self {
        self.entry("person", name, lines)
    }

    /// The same with these lines in the table of the environment `prod`.
    pub(crate) fn environment(self, lines: &str) -> Self {
        self.entry("environment", "prod", lines)
    }

    fn entry(mut self, list: &str, name: &str, lines: &str) -> Self {
        let entries = self.0[list].as_array_mut().unwrap();
        let at = place(entries, name).unwrap_or_else(|| panic!("there is no {list} {name}"));
        merge(entries[at].as_table_mut().unwrap(), lines.parse().unwrap());
        self
    }

    /// As it stands in a file.
    pub(crate) fn text(&self) -> String {
        toml::to_string(&self.0).unwrap()
    }

    /// As the bot reads it, with these variables.
    pub(crate) fn read(&self, variables: impl IntoIterator<Item = (String, String)>) -> Config {
        Config::from_layers(&[Layer { name: "test.toml", text: &self.text() }], variables).unwrap()
    }
}

fn merge(into: &mut Table, more: Table) {
    for (key, value) in more {
        match (into.get_mut(&key), value) {
            (Some(Value::Table(there)), Value::Table(more)) => merge(there, more),
            (Some(Value::Array(there)), Value::Array(more)) if more.iter().all(Value::is_table) => there.extend(more),
            (_, value) => drop(into.insert(key, value)),
        }
    }
}

fn remove(from: &mut Table, key: &[&str]) -> Option<Value> {
    match key {
        [] => None,
        [last] => from.remove(*last),
        [first, rest @ ..] => match from.get_mut(*first)? {
            Value::Table(table) => remove(table, rest),
            Value::Array(entries) => {
                let at = place(entries, rest[0])?;
                if rest.len() == 1 { Some(entries.remove(at)) } else { remove(entries[at].as_table_mut()?, &rest[1..]) }
            }
            _ => None,
        },
    }
}

/// Where in a list the entry of this name stands.
fn place(entries: &[Value], name: &str) -> Option<usize> {
    entries.iter().position(|entry| entry.get("name").and_then(Value::as_str) == Some(name))
}
