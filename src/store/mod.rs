//! Folders on disk: product files, release data, evidence, what earlier runs did, and what
//! people decided. Each file is read whole and written whole.
//!
//! A file is replaced by rename: at any time, it is the whole old one or the whole new one. Names
//! come from the folder's own list, so a name that a person or a page gives never becomes a path.
//! In which order the files of one product are written, and why, `apply` says.

#![expect(missing_docs, reason = "a field whose name says all has no doc")]

mod apply;
mod error;
mod evidence;
mod file;
mod history;
mod known_notices;
mod presets;
mod products;
mod release_data;
mod settings;

pub use apply::{Apply, ApplyNote, Store};
pub use error::{ApplyError, StoreError, WriteError};
pub use evidence::EvidenceStore;
pub use history::HistoryStore;
pub use known_notices::KnownNotices;
pub use presets::preset_files;
pub use products::{Products, create, is_path, products_dir, read_product_file, vacant};
pub use release_data::ReleaseDataStore;
pub use settings::{AboutNothing, PinNames, SettingsFile, unknown_product};
