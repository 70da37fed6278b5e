//! The products folder, and which of its products the command line names.
//!
//! A product is named by its name or by the path of its file. A name is looked up in the list of
//! the folder and never becomes a path. A path is only taken apart: its folder must be the products
//! folder, and its file one of the list.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

use super::error::{HINT, StoreError, WriteError};
use crate::bounds::bound;
use crate::digest::Digest;
use crate::files::{self, Audience, Durability};
use crate::product::{Product, ProductError};
use crate::text::nearest;

/// The largest product file that is read, in bytes: eight times the largest known one.
const LARGEST: usize = 1 << 20;

#[derive(Debug)]
pub struct Products {
    dir: PathBuf,
    /// Name to file name, sorted.
    files: BTreeMap<String, String>,
    /// What looks as if it were to be read, and is not.
    strays: Vec<PathBuf>,
    /// The product files whose names are not UTF-8.
    not_utf8: Vec<PathBuf>,
}

/// The folder of product files: the one that is given, else that of the first path among the
/// products that are asked for, else `products`.
pub fn products_dir(given: Option<&Path>, wanted: &[String]) -> PathBuf {
    let of_path = || wanted.iter().find_map(|word| folder_and_file(word));
    given
        .or_else(|| of_path().map(|(folder, _)| folder))
        .unwrap_or(Path::new("products"))
        .to_owned()
}

/// Whether a word that names a product is the path of its file.
pub fn is_path(word: &str) -> bool {
    folder_and_file(word).is_some()
}

/// The bytes of a product file.
pub fn read_product_file(path: &Path) -> io::Result<Vec<u8>> {
    files::read(path, bound(LARGEST) as u64)
}

/// The path of the file of a product that is not there yet; an error where something is.
pub fn vacant(dir: &Path, name: &str) -> Result<PathBuf, WriteError> {
    let path = dir.join(format!("{name}.md"));
    match path.symlink_metadata() {
        Err(_) => Ok(path),
        Ok(_) => Err(WriteError::Exists {
            path: path.display().to_string(),
        }),
    }
}

/// Makes the file of a product that is not there yet, and its folder.
pub fn create(dir: &Path, name: &str, file: &[u8]) -> Result<PathBuf, WriteError> {
    let path = vacant(dir, name)?;
    let made = fs_err::create_dir_all(dir).and_then(|()| files::create(&path, file));
    made.map_err(|source| WriteError::File {
        path: path.display().to_string(),
        source,
    })?;
    Ok(path)
}

/// The folder and the file of a word that is a path; `None` where it is a name.
fn folder_and_file(word: &str) -> Option<(&Path, &str)> {
    let ends_in_md = word.strip_suffix(".md").is_some();
    if !ends_in_md && !word.contains(std::path::is_separator) {
        return None;
    }
    let path = Path::new(word);
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let file = path.file_name().and_then(OsStr::to_str);
    Some((folder.unwrap_or(Path::new(".")), file.unwrap_or_default()))
}

