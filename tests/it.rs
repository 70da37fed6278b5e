//! Tests that need nothing but the checkout: the program as a whole, the fetcher against servers
//! on loopback, hostile input, and the rules of the source.
//!
//! What needs recorded data or Chromium, and every fixture, is a test of `data.rs`, which reports
//! a test as ignored where that is missing.

#![expect(
    clippy::unwrap_used,
    reason = "a test may panic, also in its helper functions"
)]

mod add;
mod cli;
mod console;
mod fetch;
mod hostile;
mod reject;
mod runs;
mod server;
mod source;
mod world;
