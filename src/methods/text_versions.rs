//! Versions from plain text, Markdown, or the text of a page.
//!
//! ```yaml
//! - text_versions: https://example.org/CHANGELOG.md
//!   selector: '^## (?P<version>\S+) \((?P<day>[^)]+)\)$'
//!   name: version
//!   date: day
//! ```
//!
//! Every match of the regex `selector` is a row, and `name` and `date` are named groups of
//! it. `^` and `$` are the ends of lines. With `within`, the page is HTML and the text of
//! the elements that this CSS selector finds is read, in the lines that the page shows.

use super::rows::Versions;
use super::{Context, Kind, Method, Next, Round};
use crate::extract::regex_rows::RegexRows;
use crate::release_data::ReleaseData;

pub(super) struct TextVersions;

type Config = Versions<RegexRows>;

impl Method for TextVersions {
    const NAME: &'static str = "text_versions";
    const KIND: Kind = Kind::Generic;
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        config.read_page(cx, round.page(), data)
    }
}
