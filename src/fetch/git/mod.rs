//! Tags and files of remote repositories, as pages.
//!
//! A repository is asked for its tags and nothing else. The date of an object never
//! changes, so what was learnt of it is kept beside the cached pages: a run that finds no new
//! tag is one exchange and no pack. Of the objects that are not known, the commits and tags
//! are fetched, without a tree or a file, into a folder that is forgotten. A tag that its
//! repository no longer has is no longer in the answer. The date is the creator's: of the
//! tagger, or of the committer where a tag has no object of its own, in the time zone in
//! which it was written.
//!
//! Files are those of the newest commit of a branch, always: nothing of them is kept
//! between runs.
//!
//! # Why the `git` program
//! It is on every machine that keeps product files, it speaks each protocol and works
//! around each server, and a warm run is bound by the exchange and not by the process. A
//! crate that speaks the protocol itself was not measured against it.
//!
//! Measured with git 2.47 against its own smart HTTP server on loopback, two busy cores,
//! 3000 tags of 3000 commits, two thirds of them annotated:
//!
//! | | time | received |
//! |---|---|---|
//! | nothing known, objects asked for by name | 0.7 s | 1.1 MB |
//! | nothing known, the same by their tags | 17 s | 1.3 MB |
//! | all known | 0.3 s | 287 KB |
//!
//! By their tags, the list is asked for once more, and each becomes a file.
//!
//! # What a stranger's URL can not do
//! Only https, http and git to addresses that may be asked; a repository of this machine
//! only with `--allow-local`. No shell, no option in disguise, no hook, no credential, no
//! configuration but what stands in [`program`], no redirect that our own client did not
//! follow and check first. Over https and http the address that was checked is the one that
//! is connected to; over git, the name is looked up once more.
//!
//! # Recordings
//! A recorded folder holds a repository as it is asked: `<host>/<path>/refs/tags` has a
//! line a tag, its name, a tabulator and its date (nothing, if it has none);
//! `<host>/<path>/refs/heads` has a line a branch; and below `<host>/<path>/tree/<branch>/`
//! lie the files.

mod dates;
mod object;
mod program;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use tempfile::TempDir;
use url::Url;

use self::dates::Dates;
use self::program::{Failed, Program};
use super::ask::Ask;
use super::error::{Cause, FetchError, Illness, Refusal};
use super::host::{Host, lock};
use super::settings::Settings;
use super::{LocalAddresses, Page};

/// What is asked of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Git {
    /// Its tags, by name: a line each, name, tabulator, day.
    Tags,
    /// The names of its branches: a line each.
    Branches,
    /// Files of the newest commit of a branch, as [`files`] reads them; a folder stands for
    /// all that is in it.
    Files {
        /// The name of the branch.
        branch: String,
        /// The paths of files and folders.
        paths: Vec<String>,
    },
}

/// A repository and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    /// The URL of the repository.
    pub(super) repository: Url,
    pub(super) git: Git,
}

impl Question {
    /// The question about the repository at a URL, and the URL under which its answer is known.
    pub(super) fn new(url: Url, git: &Git) -> Result<(Self, Url), Refusal> {
        if !matches!(url.scheme(), "https" | "http" | "git" | "file") {
            return Err(Refusal::NoRepository(
                crate::text::Excerpt(url.scheme()).to_string(),
            ));
        }
        let mut known_as = url.clone();
        known_as.set_query(None);
        known_as.set_fragment(None);
        let parts: Vec<&str> = match git {
            Git::Tags => vec!["refs", "tags"],
            Git::Branches => vec!["refs", "heads"],
            Git::Files { branch, .. } => vec!["tree", branch],
        };
        known_as
            .path_segments_mut()
            .map_err(|()| Refusal::NoUrl("no path".into()))?
            .pop_if_empty()
            .extend(parts);
        if let Git::Files { paths, .. } = git {
            known_as.set_query(Some(&paths.join("&")));
        }
        let question = Self {
            repository: url,
            git: git.clone(),
        };
        Ok((question, known_as))
    }

