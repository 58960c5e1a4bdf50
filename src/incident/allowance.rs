//! How long what is no trouble by itself may last before it counts. Set in `[checks]`.

use jiff::SignedDuration;

/// The lengths of time that judge beside what is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowances {
    /// How long an incident stays open while connects reach the BBS and no ping proves that it answers.
    pub unproven: SignedDuration,
    /// How long a label may lag behind who listens.
    pub label: SignedDuration,
    /// How long a BBS may answer 503.
    pub bbs_start: SignedDuration,
    /// How long nobody may lead while Locket works.
    pub leaderless: SignedDuration,
    /// How many looks have to agree before time decides.
    pub looks: u32,
}

impl Default for Allowances {
    /// The defaults of `config/default.toml`.
    fn default() -> Self {
        Self {
            unproven: SignedDuration::from_hours(24),
            label: SignedDuration::from_secs(60),
            bbs_start: SignedDuration::from_mins(2),
            leaderless: SignedDuration::from_secs(20),
            looks: 3,
        }
    }
}
