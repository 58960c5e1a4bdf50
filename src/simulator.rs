//! The embedded outside: a Kubernetes API, a Diego that fails on order, a Slack workspace and a Discord server, on loopback
//! and in their real wire formats. A fault changes the state of the model, never an answer.

pub mod diego;
pub mod kubernetes;
pub mod platform;
pub mod slack;
pub mod discord;
