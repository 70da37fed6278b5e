//! Runs over folders of products: what they decide and write, also where they are killed.

mod collect_merge;
mod faults;
mod folder;
mod job;
mod killed;
mod lost_writes;
mod presets;
mod unread;