    /// Whether the repository is a folder of this machine.
    pub(super) fn is_local(&self) -> bool {
        self.repository.scheme() == "file"
    }
}

/// The files that a page of [`Git::Files`] holds, by path.
pub fn files(page: &Page) -> BTreeMap<String, String> {
    serde_json::from_slice(&page.body).unwrap_or_default()
}

/// The page of some files.
pub(super) fn page_of_files(ask: &Ask, files: &BTreeMap<String, String>) -> Page {
    let body = serde_json::to_vec(files).expect("a map of texts is JSON");
    Page {
        url: ask.url.to_string(),
        content_type: Some("application/json".into()),
        body,
        stale: false,
    }
}

/// The repositories that a run asks.
pub(super) struct Remotes {
    program: Program,
    local: LocalAddresses,
    dates: Dates,
    /// The folders of repositories whose files are asked for, until the run ends.
    folders: Mutex<HashMap<Url, Arc<tokio::sync::Mutex<Option<Folder>>>>>,
}

/// A repository in which files are read, and the branches that were fetched into it.
struct Folder {
    place: TempDir,
    branches: BTreeSet<String>,
}

/// Where a repository is asked: its URL, and the addresses that were checked.
struct Place {
    url: Url,
    pinned: Option<String>,
}

impl Remotes {
    pub(super) fn new(settings: &Settings) -> Self {
        let user_agent = settings.user_agent.as_deref();
        Self {
            program: Program {
                user_agent: user_agent.unwrap_or(Settings::USER_AGENT).to_owned(),
                file: settings.local == LocalAddresses::Allow,
                proxy: settings.proxy,
                limit: settings.limits.decompressed,
            },
            local: settings.local.clone(),
            dates: Dates::new(settings.cache.as_deref()),
            folders: Mutex::default(),
        }
    }

    /// The answer to a question, asked again within reason.
    pub(super) async fn answer<'a>(
        &self,
        ask: &Ask,
        question: &Question,
        host: &Host,
        settings: &Settings,
        redirected: &(dyn Fn(Url) -> BoxFuture<'a, Result<Url, FetchError>> + Sync),
    ) -> Result<Page, FetchError> {
        let limits = &settings.limits;
        let ill = |illness, tries| FetchError::Ill {
            url: ask.shown(),
            illness,
            tries,
        };
        let mut url = question.repository.clone();
        let (mut tries, mut moved) = (0, false);
        loop {
            let place = self.place(ask, url.clone()).await?;
            let permit = host
                .enter(limits)
                .await
                .map_err(|illness| ill(illness, tries))?;
            tries += 1;
            let answer = self.try_once(question, &place).await;
            drop(permit);
            let (illness, status) = match answer {
                Ok(body) => {
                    host.well();
                    return Ok(Page {
                        url: ask.url.to_string(),
                        content_type: Some("text/plain; charset=utf-8".into()),
                        body,
                        stale: false,
                    });
                }
                Err(Failed::Moved) if !moved => {
                    moved = true;
                    url = redirected(url).await?;
                    continue;
                }
                Err(Failed::Moved) => (Illness::Connection("redirected again".into()), 0),
                Err(Failed::Absent(status)) => {
                    host.well();
                    return Err(FetchError::Absent {
                        url: ask.shown(),
                        status,
                    });
                }
                Err(Failed::TooLarge(limit)) => {
                    return Err(FetchError::Refused {
                        url: ask.shown(),
                        refusal: Refusal::TooLarge(limit),
                    });
                }
                Err(Failed::NoProgram(cause)) => {
                    return Err(FetchError::NoGit(Cause(cause)));
                }
                Err(Failed::Ill(illness, status)) => (illness, status),
            };
            host.pause(status, tries, None, limits)
                .map_err(|illness| ill(illness, tries))?;
            if tries >= host.tries(limits) {
                host.failed();
                return Err(ill(illness, tries));
            }
        }
    }

