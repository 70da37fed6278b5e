//! The file of what people decided: `shelflife.toml`, beside the products folder.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::error::StoreError;
use super::file::{if_there, read_named, read_text};
use super::products::Products;
use crate::date::Date;
use crate::plan::{FILE, Pin, Settings, SettingsError};
use crate::product::{ReleaseCycle, SITE_FIELDS};
use crate::text::{Excerpt, nearest};

/// What is not there, and what is most like it.
pub type AboutNothing = (String, Option<String>);

/// That there is no product of a name.
pub fn unknown_product(products: &Products, name: &str) -> Option<AboutNothing> {
    let near = || products.nearest(name).map(str::to_owned);
    (!products.has(name)).then(|| (format!("no product `{}`", Excerpt(name)), near()))
}

/// Of how many names the nearest is looked for.
const MOST_NEAR: usize = 1_000;

/// The names of the release cycles and the fields of a product.
type Names = [BTreeSet<String>; 2];

/// What pins may name: each product is read once, however many pins it has.
pub struct PinNames<'a> {
    products: &'a Products,
    known: HashMap<String, Option<Names>>,
}

impl<'a> PinNames<'a> {
    pub fn new(products: &'a Products) -> Self {
        let known = HashMap::new();
        Self { products, known }
    }

    /// What a pin names that is not there: the product, its release cycle, or the field.
    pub fn about_nothing(&mut self, pin: &Pin) -> Option<AboutNothing> {
        if let Some(wrong) = unknown_product(self.products, &pin.product) {
            return Some(wrong);
        }
        let known = self.known.entry(pin.product.clone()).or_insert_with(|| {
            let product = self.products.read(&pin.product).ok()?;
            let cycles = product.cycles();
            let cycles = cycles.map(|cycle| ReleaseCycle::name(&cycle).to_owned());
            let fields = SITE_FIELDS.into_iter().chain(product.custom_fields());
            Some([cycles.collect(), fields.map(str::to_owned).collect()])
        });
        let [cycles, fields] = known.as_ref()?; // it is said of the product itself
        let sought = [
            ("release cycle", &pin.cycle, cycles),
            ("field", &pin.field, fields),
        ];
        sought.into_iter().find_map(|(what, name, known)| {
            let (shown, product) = (Excerpt(name), Excerpt(&pin.product));
            let names = known.iter().map(String::as_str).take(MOST_NEAR);
            let near = || nearest(name, names).map(str::to_owned);
            let is_known = known.contains(&**name);
            (!is_known).then(|| (format!("no {what} `{shown}` in {product}"), near()))
        })
    }
}

/// What people decided, and the file that says so, if there is one.
#[derive(Debug, Clone, Default)]
pub struct SettingsFile {
    /// What people decided; the defaults where there is no file.
    pub settings: Settings,
    pub path: Option<PathBuf>,
}

impl SettingsFile {
    /// The file as it is shown.
    pub fn shown(&self) -> String {
        let path = self.path.as_ref();
        path.map_or_else(|| FILE.to_owned(), |path| path.display().to_string())
    }

    /// Reads the file that is named, which must be there, or the one beside the products
    /// folder, which need not. A named file that states no decision leaves those to the other.
    pub fn read(named: Option<&Path>, products: &Products) -> Result<Self, StoreError> {
        let Some(path) = named else {
            return Self::found(products);
        };
        let own = Self::named(path)?;
        let is_same = || {
            let found = products.beside(FILE);
            fs_err::canonicalize(path).is_ok_and(|path| found.is_some_and(|found| found == path))
        };
        if own.settings.has_decisions() || own.settings.named.is_empty() || is_same() {
            return Ok(own);
        }
        let mut file = Self::found(products)?;
        file.settings.named = own.settings.named;
        file.path = file.path.or(own.path);
        Ok(file)
    }

    /// Reads a file that the user names.
    pub fn named(path: &Path) -> Result<Self, StoreError> {
        Self::of(path, &read_named(path)?, Ok)
    }

    /// Reads the file beside the products folder, in which what could harm is an error.
    fn found(products: &Products) -> Result<Self, StoreError> {
        let Some(path) = products.beside(FILE) else {
            return Ok(Self::default());
        };
        let Some(text) = if_there(read_text(&path))? else {
            return Ok(Self::default());
        };
        Self::of(&path, &text, Settings::found)
    }

    fn of(
        path: &Path,
        text: &str,
        check: impl Fn(Settings) -> Result<Settings, SettingsError>,
    ) -> Result<Self, StoreError> {
        let settings = Settings::read(text).and_then(check);
        let settings = settings.map_err(|error| StoreError::Settings {
            path: path.display().to_string(),
            error,
        })?;
        Ok(Self {
            settings,
            path: Some(path.to_owned()),
        })
    }

