//! What is kept of a pod beside what every rule asks for: what holds it up, and what it runs.

use serde::{Deserialize, Serialize};

/// More of a pod. Observations of before had none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PodDetail {
    /// The containers that are not ready, in the order of the spec.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unready: Vec<String>,
    /// What the cluster says of its trouble, cleaned and capped, such as `0/3 nodes are available: 3 Insufficient memory.`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The revision of its set that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// The image of the container that does the work: its digest where it is known, else its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
}

impl PodDetail {
    /// Whether nothing of it is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
