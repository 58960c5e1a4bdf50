//! What one request of a sender holds, whoever the sender is.

use std::collections::BTreeMap;

use crate::incident::alert::Alert;

/// An alert as it was reported, with the labels that tell its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The alert.
    pub alert: Alert,
    /// All its labels.
    pub labels: BTreeMap<String, String>,
}

/// What one request of a sender holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The alerts, as they were listed.
    pub reports: Vec<Report>,
    /// How many more its sender left out.
    pub left_out: u64,
}
