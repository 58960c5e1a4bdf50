//! Rules about sight: why the cluster could not be seen, told apart by what refused.

use super::super::observation::{Observation, Obstacle, Part, Seen};
use super::evidence::{Evidence, line};
use super::pods;

/// The pods could not be seen because of this. Logs of before the cluster side told what it was say nothing of it.
fn blind_by(observation: &Observation, which: Obstacle) -> Option<Evidence> {
    let Seen::NotKnown(why) = &observation.pods else { return None };
    (observation.obstacle.unwrap_or(Obstacle::Other) == which).then(|| Evidence::on(vec![line(observation.at, why)]))
}

pub(super) fn api_unreachable(observation: &Observation) -> Option<Evidence> {
    blind_by(observation, Obstacle::Unreachable)
}

pub(super) fn api_slow(observation: &Observation) -> Option<Evidence> {
    blind_by(observation, Obstacle::Slow)
}

/// There was nothing to log in with, so that nothing was sent: a plugin failed, a file is missing.
pub(super) fn credentials_missing(observation: &Observation) -> Option<Evidence> {
    blind_by(observation, Obstacle::NoCredentials)
}

/// The server's certificate is not believed, so that nothing was sent.
pub(super) fn api_not_trusted(observation: &Observation) -> Option<Evidence> {
    blind_by(observation, Obstacle::NotTrusted)
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
