//! Which environment an alert means: the one whose labels it has, all of them.

use std::collections::BTreeMap;
use std::fmt;

use crate::incident::alert::Meaning;

/// The labels that an alert of an environment has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matchers {
    /// The environment's name.
    pub environment: String,
    /// The labels and their values; none match everything where there is one environment, and nothing where there are several.
    pub labels: BTreeMap<String, String>,
}

/// An alert means no single environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmatched {
    /// It has the labels of none.
    None {
        /// What each would have wanted.
        wanted: Vec<Matchers>,
    },
    /// It has the labels of several.
    Several {
        /// Their names.
        environments: Vec<String>,
    },
}

/// The environment that an alert with these labels means.
pub fn environment_of<'a>(matchers: &'a [Matchers], labels: &BTreeMap<String, String>) -> Result<&'a str, Unmatched> {
    if let [only] = matchers
        && only.labels.is_empty()
    {
        return Ok(&only.environment);
    }
    let fits = |one: &&Matchers| {
        !one.labels.is_empty() && one.labels.iter().all(|(label, value)| labels.get(label) == Some(value))
    };
    let fitting: Vec<&Matchers> = matchers.iter().filter(fits).collect();
    match fitting.as_slice() {
        [one] => Ok(&one.environment),
        [] => Err(Unmatched::None { wanted: matchers.to_vec() }),
        several => {
            Err(Unmatched::Several { environments: several.iter().map(|one| one.environment.clone()).collect() })
        }
    }
}

impl fmt::Display for Unmatched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None { wanted } => {
                f.write_str("it has the labels of no environment:")?;
                for (index, one) in wanted.iter().enumerate() {
                    let pairs: Vec<String> =
                        one.labels.iter().map(|(label, value)| format!("{label}={value}")).collect();
                    let pairs = if pairs.is_empty() { "labels, but has none".to_owned() } else { pairs.join(" and ") };
                    write!(f, "{} {} wants {pairs}", if index > 0 { ";" } else { "" }, one.environment)?;
                }
                Ok(())
            }
            Self::Several { environments } => {
                write!(f, "it has the labels of several environments: {}", environments.join(", "))
            }
        }
    }
}

/// Why an alert of this meaning starts nothing.
pub fn not_ours(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::LookAlike => "it tells of another staging error, in which Diego answered: a restart would not help",
        _ => {
            "it does not tell that the stager is unavailable: no label or annotation has 170010 or CF-StagerUnavailable"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
    }

    fn matchers(environment: &str, pairs: &[(&str, &str)]) -> Matchers {
        Matchers { environment: environment.to_owned(), labels: labels(pairs) }
    }

    #[test]
    fn one_environment_without_labels_takes_everything() {
        let one = [matchers("prod", &[])];
        assert_eq!(environment_of(&one, &labels(&[("cluster", "x")])), Ok("prod"));
        assert_eq!(environment_of(&one, &labels(&[])), Ok("prod"));
    }

    #[test]
    fn of_several_exactly_one_has_to_match_with_all_its_labels() {
        let all = [
            matchers("prod", &[("cluster", "eu"), ("stage", "prod")]),
            matchers("test", &[("cluster", "eu"), ("stage", "test")]),
            matchers("other", &[]),
            matchers("eu", &[("cluster", "eu"), ("team", "cf")]),
        ];
        let of = |pairs: &[(&str, &str)]| {
            environment_of(&all, &labels(pairs)).map(str::to_owned).map_err(|why| why.to_string())
        };
        assert_eq!(of(&[("cluster", "eu"), ("stage", "prod"), ("x", "y")]), Ok("prod".to_owned()));
        insta::assert_snapshot!(
            of(&[("cluster", "eu")]).unwrap_err(),
            @"it has the labels of no environment: prod wants cluster=eu and stage=prod; test wants cluster=eu and stage=test; other wants labels, but has none; eu wants cluster=eu and team=cf"
        );
        insta::assert_snapshot!(
            of(&[("cluster", "eu"), ("stage", "test"), ("team", "cf")]).unwrap_err(),
            @"it has the labels of several environments: test, eu"
        );
        assert!(of(&[]).is_err());
    }

    #[test]
    fn one_environment_with_labels_wants_them() {
        let one = [matchers("prod", &[("cluster", "eu")])];
        assert!(environment_of(&one, &labels(&[])).is_err());
        assert!(environment_of(&one, &labels(&[("cluster", "EU")])).is_err());
    }
}
