//! How long what is no trouble by itself may last before it counts. Set in `[checks]`.

use jiff::SignedDuration;

/// The lengths of time that judge beside what is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowances {
    /// How long an incident stays open while connects reach the BBS and no ping proves that it answers.
    pub unproven: SignedDuration,
}

impl Default for Allowances {
    /// The defaults of `config/default.toml`.
    fn default() -> Self {
        Self { unproven: SignedDuration::from_hours(24) }
    }
}
