//! Tags and files of remote repositories, as pages.
//!
//! A repository is asked for its tags and nothing else. The date of an object never
//! changes, so it is stored beside the cached pages: a run that finds no new tag is one
//! exchange and no pack. Of the objects that are not known, the commits and tags are
//! fetched, without a tree or a file, into a temporary folder. A tag that its repository no
//! longer has is not in the answer. The date is that of the tagger, or of the committer
//! where a tag has no object of its own, in the time zone in which it was written.
//!
//! Files are always those of the newest commit of a branch: nothing of them is kept between
//! runs.
//!
//! # What it costs
//! `cargo bench --bench git`, with git 2.47 against its own smart HTTP server on loopback, two
//! busy cores, 3000 tags of 3000 commits, two thirds of them annotated:
//!
//! | | time | received | left on the disk |
//! |---|---|---|---|
//! | nothing known | 0.30 s | 1.18 MB | 156 kB, 1 file |
//! | all known | 0.02 s | 0.28 MB | the same |
//! | one new tag | 0.12 s | 0.28 MB | the same |
//! | `fetch --tags --filter=blob:none --depth=1`, the first time | 2.54 s | 1.48 MB | 2.1 MB, 3025 files |
//! | the same again, nothing new | 0.80 s | 1.32 MB | 3.7 MB, 3029 files |
//! | the same again, one new tag | 0.28 s | 0.28 MB | 3.7 MB, 3037 files |
//!
//! The last three are a clone that is kept, for comparison. Objects are asked for by name: by
//! their tags it took 17 s, since the list is asked for once more and each tag becomes a file.
//!
//! # Why the `git` program
//! It is on every machine that has product files in git, it knows each protocol and the
//! faults of each server, and it is a process that can be limited and killed. Only the list
//! of refs is requested by our own client first ([`refs`]): of a repository with nothing new
//! that is all, in one exchange instead of two, and without a process.
//!
//! The alternative was measured too, while `git` still listed the refs: a program over gix-protocol 0.68,
//! gix-transport 0.62 and gix-pack 0.77, the crates of gix 0.90, that asks for the same
//! (`ref-prefix refs/tags/`, `filter tree:0`, `deepen 1`, objects by name). It took 0.29 s with
//! nothing known, 0.04 s with all known and 0.04 s with one new tag, and received the same: it
//! saves the starts of processes. Against that: 48 crates more; HTTP that blocks, unless its
//! transport is written anew; `fetch` of gix itself takes no filter, so the exchange must be
//! put together from parts that any release may break; and packs of strangers parsed in
//! our process. With the list of refs asked by our own client, which came after that,
//! there is nothing left to save where nothing is new.
//!
//! # What a stranger's URL cannot do
//! Only https, http and git to admitted addresses; a repository of this machine
//! only with `--allow-local`. No shell, no text taken for an option, no hook, no credential, no
//! configuration but that of [`program`], no redirect that our own client did not
//! follow and check first. The address that was checked is the one that is connected to.
//!
//! # Recordings
//! In a recorded folder `<host>/<path>/refs/tags` has one line per tag: its name, a tab and
//! its date (empty if it has none), and where they are known, after further tabs, the object
//! that the tag names and its commit; `<host>/<path>/refs/heads` has one line per branch; and
//! the files are below `<host>/<path>/tree/<branch>/`.

mod date_cache;
mod endpoint;
mod error;
mod local;
pub(super) mod object;
mod program;
pub(super) mod refs;
mod remotes;

use std::collections::BTreeMap;

use url::Url;

use crate::page::{Page, ResponseMeta};

pub(super) use local::Local;
pub(super) use remotes::Remotes;

/// The files that a page of [`super::GitWanted::Files`] holds, by path.
pub fn files(page: &Page) -> BTreeMap<String, String> {
    serde_json::from_slice(&page.body).unwrap_or_default()
}

pub(super) fn page_of_files(
    url: &Url,
    files: &BTreeMap<String, String>,
    meta: ResponseMeta,
) -> Page {
    let body = serde_json::to_vec(files).expect("a map of texts is JSON");
    Page::new(url.as_str(), Some("application/json".into()), body, meta)
}