    /// Checks where a repository is, and which addresses of it may be asked.
    async fn place(&self, ask: &Ask, url: Url) -> Result<Place, FetchError> {
        let refused = |refusal| FetchError::Refused {
            url: ask.shown(),
            refusal,
        };
        if url.scheme() == "file" {
            return if self.program.file {
                Ok(Place { url, pinned: None })
            } else {
                Err(refused(Refusal::LocalRepository))
            };
        }
        let addresses = self.local.admitted(&url).await.map_err(refused)?;
        let pinned = match (url.host_str(), url.port_or_known_default()) {
            (Some(host), Some(port)) if !addresses.is_empty() => {
                let addresses: Vec<String> = addresses
                    .iter()
                    .map(|address| match address.ip() {
                        std::net::IpAddr::V4(ip) => ip.to_string(),
                        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
                    })
                    .collect();
                Some(format!("{host}:{port}:{}", addresses.join(",")))
            }
            _ => None,
        };
        Ok(Place { url, pinned })
    }

    async fn try_once(&self, question: &Question, place: &Place) -> Result<Vec<u8>, Failed> {
        match &question.git {
            Git::Tags => self.tags(question, place).await,
            Git::Branches => {
                let refs = self.refs(place, "--heads", "refs/heads/").await?;
                Ok(lines(refs.keys()))
            }
            Git::Files { branch, paths } => {
                let files = self.files(question, place, branch, paths).await?;
                Ok(serde_json::to_vec(&files).expect("a map of texts is JSON"))
            }
        }
    }

    /// The refs below a prefix, by name, with their objects.
    async fn refs(
        &self,
        place: &Place,
        kind: &str,
        prefix: &str,
    ) -> Result<BTreeMap<String, String>, Failed> {
        let url = place.url.as_str();
        let listed = self
            .program
            .run(place, None, &["ls-remote", kind, "--refs", "--", url], "")
            .await?;
        Ok(String::from_utf8_lossy(&listed)
            .lines()
            .filter_map(|line| {
                let (object, name) = line.split_once('\t')?;
                let name = name.strip_prefix(prefix)?;
                (is_object(object) && !name.contains(char::is_control))
                    .then(|| (name.to_owned(), object.to_owned()))
            })
            .collect())
    }

    async fn tags(&self, question: &Question, place: &Place) -> Result<Vec<u8>, Failed> {
        let tags = self.refs(place, "--tags", "refs/tags/").await?;
        let objects: BTreeSet<&str> = tags.values().map(String::as_str).collect();
        let mut known = self.dates.load(&question.repository);
        known.retain(|object, _| objects.contains(&**object));
        let new: Vec<&str> = objects
            .into_iter()
            .filter(|object| !known.contains_key(*object))
            .collect();
        if !new.is_empty() {
            known.extend(self.dates_of(place, &new).await?);
            self.dates.keep(&question.repository, &known);
        }
        Ok(lines(tags.iter().map(|(name, object)| {
            format!("{name}\t{}", known.get(object).map_or("", |date| &**date))
        })))
    }

    /// The dates of some objects, fetched without trees and files.
    async fn dates_of(
        &self,
        place: &Place,
        objects: &[&str],
    ) -> Result<Vec<(String, String)>, Failed> {
        let folder = self.program.folder(place).await?;
        let wanted = lines(objects);
        let wanted = String::from_utf8_lossy(&wanted);
        self.program
            .fetch(place, &folder, &["--filter=tree:0", "--depth=1"], &wanted)
            .await?;
        let said = self
            .program
            .run(place, Some(&folder), &["cat-file", "--batch"], &wanted)
            .await?;
        Ok(objects
            .iter()
            .zip(object::read(&said))
            .map(|(name, object)| {
                let day = object.day().map(|day| day.to_string());
                ((*name).to_owned(), day.unwrap_or_default())
            })
            .collect())
    }

