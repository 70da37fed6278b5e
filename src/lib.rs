//! shelflife keeps the support dates of a folder of product files true.
//!
//! ```text
//! Product ──▶ fetch ──▶ extract ──▶ methods ──▶ merge ──▶ edit ──▶ report
//!   what to    Page      rows        ReleaseData  Change    text     what people
//!   ask                                                               read
//! ```
//!
//! The modules below stand in reading order, which is the import order too: a module
//! imports only modules listed above it. `fetch`, `store` and `command` see the world;
//! nothing else touches the network, the disk, the environment or the clock.

/// Text from strangers: trimmed, and shown safely.
pub mod text;

/// Text to date: every accepted form in one table.
pub mod date;

/// Which names are versions, and which of two is newer.
pub mod version;

/// One answer of the world.
pub mod page;

/// URL to page: the network, a cache between runs, or a recording.
pub mod fetch;
