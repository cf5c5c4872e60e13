//! Hands what libFuzzer makes up to the target of this name. What must hold is in
//! `secret_service::fuzzing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| secret_service::fuzzing::read_anything(data));
