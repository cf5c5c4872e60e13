//! Hands what libFuzzer makes up to the target of this name. What must hold is in
//! `locked_memory::fuzzing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| locked_memory::fuzzing::locked(data));
