//! What the `git` program says of a stranger's repository.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| shelflife::fetch::fuzzing::git(data));
