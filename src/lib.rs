//! `Stagerbot`: the `ChatOps` bot for `CF-StagerUnavailable`.
//!
//! The map, in import order: a file uses only what stands above it, and each folder's own file goes on with the order
//! (`tests/it/layout.rs` holds that).

pub mod incident;
pub mod clock;
pub mod heap;
pub mod metrics;
pub mod settings;
pub mod causes;
pub mod checkup;
pub mod tally;
pub mod bodies;
pub mod sanitize;
pub mod words;
pub mod request;
pub mod store;
pub mod audit;
pub mod inbox;
pub mod cluster;
pub mod chat;
pub mod page;
#[cfg(feature = "otlp")]
pub mod traces;
pub mod terminal;
pub mod report;
pub mod watch;
pub mod engine;
pub mod alerts;
pub mod server;
pub mod incident_page;
pub mod telemetry;
pub mod vitals;
pub mod process;
pub mod config;
#[cfg(feature = "simulator")]
pub mod simulator;
pub mod bot;
pub mod doctor;
#[cfg(feature = "simulator")]
pub mod demo;
