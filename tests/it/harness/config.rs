//! A bot's configuration, built key by key.

use std::collections::BTreeMap;

use stagerbot::config::{Config, Layer};
use toml::{Table, Value};

/// The settings, and the secrets that come by variables.
#[derive(Clone, Debug, Default)]
pub(crate) struct Configuration {
    settings: Table,
    secrets: BTreeMap<String, String>,
}

impl Configuration {
    /// Sets a key by its whole name, such as `restarts.hold`.
    pub(crate) fn set(mut self, key: &str, value: impl Into<Value>) -> Self {
        let mut path = key.split('.').collect::<Vec<_>>();
        let last = path.pop().unwrap();
        let section = path.into_iter().fold(&mut self.settings, |table, name| {
            let below = table.entry(name).or_insert_with(|| Table::new().into());
            below.as_table_mut().unwrap_or_else(|| panic!("{key}: {name} is no section"))
        });
        section.insert(last.to_owned(), value.into());
        self
    }

    /// Takes a key out, so that its default or a variable counts.
    pub(crate) fn unset(mut self, key: &str) -> Self {
        let (section, last) = key.rsplit_once('.').unwrap();
        self.settings[section].as_table_mut().unwrap().remove(last);
        self
    }

    /// Adds a person with an account on Slack.
    pub(crate) fn person(self, name: &str, slack: &str, may: &[&str]) -> Self {
        let may: Value = may.iter().copied().map(Value::from).collect::<Vec<_>>().into();
        self.add("person", [("name", name.into()), ("slack", slack.into()), ("may", may)])
    }

    /// Adds an environment.
    pub(crate) fn environment(self, name: &str, keys: &[(&str, &str)]) -> Self {
        let keys = keys.iter().map(|(key, value)| (*key, Value::from(*value)));
        self.add("environment", std::iter::once(("name", name.into())).chain(keys))
    }

    /// Sets a key of the person or the environment of this name.
    pub(crate) fn set_in(mut self, section: &str, name: &str, key: &str, value: impl Into<Value>) -> Self {
        let all = self.settings.get_mut(section).and_then(Value::as_array_mut).into_iter().flatten();
        let mut named = all.filter_map(Value::as_table_mut).filter(|table| table["name"].as_str() == Some(name));
        let one = named.next().unwrap_or_else(|| panic!("there is no {section} {name}"));
        one.insert(key.to_owned(), value.into());
        drop(named);
        self
    }

    /// Hands a secret in.
    pub(crate) fn secret(mut self, variable: &str, value: &str) -> Self {
        self.secrets.insert(variable.to_owned(), value.to_owned());
        self
    }

    /// Without this secret.
    pub(crate) fn without_secret(mut self, variable: &str) -> Self {
        self.secrets.remove(variable).unwrap_or_else(|| panic!("there is no {variable}"));
        self
    }

    /// The file.
    pub(crate) fn text(&self) -> String {
        self.settings.to_string()
    }

    /// The variables.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = (String, String)> {
        self.secrets.clone().into_iter()
    }

    /// As the bot reads it.
    pub(crate) fn load(&self) -> Config {
        Config::from_layers(&[Layer { name: "test.toml", text: &self.text() }], self.secrets()).unwrap()
    }

    fn add<'a>(mut self, section: &str, keys: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        let one: Table = keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        let all = self.settings.entry(section).or_insert_with(|| Value::Array(Vec::new()));
        all.as_array_mut().unwrap().push(one.into());
        self
    }
}
