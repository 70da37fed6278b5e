//! shelflife keeps endoflife.date product files up to date from vendors' own pages.
//!
//! ```text
//! Product ──▶ fetch ──▶ extract ──▶ methods ──▶ collect ──▶ plan ──▶ edit ──▶ store ──▶ report
//!   what to    Page      rows        items       Release     merge    text     apply     what
//!   fetch                                        Data        guard                       people
//!                                                            validate                    read
//! ```
//!
//! The modules below are in reading order, which is the import order too: a module
//! imports only modules listed above it. `fetch`, `store` and `command` see the network, the
//! disk, the environment and the clock, and `files` writes for them; nothing else does.
//! What a run does to a file is decided in one place, [`plan::Plan::new`].
//!
//! The library is there for the program, its tests and its benches, and makes no promise: any
//! part of it may change with any version.

#![doc(hidden)]

// Text from strangers: trimmed, and shown safely.
pub mod text;

// The bounds of parsers, which a test can raise.
pub mod bounds;

// Digests of bytes.
pub mod digest;

// A lock that a panic does not poison.
mod sync;

// Text to date: every accepted form in one table.
pub mod date;

// Which names are versions, and which of two is newer.
pub mod version;

// One response.
pub mod page;

// What a field of a release cycle can hold.
pub mod value;

// Product files, parsed.
pub mod product;

// What methods collect of a product.
pub mod release_data;

// The only writer of files.
mod files;

// URL to page.
pub mod fetch;

// Page to rows.
pub mod extract;

// The methods that need code.
pub mod methods;

// All methods by name, with those that are config.
pub mod presets;

// The methods of a product, run in their order.
pub mod collect;

// What a run does to a product file: merge, guard, validate.
pub mod plan;

// Why a value is in a file, or is not.
mod explain;

// A JSON Schema of product files.
pub mod schema;

// Changes to product text.
pub mod edit;

// A source that no product file describes to a product file.
pub mod infer;

// What a worker does first.
pub mod job;

// Outcomes to what people read.
pub mod report;

// Folders on disk.
pub mod store;

// The command line.
pub mod cli;

// One file a subcommand: the only code that joins the stages.
pub mod command;
