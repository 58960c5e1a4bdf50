//! `[heartbeat]`: what is called while all is well.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use secrecy::SecretString;

use super::notify::ADDRESS;
use crate::settings::Section;
use crate::settings::secrets;
use crate::vitals::Settings;

/// How often.
const BOUNDS: RangeInclusive<SignedDuration> = SignedDuration::from_secs(1)..=SignedDuration::from_hours(1);

/// What is called, if anything, and how often.
pub(super) fn heartbeat(root: &mut Section<'_>) -> Option<Settings> {
    let mut section = root.section("heartbeat");
    let url: Option<SecretString> = secrets::secret(&mut section, "url", &ADDRESS);
    let every = section.duration("every", BOUNDS).unsigned_abs();
    section.finish();
    url.map(|url| Settings { url, every })
}