    /// The files at paths of a branch, as text; bytes that are no UTF-8 are dropped by readers
    /// that want so, and stand as U+FFFD until then.
    async fn files(
        &self,
        question: &Question,
        place: &Place,
        branch: &str,
        paths: &[String],
    ) -> Result<BTreeMap<String, String>, Failed> {
        if !is_name(branch) || paths.is_empty() {
            return Err(Failed::Absent(404));
        }
        let folder = Arc::clone(
            lock(&self.folders)
                .entry(question.repository.clone())
                .or_default(),
        );
        let mut folder = folder.lock().await;
        if folder.is_none() {
            *folder = Some(Folder {
                place: self.program.folder(place).await?,
                branches: BTreeSet::new(),
            });
        }
        let folder = folder.as_mut().expect("it was just made");
        let branch = format!("refs/heads/{branch}");
        if !folder.branches.contains(&branch) {
            let wanted = format!("+{branch}:{branch}\n");
            self.program
                .fetch(
                    place,
                    &folder.place,
                    &["--filter=blob:none", "--depth=1"],
                    &wanted,
                )
                .await?;
            folder.branches.insert(branch.clone());
        }
        let mut list = vec!["ls-tree", "-r", "-z", "--full-tree", &branch, "--"];
        list.extend(paths.iter().map(String::as_str));
        let listed = self
            .program
            .run(place, Some(&folder.place), &list, "")
            .await?;
        let listed = String::from_utf8_lossy(&listed);
        let found: Vec<(&str, &str)> = listed
            .split('\0')
            .filter_map(|entry| {
                let (about, path) = entry.split_once('\t')?;
                let mut about = about.split(' ').skip(1);
                let object = about
                    .next()
                    .filter(|kind| *kind == "blob")
                    .and(about.next())?;
                Some((path, object))
            })
            .collect();
        if found.is_empty() {
            return Ok(BTreeMap::new());
        }
        let objects = lines(found.iter().map(|(_, object)| *object));
        let objects = String::from_utf8_lossy(&objects);
        self.program
            .fetch(place, &folder.place, &["--filter=blob:none"], &objects)
            .await?;
        let contents = self
            .program
            .run(
                place,
                Some(&folder.place),
                &["cat-file", "--batch"],
                &objects,
            )
            .await?;
        Ok(found
            .iter()
            .zip(object::read(&contents))
            .map(|((path, _), object)| {
                let text = String::from_utf8_lossy(object.content).into_owned();
                ((*path).to_owned(), text)
            })
            .collect())
    }

    /// Ends the run: what nobody renewed for long is forgotten.
    pub(super) fn finish(&self) {
        self.dates.sweep();
    }
}

/// Texts, a line each.
fn lines(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Vec<u8> {
    let mut out = String::new();
    for text in texts {
        out.push_str(text.as_ref());
        out.push('\n');
    }
    out.into_bytes()
}

/// Whether a text is the name of an object.
fn is_object(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether a text may stand as the name of a tag or branch where we put it, by git's rules.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(['-', '/', '.'])
        && !text.contains("..")
        && !text.contains("@{")
        && !text
            .chars()
            .any(|c| c.is_control() || " ~^:?*[\\".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known_as(url: &str, git: &Git) -> String {
        let (_, known_as) = Question::new(Url::parse(url).unwrap(), git).unwrap();
        known_as.into()
    }

    #[test]
    fn an_answer_is_known_by_what_was_asked() {
        let url = "https://a.test/b.git";
        assert_eq!(known_as(url, &Git::Tags), "https://a.test/b.git/refs/tags");
        assert_eq!(
            known_as("git://a.test/b/", &Git::Branches),
            "git://a.test/b/refs/heads"
        );
        let files = Git::Files {
            branch: "a/../b".into(),
            paths: vec!["x/y".into(), "z".into()],
        };
        assert_eq!(
            known_as(url, &files),
            "https://a.test/b.git/tree/a%2F..%2Fb?x/y&z"
        );
    }

    #[test]
    fn no_other_transport_is_asked() {
        for url in ["ext::sh -c x", "ssh://a.test/b", "ftp://a.test/b"] {
            let Ok(url) = Url::parse(url) else { continue };
            assert!(Question::new(url, &Git::Tags).is_err());
        }
        assert!(is_name("release/1.0") && is_name("v1@2"));
        for name in ["", "-x", "a..b", "a b", "a:b", "a\nb", "a*", "/a", "a@{1}"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
