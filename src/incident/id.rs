//! What an incident is called by.

/// An incident's number, unique in the store.
pub type IncidentId = i64;
