//! All methods by name: those in Rust, the presets of the program, and the user's own.
//!
//! A preset is a method without code: one YAML file with entries of the generic
//! methods ([`Preset`] explains how). The program's own lie beside this file and are part of it;
//! a user's lie in `presets/` beside the folder of products. Nothing is looked up on a disk
//! here: the caller reads that folder and passes its files.
//!
//! # What it refuses
//! A preset that has the name of another method, and one that asks for what an entry of a
//! product file may not. It fails the products that use it, and no others.

mod placeholders;
mod preset;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use preset::{Parameter, Preset, PresetError};

use crate::methods::{Description, Entry, METHODS, Step};
use crate::product::AutoConfig;
use crate::product::front_matter::ConfigError;

/// The program's own presets, each with its text.
macro_rules! presets {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!($name, ".yaml")))),*]
    };
}

/// The program's own presets: name and text, by name.
const FILES: &[(&str, &str)] = presets![
    "amazon-neptune",
    "apache-subversion",
    "atlassian_eol",
    "atlassian_versions",
    "cgit",
    "citrix-vad-rss",
    "coldfusion",
    "discourse",
    "freebsd-releases",
    "ibm-aix",
    "lua",
    "netbsd",
    "pan-os",
    "plesk",
    "rds",
    "rhel",
    "rocky-linux",
    "routeros-versions",
    "rtpengine-releases",
    "silverstripe",
    "typo3",
    "virtualbox-releases",
    "virtualbox-versions",
    "visual-studio",
];

static OWN: LazyLock<Vec<Loaded>> = LazyLock::new(|| {
    let read = |&(name, text): &(&str, &str)| {
        let path = format!("src/presets/{name}.yaml");
        (name.to_owned(), Preset::read(name, &path, text))
    };
    FILES.iter().map(read).collect()
});

/// A preset by its name; or what is wrong with it.
type Loaded = (String, Result<Preset, PresetError>);

/// All methods by name.
#[derive(Debug, Default)]
pub struct Registry {
    /// The user's presets.
    presets: Vec<Loaded>,
}

/// A method, in Rust or as config.
#[derive(Clone, Copy)]
pub enum Method<'a> {
    /// One that needs code.
    Rust(&'static Entry),
    /// One that is config.
    Preset(&'a Preset),
}

/// A file of a user's folder of presets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresetFile {
    /// Its name without `.yaml`, which is the method's.
    pub name: String,
    /// Its path as people are shown it.
    pub path: String,
    /// What it holds, or why it cannot be read.
    pub text: Result<String, String>,
}

impl Registry {
    /// The program's methods and a user's presets.
    pub fn new(files: Vec<PresetFile>) -> Self {
        let read = |PresetFile { name, path, text }: PresetFile| {
            let wrong = |message| PresetError::new(&name, &path, ConfigError::new(1, message));
            let preset = match text {
                _ if Self::default().find(&name).is_some() => Err(wrong(format!(
                    "`{name}` is a method of shelflife; rename the preset"
                ))),
                Ok(text) => Preset::of_user(&name, &path, &text),
                Err(error) => Err(wrong(error)),
            };
            (name, preset)
        };
        Self {
            presets: files.into_iter().map(read).collect(),
        }
    }

    fn presets(&self) -> impl Iterator<Item = &Loaded> {
        OWN.iter().chain(&self.presets)
    }

    /// All methods, by name; presets that cannot be used are not among them.
    pub fn methods(&self) -> Vec<Method<'_>> {
        let presets = self
            .presets()
            .filter_map(|(_, preset)| preset.as_ref().ok());
        let mut methods: Vec<Method<'_>> = METHODS.iter().map(Method::Rust).collect();
        methods.extend(presets.map(Method::Preset));
        methods.sort_by_key(|method| method.name().to_owned());
        methods
    }

    /// The method of a name; of a preset that cannot be used, why.
    pub fn find(&self, name: &str) -> Option<Result<Method<'_>, &PresetError>> {
        if let Some(entry) = METHODS.iter().find(|entry| entry.name == name) {
            return Some(Ok(Method::Rust(entry)));
        }
        let (_, preset) = self.presets().find(|(known, _)| known == name)?;
        Some(preset.as_ref().map(Method::Preset))
    }

    /// What is wrong with presets.
    pub fn errors(&self) -> impl Iterator<Item = &PresetError> {
        self.presets()
            .filter_map(|(_, preset)| preset.as_ref().err())
    }

    /// Understands an entry of `auto.methods`, without asking anything of the world.
    pub fn step(&self, entry: AutoConfig) -> Result<Step, ConfigError> {
        let mut step = Step::new(&entry);
        step.parts = match self.find(&entry.method) {
            Some(Ok(Method::Rust(method))) => vec![method.part(entry)?],
            Some(Ok(Method::Preset(preset))) => preset.parts(&entry)?,
            Some(Err(error)) => return Err(error.in_entry(entry.line)),
            None => {
                let (line, methods) = (entry.line, self.methods());
                let known = methods.iter().map(Method::name);
                return Err(ConfigError::unknown(line, "method", &entry.method, known));
            }
        };
        Ok(step)
    }
}

