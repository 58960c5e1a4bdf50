//! Strangers, storms and faults: what the outside can grow has a bound, and what people and restarts need does not wait for it.

mod bytes;
mod faults;
mod file;
mod flaps;
mod minute;
pub(crate) mod process;
mod rows;
mod senders;
mod slow_disk;
mod start;
mod stop;
mod storm;
