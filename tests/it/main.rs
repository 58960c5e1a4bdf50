//! The integration tests: one binary, one file per boundary.

mod cluster;
mod simulator_kubernetes;
