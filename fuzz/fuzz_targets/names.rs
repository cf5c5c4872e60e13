//! Hands what libFuzzer makes up to the target of this name. What must hold is in
//! `ropc::fuzzing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ropc::fuzzing::run("names", data));
