//! Hands what libFuzzer makes up to the target of this name. What must hold is in
//! `entra_codes::fuzzing`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| entra_codes::fuzzing::error_text(data));
