//! The integration tests: one binary, one file per boundary.

mod simulator_slack;
mod slack;