impl Products {
    /// Lists the product files of a folder: each `*.md` file but its `README.md` is one.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let unreadable = |error| StoreError::folder(dir, error, HINT);
        let (mut files, mut strays, mut not_utf8) = (BTreeMap::new(), Vec::new(), Vec::new());
        for entry in fs_err::read_dir(dir).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let file = match entry.file_name().into_string() {
                Ok(file) => file,
                Err(file) => {
                    if file.as_encoded_bytes().ends_with(b".md") {
                        not_utf8.push(dir.join(file));
                    }
                    continue;
                }
            };
            if file.starts_with('.') || file.eq_ignore_ascii_case("README.md") {
                continue;
            }
            let is_yaml = || [".yaml", ".yml"].iter().any(|end| file.ends_with(end));
            if let Some(name) = file.strip_suffix(".md") {
                files.insert(name.to_owned(), file.clone());
            } else if is_yaml() || entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                strays.push(dir.join(file));
            }
        }
        strays.sort();
        not_utf8.sort();
        Ok(Self {
            dir: dir.to_owned(),
            files,
            strays,
            not_utf8,
        })
    }

    /// The subfolders and YAML files of the folder, of which nothing is read.
    pub fn strays(&self) -> impl Iterator<Item = String> {
        self.strays.iter().map(|path| path.display().to_string())
    }

    /// The product files that are not read because their names are not UTF-8.
    pub fn not_utf8(&self) -> impl Iterator<Item = String> {
        self.not_utf8.iter().map(|path| path.display().to_string())
    }

    /// The names of the products, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether there is a product of a name.
    pub fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// The names that are asked for by name or path, sorted and each once; all of them where
    /// none is.
    pub fn select(&self, wanted: &[String]) -> Result<Vec<String>, StoreError> {
        if wanted.is_empty() && self.files.is_empty() {
            return Err(self.none());
        }
        if wanted.is_empty() {
            return Ok(self.names().map(str::to_owned).collect());
        }
        let names = wanted.iter().map(|word| self.find(word));
        let mut names = names.collect::<Result<Vec<_>, _>>()?;
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The name of the product that a word names.
    pub fn find(&self, word: &str) -> Result<String, StoreError> {
        let path = folder_and_file(word);
        let dir = self.dir.display().to_string();
        if path.is_some_and(|(folder, _)| !self.is_at(folder)) {
            return Err(StoreError::Elsewhere {
                file: word.to_owned(),
                path: dir,
            });
        }
        let file = path.map(|(_, file)| file);
        let name = file.map_or(Some(word), |file| file.strip_suffix(".md"));
        if let Some(name) = name.filter(|name| self.has(name)) {
            return Ok(name.to_owned());
        }
        if self.files.is_empty() && path.is_none() {
            return Err(self.none());
        }
        let near = self.nearest(name.or(file).unwrap_or(word));
        Err(StoreError::Unknown {
            is_path: path.is_some(),
            name: file.unwrap_or(word).to_owned(),
            nearest: near.map(|near| match file {
                Some(_) => self.path(near).display().to_string(),
                None => near.to_owned(),
            }),
            path: dir,
        })
    }

    fn none(&self) -> StoreError {
        StoreError::NoProducts {
            path: self.dir.display().to_string(),
        }
    }

    /// The name most like one that is not there, or the only one that holds it. Names are in
    /// lower case.
    pub(super) fn nearest(&self, name: &str) -> Option<&str> {
        let name = name.to_lowercase();
        let mut longer = self.names().filter(|other| other.contains(&name));
        nearest(&name, self.names()).or_else(|| longer.next().filter(|_| longer.next().is_none()))
    }

    /// Whether a folder is this one.
    fn is_at(&self, folder: &Path) -> bool {
        let own = fs_err::canonicalize(&self.dir);
        fs_err::canonicalize(folder).is_ok_and(|folder| own.is_ok_and(|own| own == folder))
    }

    /// Reads the product of a name.
    pub fn read(&self, name: &str) -> Result<Product, ProductError> {
        self.product(name, self.file(name)?)
    }

    /// The bytes of the file of a product.
    pub fn file(&self, name: &str) -> Result<Vec<u8>, ProductError> {
        let file = read_product_file(&self.path(name));
        file.map_err(|error| self.error(name, &error.to_string()))
    }

    /// The product of a name, from the bytes of its file.
    pub fn product(&self, name: &str, file: Vec<u8>) -> Result<Product, ProductError> {
        Product::read(name, &self.path(name).display().to_string(), file)
    }

    /// Why the file of a product is not read at all.
    pub fn error(&self, name: &str, message: &str) -> ProductError {
        ProductError {
            path: self.path(name).display().to_string(),
            line: 1,
            message: message.to_owned(),
            hint: None,
        }
    }

    /// Replaces the file of a product, if it still is what was read. It is compared again just
    /// before the rename, as an edit may come while the new file is written. Returns how many
    /// other names (hard links) still hold the old file.
    pub fn write(&self, product: &Product, file: &[u8]) -> Result<u64, WriteError> {
        self.write_after(product, file, || ())
    }

    /// The same, with something done after the new file is written and before it is renamed.
    fn write_after(
        &self,
        product: &Product,
        file: &[u8],
        before_rename: impl FnOnce(),
    ) -> Result<u64, WriteError> {
        let path = self.path(&product.name);
        let failed = |source| WriteError::File {
            path: product.path.clone(),
            source,
        };
        let changed = || WriteError::Changed {
            path: product.path.clone(),
        };
        let now = read_product_file(&path).map_err(failed)?;
        if now == file {
            return Ok(0); // Another run came to the same.
        }
        if now != product.file {
            return Err(changed());
        }
        let names = files::names_of(&path);
        let (durability, audience) = (Durability::Synced, Audience::Everyone);
        let replaced = files::replace_if(&path, file, durability, audience, || {
            before_rename();
            let now = read_product_file(&path)?;
            Ok(now == product.file || now == file)
        });
        if replaced.map_err(failed)? {
            Ok(names.saturating_sub(1))
        } else {
            Err(changed())
        }
    }

    /// Removes what a run that was killed left behind.
    pub fn sweep(&self) {
        files::sweep(&self.dir);
    }

    /// The path of a file beside the folder; `None` where nothing is beside it.
    pub(super) fn beside(&self, file: &str) -> Option<PathBuf> {
        Some(fs_err::canonicalize(&self.dir).ok()?.parent()?.join(file))
    }

    /// A name for the folder that no other folder of this machine has.
    pub(super) fn key(&self) -> String {
        let path = fs_err::canonicalize(&self.dir).unwrap_or_else(|_| self.dir.clone());
        Digest::of(path.as_os_str().as_encoded_bytes()).to_string()
    }

    fn path(&self, name: &str) -> PathBuf {
        let file = self.files.get(name);
        self.dir
            .join(file.expect("names come from the folder's own list"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::error::EMPTY;

    /// Two folders of product files.
    fn site() -> (tempfile::TempDir, Products) {
        let site = tempfile::tempdir().unwrap();
        for file in [
            "products/amazon-elasticache-redis.md",
            "products/debian.md",
            "products/debian-lts.md",
            "products/kept.md.md",
            "other/debian.md",
        ] {
            let path = site.path().join(file);
            fs_err::create_dir_all(path.parent().unwrap()).unwrap();
            fs_err::write(path, "").unwrap();
        }
        let products = Products::open(&site.path().join("products")).unwrap();
        (site, products)
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    fn hint(products: &Products, word: &str) -> Option<String> {
        products.find(word).unwrap_err().hint()
    }

    #[test]
    fn yaml_and_subfolders_are_named_and_a_read_me_is_no_product() {
        let site = tempfile::tempdir().unwrap();
        let dir = site.path();
        let none = Products::open(dir).unwrap().select(&[]).unwrap_err();
        let said = format!("no product file (`*.md`) in {}", dir.display());
        assert_eq!(
            (none.to_string(), none.hint()),
            (said, Some(EMPTY.to_owned()))
        );
        for folder in ["presets", "old", ".git"] {
            fs_err::create_dir(dir.join(folder)).unwrap();
        }
        for file in [
            "a.md",
            "README.md",
            "b.yaml",
            "c.yml",
            ".d.yml",
            "e.txt",
            ".f.md",
        ] {
            fs_err::write(dir.join(file), "").unwrap();
        }
        let products = Products::open(dir).unwrap();
        assert_eq!(products.select(&[]).unwrap(), ["a"]);
        let strays = ["b.yaml", "c.yml", "old", "presets"];
        let strays = strays.map(|name| dir.join(name).display().to_string());
        assert!(products.strays().eq(strays));
    }

    #[test]
    fn an_edit_while_the_new_file_is_written_stays() {
        let (site, products) = site();
        let path = site.path().join("products/debian.md");
        fs_err::write(&path, "---\ntitle: a\n---\n").unwrap();
        let product = products.read("debian").unwrap();
        let edits: [(&str, &dyn Fn()); 3] = [
            ("by hand", &|| fs_err::write(&path, "by hand").unwrap()),
            ("other", &|| {
                fs_err::write(path.with_extension("new"), "other").unwrap();
                fs_err::rename(path.with_extension("new"), &path).unwrap();
            }),
            ("", &|| fs_err::remove_file(&path).unwrap()),
        ];
        for (kept, edit) in edits {
            fs_err::write(&path, &product.file).unwrap();
            let error = products.write_after(&product, b"new", edit).unwrap_err();
            match error {
                WriteError::Changed { .. } => {
                    assert_eq!(fs_err::read_to_string(&path).unwrap(), kept);
                }
                _ => assert!(kept.is_empty() && !path.exists(), "{error}"),
            }
        }
        fs_err::write(&path, &product.file).unwrap();
        assert_eq!(products.write(&product, b"new").unwrap(), 0);
        let files = fs_err::read_dir(site.path().join("products")).unwrap();
        assert_eq!(files.count(), 4, "a temporary file stayed");
    }

    #[cfg(unix)]
    #[test]
    fn another_name_of_a_product_file_keeps_the_old_one_and_is_counted() {
        let (site, products) = site();
        let path = site.path().join("products/debian.md");
        fs_err::write(&path, "---\ntitle: a\n---\n").unwrap();
        let copy = site.path().join("copy");
        fs_err::hard_link(&path, &copy).unwrap();
        let product = products.read("debian").unwrap();
        assert_eq!(products.write(&product, b"new").unwrap(), 1);
        assert_eq!(fs_err::read(&copy).unwrap(), product.file);
        assert_eq!(fs_err::read(&path).unwrap(), b"new");
    }

    #[test]
    fn products_are_named_by_name_and_by_path_each_once_and_sorted() {
        let (site, products) = site();
        let path = |path: &str| site.path().join(path).to_str().unwrap().to_owned();
        let wanted = [
            words(&["debian-lts", "debian"]),
            vec![
                path("products/debian.md"),
                path("other/../products/./amazon-elasticache-redis.md"),
                path("products/kept.md.md"),
            ],
        ];
        assert_eq!(
            products.select(&wanted.concat()).unwrap(),
            [
                "amazon-elasticache-redis",
                "debian",
                "debian-lts",
                "kept.md"
            ]
        );
        assert_eq!(products.select(&[]).unwrap().len(), 4);
    }

    #[test]
    fn a_near_miss_or_the_only_name_that_holds_the_word_is_the_hint() {
        let (_site, products) = site();
        let of = |name: &str| Some(format!("did you mean `{name}`?"));
        assert_eq!(hint(&products, "debain"), of("debian"));
        assert_eq!(hint(&products, "DEBIAN"), of("debian"));
        assert_eq!(hint(&products, "redis"), of("amazon-elasticache-redis"));
        assert_eq!(hint(&products, "e"), None);
        assert_eq!(hint(&products, "zookeeper"), None);
    }

    #[test]
    fn a_path_of_no_file_is_told_with_the_path_of_the_nearest() {
        let (site, products) = site();
        let folder = site.path().join("products");
        let path = |file: &str| folder.join(file).to_str().unwrap().to_owned();
        for file in ["debain.md", "debian", "Debian.md"] {
            let error = products.find(&path(file)).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("no product file `{file}` in {}", folder.display())
            );
            let near = format!("did you mean `{}`?", path("debian.md"));
            assert_eq!(error.hint(), Some(near));
        }
        let hint = hint(&products, &path("zookeeper.md")).unwrap();
        assert!(hint.starts_with("give the name of a product"), "{hint}");
    }

    #[test]
    fn a_path_of_another_folder_is_refused_and_both_folders_named() {
        let (site, products) = site();
        let folder = site.path().join("products");
        for file in ["other/debian.md", "debian.md", "none/debian.md"] {
            let path = site.path().join(file).to_str().unwrap().to_owned();
            let error = products.find(&path).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("{path} is not in the folder {}", folder.display())
            );
        }
    }

    #[test]
    fn the_folder_is_the_one_given_or_that_of_the_first_path_or_the_usual() {
        let dir = |given: Option<&str>, wanted: &[&str]| {
            products_dir(given.map(Path::new), &words(wanted))
        };
        assert_eq!(dir(None, &[]), Path::new("products"));
        assert_eq!(
            dir(None, &["debian", "..", "a\u{202e}b"]),
            Path::new("products")
        );
        assert_eq!(
            dir(None, &["debian", "a/b/c.md", "d/e.md"]),
            Path::new("a/b")
        );
        assert_eq!(dir(None, &["debian.md"]), Path::new("."));
        assert_eq!(dir(None, &["/debian.md"]), Path::new("/"));
        assert_eq!(dir(Some("x"), &["a/b.md"]), Path::new("x"));
    }
}
