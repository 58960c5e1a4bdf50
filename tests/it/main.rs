//! The integration tests: one binary, one file per boundary.
#![allow(clippy::unwrap_used, clippy::needless_pass_by_value, clippy::print_stderr)] // A test that fails panics, and one says what it skips.

mod postgres;
mod record;
mod scene;
mod both;
mod incident;
mod diagnosis;
mod card;
mod words;
mod faults;
mod layout;
mod cluster;
mod simulator_kubernetes;
mod simulator_slack;
mod simulator_discord;
mod alerts;
mod config;
mod bot;
mod gates;
mod outgoing;
mod crash;
mod slack;
mod discord;
mod contract;
mod hostile;
mod check;
mod demo;
mod store;
mod audit;
mod replicas;
mod load;
mod clock;
mod progress;
mod chaos;
mod migrations;
