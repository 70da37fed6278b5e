//! A kept page that anything may have happened to: it is used whole or not at all.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| shelflife::fetch::fuzzing::cached(data));
