//! The integration tests: one binary, one file per boundary.

mod incident;
mod layout;
mod cluster;
mod simulator_kubernetes;
mod simulator_slack;
mod alerts;
mod config;
mod bot;
