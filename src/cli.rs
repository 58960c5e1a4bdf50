//! The commands, one file each.

pub(crate) mod output;
pub(crate) mod progress;
pub(crate) mod pages;
pub(crate) mod serve;
pub(crate) mod check;
pub(crate) mod place;
pub(crate) mod audit;
pub(crate) mod alerts;
pub(crate) mod store;
pub(crate) mod policy;
pub(crate) mod doctor;