impl<'a> Method<'a> {
    /// The key under `auto.methods` that selects it.
    pub fn name(&self) -> &'a str {
        match self {
            Self::Rust(entry) => entry.name,
            Self::Preset(preset) => &preset.name,
        }
    }

    /// Its description.
    pub fn description(&self) -> Description<'a> {
        match self {
            Self::Rust(entry) => entry.description(),
            Self::Preset(preset) => preset.description(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::Part;
    use crate::product::Product;

    #[test]
    fn each_method_is_described_in_one_sentence_and_shows_an_entry() {
        for method in Registry::default().methods() {
            let (name, description) = (method.name(), method.description());
            let about = description.about();
            let sentence = about.strip_suffix('.').unwrap_or_default();
            assert!(
                sentence.len() > 20 && !sentence.contains(". "),
                "{name}: {about}"
            );
            let asked = format!("- {name}: ");
            let mut lines = description.lines.iter();
            assert!(lines.any(|line| line.starts_with(&asked)), "{name}");
        }
    }

    #[test]
    fn each_preset_of_the_program_is_understood() {
        for (name, text) in FILES {
            let preset = Preset::read(name, name, text).unwrap();
            preset.tried().unwrap_or_else(|error| panic!("{error}"));
        }
    }

    fn registry(preset: &str) -> Registry {
        Registry::new(vec![PresetFile {
            name: "foo".into(),
            path: "presets/foo.yaml".into(),
            text: Ok(preset.into()),
        }])
    }

    /// What an entry of the preset `foo` is understood as, or the line and words of the error.
    fn step(preset: &str, entry: &str) -> Result<Step, (usize, String)> {
        let file = format!("---\nauto:\n  methods:\n    - {entry}\n---\n");
        let product = Product::read("p", "p.md", file.into_bytes()).unwrap();
        let entry = product.auto().unwrap().unwrap().config(1).unwrap();
        let step = entry.and_then(|entry| registry(preset).step(entry));
        step.map_err(|error| (error.line, error.to_string()))
    }

    const PRESET: &str = "\
# Versions of Foo from its release notes.
parameters:
  column: { description: The header of the column of dates. }
  name: { description: The header of the column of names., default: Version }
methods:
  - version_table: ${argument}/notes
    name_column: ${name}
    date_column: ${column}
    regex: ${regex}
  - text_versions: ${argument}
    selector: '(?P<v>\\S+) (?P<d>\\S+)'
    name: { selector: v, regex: '${regex}', template: '${template}' }
    date: d
";

    #[test]
    fn a_preset_is_one_step_of_several_parts() {
        let step = step(PRESET, "foo: https://a.test\n      column: Day").unwrap();
        assert_eq!((&*step.method, step.parts.len()), ("foo", 2));
        let arguments: Vec<&str> = step.parts.iter().map(Part::argument).collect();
        assert_eq!(arguments, ["https://a.test/notes", "https://a.test"]);
    }

    #[test]
    fn what_is_filled_in_stays_one_scalar() {
        let argument = r#"foo: "https://a.test/\n# '\"': {${column}}"#;
        let step = step(PRESET, &format!("{argument}\"\n      column: 'a: b'")).unwrap();
        assert_eq!(
            step.parts[1].argument(),
            "https://a.test/\n# '\"': {${column}}"
        );
        assert_eq!(
            step.parts[0].argument(),
            "https://a.test/\n# '\"': {${column}}/notes"
        );
    }

    #[test]
    fn an_entry_that_a_preset_does_not_understand_is_an_error_with_its_line() {
        let error = |entry: &str| step(PRESET, entry).err().unwrap();
        let lacks = "`foo` lacks `column`: The header of the column of dates.";
        assert_eq!(error("foo: https://a.test"), (4, lacks.into()));
        assert_eq!(
            error("foo: https://a.test\n      colum: Day"),
            (5, "unknown key `colum`; did you mean `column`?".into())
        );
        assert_eq!(
            error("foo: https://a.test\n      column: Day\n      regex: '('").0,
            6
        );
        assert_eq!(error("foo: https://a.test\n      column: [Day]").0, 5);
        let unused = "foo: https://a.test\n      column: Day\n      regex_exclude: a";
        let message = "`foo` does not use `regex_exclude`; remove it";
        assert_eq!(error(unused), (6, message.into()));
        let nothing = "foo: https://a.test\n      column: Day\n      regex: ";
        assert!(step(PRESET, nothing).is_ok());
    }

    #[test]
    fn a_parameter_may_be_a_selector_of_which_nothing_is_known() {
        let preset = PRESET.replace("'(?P<v>\\S+) (?P<d>\\S+)'", "'${column}'");
        assert!(registry(&preset).errors().next().is_none());
        let entry = "foo: https://a.test\n      column: Day";
        let error = step(&preset, entry).err().unwrap();
        assert_eq!(error, (4, "`selector` has no group `v`".into()));
    }

    /// The line and the words of what is wrong with a preset.
    fn wrong(find: &str, instead: &str) -> (usize, String) {
        assert!(PRESET.contains(find), "{find}");
        let registry = registry(&PRESET.replacen(find, instead, 1));
        let error = registry.errors().next().expect("it is refused");
        (error.error.line, error.error.to_string())
    }

    #[test]
    fn a_preset_that_asks_for_what_it_may_not_is_refused_with_its_line() {
        let git = "`git` cannot be in a preset; only the methods for any page can";
        assert_eq!(wrong("version_table: ", "git: "), (6, git.into()));
        assert_eq!(wrong("version_table: ", "declare: ").0, 6);
        let unknown = |find, instead| {
            let (line, words) = wrong(find, instead);
            (line, words.split(" `").next().unwrap().to_owned())
        };
        let error = |line, words: &str| (line, words.to_owned());
        assert_eq!(
            unknown("version_table: ", "foo: "),
            error(6, "unknown method")
        );
        assert_eq!(
            unknown("${argument}/notes", "${GITHUB_TOKEN}"),
            error(6, "unknown placeholder")
        );
        assert_eq!(
            unknown("name_column", "name_colum"),
            error(7, "unknown key")
        );
        assert_eq!(unknown("parameters", "parameter"), error(2, "unknown key"));
        assert_eq!(wrong("${argument}/notes", "${argument").0, 6);
        assert_eq!(wrong("default: Version", "default: '${column}'").0, 4);
        assert_eq!(wrong("  name: {", "  argument: {").0, 4);
        assert_eq!(
            wrong("# Versions of Foo from its release notes.\n", "").0,
            1
        );
        assert_eq!(wrong("regex: ${regex}", "regex: '^${name}$'").0, 9);
        assert_eq!(wrong("regex: ${regex}", "disabled: true").0, 6);
        assert_eq!(wrong("'(?P<v>", "'(?P<v").0, 11);
        assert_eq!(wrong("  - version_table", "  version_table").0, 7);
    }

    #[test]
    fn what_a_preset_fills_in_is_bounded() {
        let head = "# A b.\nparameters:\n  c: { description: d }\nmethods:\n";
        let filled = |entries: &str, value: &str| {
            let entry = format!("foo: https://a.test\n      c: {value}");
            step(&format!("{head}{entries}"), &entry).map(|step| step.parts.len())
        };
        // 64 kB of placeholders and a value of 1 MB would be 8 GB.
        let table = |text: &str| {
            format!(
                "  - release_table: ${{argument}}\n    fields: {{ releaseCycle: v, eol: '{text}' }}\n"
            )
        };
        let many = "${c}".repeat(8_000);
        assert_eq!(filled(&table(&many), "E"), Ok(1));
        let refused = (4, "more than 64 KiB are filled in".to_owned());
        assert_eq!(
            filled(&table(&many), &"E".repeat(1_000_000)),
            Err(refused.clone())
        );
        assert_eq!(filled(&table("${c}").repeat(100), "E"), Ok(100));
        assert_eq!(
            filled(&table("${c}").repeat(100), &"E".repeat(1_000)),
            Err(refused.clone())
        );

        let of_texts = "  - version_table: ${argument}\n    name_column: v\n    date_column: d\n    regex: '${regex}'\n";
        let patterns = |entries: usize, patterns: usize| {
            let regex = format!(
                "x\n      regex: [{}]",
                vec!["'^(?P<major>1)'"; patterns].join(", ")
            );
            filled(&of_texts.repeat(entries), &regex)
        };
        assert_eq!(patterns(4, 5), Ok(4));
        let refused = "more than 20 patterns and templates".to_owned();
        assert_eq!(patterns(5, 5), Err((4, refused.clone())));
        let own = of_texts.replace("'${regex}'", "'^(?P<major>1)'").repeat(21);
        let error = registry(&format!("{head}{own}")).errors().next().cloned();
        assert!(error.unwrap().to_string().ends_with(&refused));
    }

    #[test]
    fn a_preset_has_a_name_of_its_own() {
        for name in ["npm", "Foo", "a b", "", "../foo", "regex"] {
            let file = PresetFile {
                name: name.into(),
                path: "presets/x.yaml".into(),
                text: Ok(PRESET.into()),
            };
            assert_eq!(Registry::new(vec![file]).errors().count(), 1, "{name}");
        }
    }

    #[test]
    fn a_broken_preset_fails_those_who_use_it_and_says_where() {
        let broken = "# A b.\nmethods: []";
        let error = step(broken, "foo: https://a.test").err().unwrap();
        assert_eq!(
            error,
            (
                4,
                "this preset cannot be used: presets/foo.yaml:2: `methods` is not a list of entries"
                    .into()
            )
        );
        assert!(step(broken, "npm: angular").is_ok());
    }
}
