//! Releases from plain text, Markdown, or the text of a page.
//!
//! ```yaml
//! - text_releases: https://example.org/support
//!   within: "main"
//!   selector: '^Version (?P<cycle>\d+) is supported until (?P<end>.+)\.$'
//!   fields:
//!     releaseCycle: cycle
//!     eol: end
//! ```
//!
//! Every match of the regex `selector` is a row, and each field is a named group of it. `^`
//! and `$` are the ends of lines. With `within`, the page is HTML and the text of the
//! elements that this CSS selector finds is read, in the lines that the page shows.

use super::rows::Releases;
use super::{Context, Kind, Method, Next, Round};
use crate::extract::regex_rows::RegexRows;
use crate::release_data::ReleaseData;

pub(super) struct TextReleases;

type Config = Releases<RegexRows>;

impl Method for TextReleases {
    const NAME: &'static str = "text_releases";
    const KIND: Kind = Kind::Generic;
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        config.read_page(cx, round.page(), data)
    }
}
