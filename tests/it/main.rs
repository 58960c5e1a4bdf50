//! The integration tests: one binary, one file per boundary.

mod alerts;
mod config;
