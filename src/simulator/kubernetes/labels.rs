//! The labels of pods and sets by what made them: fissile before and since it had an active label, and `KubeCF`'s operator.

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Which labels the release has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Labels {
    /// fissile's, with `skiff-role-active` (SCF 2.11 and later).
    #[default]
    Skiff,
    /// fissile's before that: no label names the leader, and the Service has every ready pod behind it.
    Unlabelled,
    /// `KubeCF`'s: the operator puts `pod-active` on a ready pod that listens, and takes it off any other.
    Quarks,
}

const COMPONENT: &str = "app.kubernetes.io/component";
const SKIFF_ROLE: &str = "skiff-role-name";
const INSTANCE_GROUP: &str = "quarks.cloudfoundry.org/instance-group-name";
const ZONE: &str = "quarks.cloudfoundry.org/az-index";
const ORDINAL: &str = "quarks.cloudfoundry.org/pod-ordinal";

impl Labels {
    /// The label that a role is selected by.
    pub(super) fn role_key(self) -> &'static str {
        if self == Self::Quarks { INSTANCE_GROUP } else { SKIFF_ROLE }
    }

    /// The labels of a set and its pods.
    pub(super) fn of_role(self, role: &str) -> Map<String, Value> {
        let pairs: &[(&str, &str)] = match self {
            Self::Skiff => &[(COMPONENT, role), (SKIFF_ROLE, role)],
            Self::Unlabelled => &[(SKIFF_ROLE, role)],
            Self::Quarks => {
                &[(COMPONENT, role), (INSTANCE_GROUP, role), ("quarks.cloudfoundry.org/deployment-name", "kubecf")]
            }
        };
        pairs.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect()
    }

    /// What tells a pod from the others of its role: its zone and its ordinal, which `KubeCF`'s operator alone labels it with.
    pub(super) fn of_pod(self, (zone, ordinal): (u32, u32)) -> Vec<(&'static str, Value)> {
        if self != Self::Quarks {
            return Vec::new();
        }
        vec![(ZONE, json!(zone.to_string())), (ORDINAL, json!(ordinal.to_string()))]
    }

    /// The active label of a pod that leads (`true`), does not, or of which nothing was said yet.
    pub(super) fn active(self, active: Option<bool>) -> Option<(&'static str, &'static str)> {
        match (self, active) {
            (Self::Skiff, Some(true)) => Some(("skiff-role-active", "true")),
            (Self::Skiff, Some(false)) => Some(("skiff-role-active", "false")),
            (Self::Quarks, Some(true)) => Some(("quarks.cloudfoundry.org/pod-active", "active")),
            _ => None,
        }
    }
}
