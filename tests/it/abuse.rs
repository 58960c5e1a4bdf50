//! Strangers, storms and faults: what the outside can grow has a bound, and what people and restarts need does not wait for it.

mod bytes;
mod faults;
mod file;
mod flaps;
mod minute;
mod power;
mod preload;
mod rows;
mod senders;
mod start;
mod stop;
mod storm;
