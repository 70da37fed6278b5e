//! Templates: Liquid over the named groups of a match, cut down to what no file can misuse.
//!
//! There is output with filters that do not repeat, `if`, `unless`, `case`, `comment` and `raw`.
//! There is no loop, no assignment and no other file.
//!
//! # Why filters are counted
//! `replace` can make a text as many times longer as it has characters, and filters are
//! chained. So a template has at most [`FILTER_COUNT`] of them, and whatever goes into one or
//! comes out is cut after [`LENGTH`](value::LENGTH) characters.

mod node;
mod parse;
mod value;

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error as _};

use self::node::{Node, render};
use self::parse::parse;
use self::value::cut;
use super::error::VersionError;
use super::pattern::Groups;

/// The longest template that is accepted, in bytes; it also bounds how deep blocks nest.
const TEMPLATE_LENGTH: usize = 2_000;

/// How many filters a template may have; a `|` counts anywhere.
const FILTER_COUNT: usize = 4;

/// A Liquid template over the named groups of a match.
#[derive(Clone)]
pub struct Template {
    source: String,
    nodes: Arc<[Node]>,
}

impl Template {
    pub fn new(source: &str) -> Result<Self, VersionError> {
        let nodes = if source.len() > TEMPLATE_LENGTH {
            Err(format!("longer than {TEMPLATE_LENGTH} bytes"))
        } else if source.matches('|').count() > FILTER_COUNT {
            Err(format!("more than {FILTER_COUNT} filters"))
        } else {
            parse(source)
        };
        match nodes {
            Ok(nodes) => Ok(Self {
                source: source.to_owned(),
                nodes: nodes.into(),
            }),
            Err(reason) => Err(VersionError::Template {
                template: source.to_owned(),
                reason,
            }),
        }
    }

    /// The template as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The groups without which a part of the text, whatever it is, is missing.
    pub(super) fn needed_groups(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().filter_map(Node::needed_group)
    }

