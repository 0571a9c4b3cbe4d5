#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| polsim_fuzz_bodies::input_text(data));
