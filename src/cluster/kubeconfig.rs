//! Kubeconfigs as kubectl takes them: found, read, merged, and one context of them resolved. Nothing here talks to anybody,
//! and nothing that is said about a file repeats what may be a secret of it.

pub(super) mod yaml;
pub mod model;
pub mod print;
pub mod files;
pub mod server;
pub mod context;
