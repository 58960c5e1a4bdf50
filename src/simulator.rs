//! The embedded outside: a Kubernetes API, a Diego that fails on order, and a Slack workspace, on loopback
//! and in their real wire formats. A fault changes the state of the model, never an answer.

pub mod diego;
pub mod kubernetes;
pub mod slack;
