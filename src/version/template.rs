//! Templates: Liquid over the named groups of a match, cut down to what no file can misuse.
//!
//! There is output, `if`, `unless`, `case`, `raw`, and filters that do not repeat. There is no
//! loop and no assignment; and no comment, because the parser panics where one holds a block that
//! does not end.
//!
//! # Why filters are counted
//! `replace` can make a text as many times longer as it has characters, and filters stand
//! in chains. So a template has at most [`FILTERS`] of them, and whatever goes into one or
//! comes out is cut after [`LENGTH`] characters.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use liquid_core::parser::{Filter, FilterArguments, FilterReflection, ParseFilter};
use liquid_core::{Runtime, Value, ValueView};
use serde::de::{Deserialize, Deserializer, Error as _};

use super::error::VersionError;
use super::pattern::Groups;

/// The longest template that is accepted, in bytes.
const TEMPLATE_LENGTH: usize = 2_000;

/// How many filters a template may have; a `|` counts wherever it stands.
const FILTERS: usize = 4;

/// The longest text that a template takes from a group, or makes, in characters.
const LENGTH: usize = 20_000;

/// A Liquid template over the named groups of a match.
#[derive(Clone)]
pub struct Template {
    source: String,
    kind: Kind,
    words: BTreeSet<String>,
}

#[derive(Clone)]
enum Kind {
    /// `{{name}}` and nothing else: by far the most common.
    Group(String),
    Liquid(std::sync::Arc<liquid::Template>),
}

impl Template {
    /// Compiles a template.
    pub fn new(source: &str) -> Result<Self, VersionError> {
        static PARSER: LazyLock<liquid::Parser> =
            LazyLock::new(|| parser().expect("the tags and filters are valid"));
        static WORD: LazyLock<regex::Regex> =
            LazyLock::new(|| regex::Regex::new(r"[A-Za-z_][\w-]*").expect("a valid pattern"));
        static GROUP: LazyLock<regex::Regex> = LazyLock::new(|| {
            regex::Regex::new(r"\A\{\{\s*([A-Za-z_]\w*)\s*\}\}\z").expect("a valid pattern")
        });
        let refuse = |reason: String| VersionError::Template {
            template: source.to_owned(),
            reason,
        };
        if source.len() > TEMPLATE_LENGTH {
            return Err(refuse(format!("longer than {TEMPLATE_LENGTH} bytes")));
        }
        if source.matches('|').count() > FILTERS {
            return Err(refuse(format!("more than {FILTERS} filters")));
        }
        let words = WORD
            .find_iter(source)
            .map(|word| word.as_str().to_owned())
            .collect();
        let kind = if let Some(group) = GROUP.captures(source) {
            Kind::Group(group[1].to_owned())
        } else {
            let parsed = PARSER
                .parse(source)
                .map_err(|error| refuse(one_line(&error.to_string())))?;
            Kind::Liquid(std::sync::Arc::new(parsed))
        };
        Ok(Self {
            source: source.to_owned(),
            kind,
            words,
        })
    }

