//! Strangers, storms and faults: what the outside can grow has a bound, and what people and restarts need does not wait for it.

mod bytes;
mod faults;
mod file;
pub(crate) mod process;
mod rows;
mod stop;
mod storm;