    /// Refuses an exception that holds and is about nothing.
    pub fn check(&self, products: &Products, today: Date) -> Result<(), StoreError> {
        let off = self.settings.suppressions.iter();
        let off = off.map(|off| (off.line, off.until, unknown_product(products, &off.product)));
        let mut names = PinNames::new(products);
        let pins = self.settings.all_pins().iter();
        let pins = pins.map(|pin| (pin.line, pin.until, names.about_nothing(pin)));
        let ignored = self.settings.ignored.iter();
        let ignored = ignored.map(|one| (one.line, today, unknown_product(products, &one.product)));
        for (line, until, wrong) in off.chain(pins).chain(ignored) {
            if let Some((message, near)) = wrong.filter(|_| today <= until) {
                let near = near.map(|near| format!("; did you mean `{near}`?"));
                let message = message + &near.unwrap_or_default();
                return Err(StoreError::Settings {
                    path: self.shown(),
                    error: SettingsError { line, message },
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_of_many_pins_is_read_once() {
        let site = tempfile::tempdir().unwrap();
        fs_err::create_dir(site.path().join("products")).unwrap();
        let path = site.path().join("products/a.md");
        fs_err::write(&path, "---\nreleases:\n  - releaseCycle: \"1\"\n---\n").unwrap();
        let products = Products::open(&site.path().join("products")).unwrap();
        let pin = |cycle: &str| {
            let pin = format!(
                "[[pin]]\nproduct = \"a\"\ncycle = \"{cycle}\"\nfield = \"eol\"\nwhy = \"w\"\nuntil = 2026-01-31\n"
            );
            Settings::read(&pin).unwrap().all_pins()[0].clone()
        };
        let mut names = PinNames::new(&products);
        assert_eq!(names.about_nothing(&pin("1")), None);
        fs_err::remove_file(path).unwrap();
        assert_eq!(names.about_nothing(&pin("1")), None);
        let (wrong, _) = names.about_nothing(&pin("2")).unwrap();
        assert_eq!(wrong, "no release cycle `2` in a");
    }

    #[test]
    fn an_exception_that_holds_and_is_about_nothing_is_an_error() {
        let site = tempfile::tempdir().unwrap();
        let file = "---\ncustomFields:\n  - name: jdk\nreleases:\n  - releaseCycle: \"11\"\n    eol: false\n---\n";
        fs_err::create_dir(site.path().join("products")).unwrap();
        fs_err::write(site.path().join("products/debian.md"), file).unwrap();
        let products = Products::open(&site.path().join("products")).unwrap();
        let day = |day| Date::from_ymd_opt(2026, 1, day).unwrap();
        let wrong = |text: String, today| {
            fs_err::write(site.path().join(FILE), text).unwrap();
            let read = SettingsFile::read(None, &products).unwrap();
            let error = read.check(&products, today).err();
            error.map(|error| error.to_string().split_once(": ").unwrap().1.to_owned())
        };
        let pin = |product: &str, cycle: &str, field: &str| {
            format!(
                "[[pin]]\nproduct = \"{product}\"\ncycle = \"{cycle}\"\nfield = \"{field}\"\nwhy = \"w\"\nuntil = 2026-01-31\n"
            )
        };
        let off = |product: &str| {
            format!(
                "[[guard.off]]\nproduct = \"{product}\"\nrule = \"back\"\nreason = \"r\"\nuntil = 2026-01-31\n"
            )
        };
        for (text, said) in [
            (
                pin("debain", "11", "eol"),
                "no product `debain`; did you mean `debian`?",
            ),
            (
                pin("debian", "111", "eol"),
                "no release cycle `111` in debian; did you mean `11`?",
            ),
            (pin("debian", "9", "eol"), "no release cycle `9` in debian"),
            (
                pin("debian", "11", "eos"),
                "no field `eos` in debian; did you mean `eoas`?",
            ),
            (off("zookeeper"), "no product `zookeeper`"),
        ] {
            let said = Some(format!("line 1: {said}"));
            assert_eq!(wrong(text.clone(), day(31)), said);
            assert_eq!(wrong(text.replace("01-31", "01-30"), day(31)), None);
        }
        for text in [
            pin("debian", "11", "eoas"),
            pin("debian", "11", "jdk"),
            off("debian"),
        ] {
            assert_eq!(wrong(text, day(31)), None);
        }
    }
}
