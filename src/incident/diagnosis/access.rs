//! Rules about sight: why the cluster could not be seen, told apart by what refused.

use super::super::observation::{Observation, Part, Seen};
use super::evidence::{Evidence, line};
use super::pods;

/// What stood in the way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Obstacle {
    Unreachable,
    Slow,
    Credentials,
    Permission,
    Parts,
    Foreign,
    Other,
}

/// The telling texts, as `cluster/error.rs` and `cluster/observe.rs` put them; the first that fits decides.
const TELLING: [(&str, Obstacle); 10] = [
    ("something else than an API server", Obstacle::Foreign),
    ("permission missing", Obstacle::Permission),
    ("401", Obstacle::Credentials),
    ("refused the credentials", Obstacle::Credentials),
    ("credential plugin", Obstacle::Credentials),
    ("token file", Obstacle::Credentials),
    ("credentials can't be used", Obstacle::Credentials),
    ("no answer within", Obstacle::Slow),
    ("unreachable", Obstacle::Unreachable),
    ("in namespace", Obstacle::Parts),
];

fn obstacle(why: &str) -> Obstacle {
    TELLING.iter().find(|(text, _)| why.contains(text)).map_or(Obstacle::Other, |(_, obstacle)| *obstacle)
}

fn blind_by(observation: &Observation, which: Obstacle) -> Option<Evidence> {
    let Seen::NotKnown(why) = &observation.pods else { return None };
    (obstacle(why) == which).then(|| Evidence::on(vec![line(observation.at, why)]))
}

pub(super) fn api_unreachable(observation: &Observation) -> Option<Evidence> {
    blind_by(observation, Obstacle::Unreachable)
}

pub(super) fn api_slow(observation: &Observation) -> Option<Evidence> {
    blind_by(observation, Obstacle::Slow)
}

pub(super) fn credentials_refused(observation: &Observation) -> Option<Evidence> {
    blind_by(observation, Obstacle::Credentials)
}

pub(super) fn permission_missing(observation: &Observation) -> Option<Evidence> {
    blind_by(observation, Obstacle::Permission)
}

/// Not found by looking, or not there under the names that are configured.
pub(super) fn parts_not_found(observation: &Observation) -> Option<Evidence> {
    let configured = || {
        let unknown = |part| pods::is_unknown(observation, part) == Some(true);
        (unknown(Part::CloudController) || unknown(Part::Bbs)).then(|| Evidence::on(Vec::new()))
    };
    blind_by(observation, Obstacle::Parts).or_else(configured)
}

pub(super) fn not_an_api_server(observation: &Observation) -> Option<Evidence> {
    blind_by(observation, Obstacle::Foreign)
}

pub(super) fn cluster_not_seen(observation: &Observation) -> Option<Evidence> {
    blind_by(observation, Obstacle::Other)
}
