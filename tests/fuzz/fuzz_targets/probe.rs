//! Whatever a probe prints never panics, and never reads as success without exit code 0:
//! `cargo fuzz run --fuzz-dir tests/fuzz probe`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use stagerbot::cluster::checks::probe::classify;
use stagerbot::incident::observation::ProbeOutcome;

fuzz_target!(|input: (Option<i32>, &[u8])| {
    let (code, bytes) = input;
    let text = String::from_utf8_lossy(bytes);
    let outcome = classify(code, &text);
    assert_eq!(outcome == ProbeOutcome::Succeeded, code == Some(0), "{code:?} {text:?} reads as {outcome:?}");
});