    /// The text that the template makes of the groups; a group that is absent renders as nothing.
    pub fn render(&self, groups: &Groups) -> String {
        let mut out = String::new();
        render(&self.nodes, groups, &mut out);
        cut(out)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::Strategy as _;

    use super::value::LENGTH;
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
    fn conditions_are_those_of_liquid() {
        let groups = vec![
            ("a".to_owned(), Some("10".to_owned())),
            ("b".to_owned(), Some("9".to_owned())),
            ("e".to_owned(), Some(String::new())),
            ("s".to_owned(), Some(" ".to_owned())),
            ("n".to_owned(), None),
        ];
        for (condition, holds) in [
            // Joined from right to left: `true and (false and (false or true))`.
            ("true and false and false or true", false),
            ("a and n or b", true),
            ("n and a or b", false),
            ("a < b", true),
            ("a >= '10' and a <= '10'", true),
            ("a <> b and a != b", true),
            ("n < a or n > a or n == a", false),
            ("n == nil and nowhere == null", true),
            ("a == 10", false),
            ("1 == 1.0", true),
            ("1 == true", false),
            ("e == '' and e == empty and e == blank", true),
            ("s == blank", true),
            ("s == empty or n == blank", false),
            ("a contains '1' and a contains 0", true),
            ("n contains 'x' or a contains n", false),
        ] {
            let made = |tag| {
                let source = format!("{{% {tag} {condition} %}}yes{{% end{tag} %}}");
                Template::new(&source).unwrap().render(&groups)
            };
            assert_eq!(made("if") == "yes", holds, "{condition}");
            assert_eq!(made("unless") == "yes", !holds, "{condition}");
        }
    }

    #[test]
    fn tags_and_filters_are_those_of_liquid() {
        let groups = vec![
            ("a".to_owned(), Some("RC 1.2".to_owned())),
            ("b".to_owned(), Some("7".to_owned())),
        ];
        for (source, made) in [
            ("{{ a | capitalize }}", "Rc 1.2"),
            ("{{ 'ß' | capitalize }}{{ 'ß' | upcase }}", "SsSS"),
            ("{{ a | downcase | replace: ' ' }}", "rc1.2"),
            ("{{ 'abab' | replace_first: 'a', b }}", "7bab"),
            (
                "{{ 'abab' | remove_first: 'a' }}{{ 'abab' | remove: 'a' }}",
                "babbb",
            ),
            ("{{ 'ab' | replace: nowhere, '-' }}", "-a-b-"),
            ("{{ b | append: '.0' | prepend: \"v\" }}", "v7.0"),
            (
                "[{{ ' x ' | lstrip }}][{{ ' x ' | rstrip }}][{{ ' x ' | strip }}]",
                "[x ][ x][x]",
            ),
            (
                "{{ a | split: '.' | first }}-{{ a | split: '.' | last }}",
                "RC 1-2",
            ),
            (
                "{{ a | split: ' ' | join }},{{ b | split: '' | size }}",
                "RC 1.2,1",
            ),
            (
                "{{ a | slice: 1 }}{{ a | slice: -3, 2 }}{{ a | slice: -9 }}",
                "C1.",
            ),
            ("{{ a | size }}{{ nowhere | size }}", "60"),
            (
                "{{ nowhere | default: 'x' }}{{ '' | default: b }}{{ 0 | default: 'x' }}",
                "x70",
            ),
            (
                "{{ b | plus: 1 }} {{ b | minus: '0.5' }} {{ 10.1 | plus: 2.2 }}",
                "8 6.5 12.3",
            ),
            ("{{ 'x' | plus: '2.0' }} {{ nowhere | minus: 2 }}", "2.0 -2"),
            (
                "{{ '{{' }}{{ \"'\" }}{{ -5 }}{{ true }}{{ nil }}",
                "{{'-5true",
            ),
            ("x {{- b -}} y {%- if b -%} z {%- endif %} .", "x7yz ."),
            (
                "{% if b %} {% elsif a %}{% else %}\n{% endif %}{% unless a %} {% endunless %}",
                "",
            ),
            (
                "{% unless b %}1{% elsif a %}2{% else %}3{% endunless %}",
                "2",
            ),
            (
                "{% case b %} {% when '1', '2' %}1{% when '6' or '7' %}2{% else %}3{% endcase %}",
                "2",
            ),
            ("{% case nowhere %}{% when nil %}1{% endcase %}", "1"),
            (
                "a{% comment %}{% comment %}{{ {% endcomment %}{% if %}{%- endcomment -%} b",
                "ab",
            ),
            (
                "{% comment %}{% raw %}{% endcomment %}{% endraw %}{% endcomment %}",
                "",
            ),
            ("{%- # a 'comment\n # of two lines %}", ""),
            ("{% raw %} {{ a }}{% if {%- endraw -%} .", " {{ a }}{% if ."),
        ] {
            let template = Template::new(source).unwrap();
            assert_eq!(template.render(&groups), made, "{source}");
        }
    }

    #[test]
    fn a_template_without_meaning_is_refused_with_its_place() {
        for (source, reason) in [
            (
                "{{ v | upcas }}",
                "unknown filter `upcas`; did you mean `upcase`?",
            ),
            (
                "x{% for i in v %}",
                "in `{% for i in v %}`: unknown tag `for`; expected one of if, unless, case, comment, raw",
            ),
            ("{{ v | replace }}", "`replace` cannot take 0 arguments"),
            (
                "{{ v | slice: 1.5 }}",
                "the arguments of `slice` must be whole numbers",
            ),
            (
                "{{ v | append: nil }}",
                "the arguments of `append` must be groups, texts or numbers",
            ),
            ("{{ v | first }}", "`first` must follow `split`"),
            (
                "{{ v | split: '.' | strip }}",
                "`strip` cannot follow `split`",
            ),
            (
                "{% if v < 7 %}{% endif %}",
                "in `{% if v < 7 %}`: `<` needs a group or a quoted text on both sides",
            ),
            (
                "{% if v %}{% else if w %}{% endif %}",
                "in `{% else if w %}`: unexpected `if`",
            ),
            (
                "{% if v %}{% else %}{% else %}{% endif %}",
                "in `{% else %}`: unexpected `else`",
            ),
            ("{% if v %}x", "`{% if v %}` has no `endif`"),
            (
                "{% if v and %}{% endif %}",
                "in `{% if v and %}`: expected a group or a text",
            ),
            (
                "{% case v %}x{% when '7' %}{% endcase %}",
                "in `{% when '7' %}`: text before the first `when`",
            ),
            (
                "{% case v %}{% when '7', '7' %}{% endcase %}",
                "in `{% when '7', '7' %}`: `when` repeats `7`",
            ),
            (
                "{% case v %}{% when w %}{% endcase %}",
                "in `{% when w %}`: `when` takes quoted texts and numbers",
            ),
            ("{{ v.size }}", "unexpected `.`"),
            ("{{ 'v }}", "unclosed quote"),
            ("{{ }}", "expected a group or a text"),
            ("{{ v", "`{{` is not closed"),
            ("{{ v %}", "`{{` is not closed"),
            (
                "{% comment %}{% comment %}{% endcomment %}",
                "`comment` has no `endcomment`",
            ),
            (
                "{% # a\n b %}",
                "each line of a comment tag must start with `#`",
            ),
        ] {
            let error = Template::new(source).unwrap_err();
            let VersionError::Template { reason: found, .. } = error else {
                panic!("{error}");
            };
            assert_eq!(found, reason, "{source}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_template_is_refused_or_makes_a_bounded_text(
            parts in proptest::collection::vec(proptest::prop_oneof![
                proptest::sample::select(vec![
                    "{{", "}}", "{%", "%}", "{{-", "-%}", " a ", "if ", "elsif ", "else", "endif",
                    "unless ", "endunless", "case ", "when ", "endcase", "raw", "endraw", "comment",
                    "endcomment", "'", "\"", "'7'", "-", "1.5", "99999999999999999999", " | ", ": ",
                    ", ", " and ", " or ", " == ", " < ", " contains ", "nil", "blank", "#", "\n",
                    "replace", "split", "join", "slice", "plus", "capitalize", "{% if a %}",
                    "{% endif %}", "{{ a | slice: -1, ", "{{ a | minus: b }}", "{% case a %}",
                    "{% when 1, '7' %}", "{% endcase %}", "{{ b | split: a | join: a }}",
                ]).prop_map(str::to_owned),
                "\\PC{0,3}",
            ], 0..40),
            a in proptest::option::of("\\PC{0,20}|-?[0-9.e]{1,50}"),
            b in proptest::option::of("\\PC{0,20}|-?[0-9.e]{1,50}"),
        ) {
            if let Ok(template) = Template::new(&parts.concat()) {
                let groups = vec![("a".to_owned(), a), ("b".to_owned(), b)];
                assert!(template.render(&groups).chars().count() <= LENGTH);
            }
        }
    }

    #[test]
    fn blocks_as_deep_as_a_template_can_be_are_rendered() {
        let deep = |tag: &str, end: &str, levels| {
            let source = format!("{}x{}", tag.repeat(levels), end.repeat(levels));
            Template::new(&source).map(|it| it.render(&vec![("a".into(), Some("7".into()))]))
        };
        assert_eq!(deep("{%if a%}", "{%endif%}", 117).as_deref(), Ok("x"));
        assert_eq!(
            deep("{%case a%}{%when'7'%}", "{%endcase%}", 62).as_deref(),
            Ok("x")
        );
        assert!(deep("{%if a%}", "", 249).is_err());
    }

    #[test]
    fn a_template_that_loops_is_refused() {
        for source in [
            "{% for i in (1..9) %}x{% endfor %}",
            "{% assign a = 'b' %}",
            "{% capture a %}{% endcapture %}",
            "{% include 'a' %}",
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
        assert!(Template::new(&chain(FILTER_COUNT)).is_ok());
        assert_eq!(
            Template::new(&chain(FILTER_COUNT + 1))
                .unwrap_err()
                .to_string(),
            format!(
                "bad template `{}`: more than 4 filters",
                chain(FILTER_COUNT + 1)
            )
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
        let many = format!("| replace: 'x', '{}'", "x".repeat(400)).repeat(FILTER_COUNT);
        let made = Template::new(&format!("{{{{ v {many} }}}}")).unwrap();
        assert_eq!(made.render(&groups("x".into())), "x".repeat(LENGTH));
    }
}