    /// The template as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text that the template makes of the groups; a group that is absent renders as nothing.
    pub fn render(&self, groups: &Groups) -> String {
        let find = |name: &str| {
            groups
                .iter()
                .find(|(group, value)| group == name && value.is_some())
                .and_then(|(_, value)| value.clone())
                .map(cut)
        };
        match &self.kind {
            Kind::Group(name) => find(name).unwrap_or_default(),
            Kind::Liquid(template) => {
                let globals: liquid::Object = self
                    .words
                    .iter()
                    .map(|word| {
                        let value = find(word).map_or(Value::Nil, Value::scalar);
                        (liquid::model::KString::from_ref(word), value)
                    })
                    .collect();
                cut(template.render(&globals).unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({:?})", self.source)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The text, or its beginning where it is longer than a template makes.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LENGTH) {
        text.truncate(end);
    }
    text
}

/// A filter whose text is cut, so that the next in the chain has no more to repeat.
#[derive(Clone)]
struct Bounded<P>(P);

#[derive(Debug)]
struct BoundedFilter(Box<dyn Filter>);

impl<P: ParseFilter + Clone + 'static> ParseFilter for Bounded<P> {
    fn parse(&self, arguments: FilterArguments<'_>) -> liquid_core::Result<Box<dyn Filter>> {
        Ok(Box::new(BoundedFilter(self.0.parse(arguments)?)))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self.0.reflection()
    }
}

impl Filter for BoundedFilter {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> liquid_core::Result<Value> {
        let value = self.0.evaluate(input, runtime)?;
        Ok(match value {
            Value::Scalar(text) if text.to_kstr().len() > LENGTH => {
                Value::scalar(cut(text.into_string().into_string()))
            }
            value => value,
        })
    }
}

impl fmt::Display for BoundedFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn one_line(message: &str) -> String {
    crate::text::collapse(message)
        .trim_start_matches("liquid: ")
        .to_owned()
}

fn parser() -> Result<liquid::Parser, liquid::Error> {
    use liquid_lib::stdlib;
    liquid::ParserBuilder::new()
        .block(stdlib::IfBlock)
        .block(stdlib::UnlessBlock)
        .block(stdlib::CaseBlock)
        .block(stdlib::RawBlock)
        .filter(Bounded(stdlib::Replace))
        .filter(Bounded(stdlib::ReplaceFirst))
        .filter(Bounded(stdlib::Remove))
        .filter(Bounded(stdlib::RemoveFirst))
        .filter(Bounded(stdlib::Strip))
        .filter(Bounded(stdlib::Upcase))
        .filter(Bounded(stdlib::Downcase))
        .filter(Bounded(stdlib::Capitalize))
        .filter(Bounded(stdlib::Plus))
        .filter(Bounded(stdlib::Minus))
        .filter(Bounded(stdlib::Default))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_group_is_true_and_an_absent_one_is_not() {
        let template = Template::new("{%if a%}yes{% else %}no{%endif%}{{ nowhere }}").unwrap();
        assert_eq!(
            template.render(&vec![("a".into(), Some(String::new()))]),
            "yes"
        );
        assert_eq!(template.render(&vec![("a".into(), None)]), "no");
        assert_eq!(template.render(&Vec::new()), "no");
    }

    #[test]
    fn a_template_may_replace_and_break_lines() {
        let template =
            Template::new("{{ v | replace: ' ', '.' }}{% if w %}\n{{w}}{% endif %}").unwrap();
        let groups = vec![
            ("v".to_owned(), Some("8 1".to_owned())),
            ("w".to_owned(), Some("x".to_owned())),
        ];
        assert_eq!(template.render(&groups), "8.1\nx");
    }

    #[test]
    fn a_template_that_loops_is_refused() {
        for source in [
            "{% for i in (1..9) %}x{% endfor %}",
            "{% assign a = 'b' %}",
            "{{ v | append: v }}",
            "{% comment %}x{% endcomment %}",
            "{% comment %}{% raw %}",
            "{% raw %}",
            "{% if a %}",
            "{% if %}",
            "{{ v",
        ] {
            assert!(
                matches!(Template::new(source), Err(VersionError::Template { .. })),
                "{source}"
            );
        }
    }
    #[test]
    fn a_template_of_many_filters_is_refused() {
        let chain = |filters| format!("{{{{ v {}}}}}", "| upcase ".repeat(filters));
        assert!(Template::new(&chain(FILTERS)).is_ok());
        assert_eq!(
            Template::new(&chain(FILTERS + 1)).unwrap_err().to_string(),
            format!("bad template `{}`: more than 4 filters", chain(FILTERS + 1))
        );
    }

    #[test]
    fn what_a_template_makes_is_cut() {
        let groups = |text: String| vec![("v".to_owned(), Some(text))];
        let long = "é".repeat(LENGTH + 1);
        for source in [
            "{{v}}",
            "{{ v | upcase }}",
            "{{v}}{{v}}{% if v %}{{v}}{% endif %}",
        ] {
            let made = Template::new(source).unwrap().render(&groups(long.clone()));
            assert_eq!(made.chars().count(), LENGTH, "{source}");
        }
        // Were it not cut between filters, this would be 400⁴ characters.
        let many = format!("| replace: 'x', '{}'", "x".repeat(400)).repeat(FILTERS);
        let made = Template::new(&format!("{{{{ v {many} }}}}")).unwrap();
        assert_eq!(made.render(&groups("x".into())), "x".repeat(LENGTH));
    }
}
