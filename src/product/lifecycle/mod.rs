//! Lifecycle rules that a product file states: from which days the end of support follows.
//!
//! `auto.policy` lists them; a file without it may state them in comments, which is how people
//! write them: `# eol(x) = releaseDate(x+1)`.
//!
//! ```text
//! rule     = [ scope ":" ] field "(x)" { "=" field "(x)" } "=" formula [ ", end of month" ]
//! scope    = "LTS" | "non-LTS"
//! field    = "eol" | "eoas" | "eoes" | "discontinued"
//! formula  = day { ("+" | "-") number unit } | ("max" | "min") "(" formula "," formula ")"
//! day      = name "(x)" | name "(x+" number ")" | name "(next LTS)"
//! name     = "releaseDate" | "latestReleaseDate" | "lts" | a field
//! unit     = "days" | "weeks" | "months" | "years", or their first letters
//! ```
//!
//! `x` is a release cycle and `x+1` the next newer one. A rule without a scope is of all cycles.
//!
//! # What is refused
//! In `auto.policy` all that is not in the grammar. A comment may say more in brackets, or behind
//! `or` and `except`; one that has a condition, another scope, or other words is left alone.
//! Whether a rule is used is not decided here: `plan` compares it with what the file holds.

mod parse;
mod rule;

use std::sync::LazyLock;

use regex::Regex;

use super::front_matter::{ConfigError, Content, FrontMatter, Node};
use parse::{Text, scope_of};
pub use rule::{END_FIELDS, Formula, LifecycleRule, Of, Scope};

/// How many rules a file may list; of comments, so many are read.
const MOST: usize = 20;

/// A text of a file that states a rule, or seems to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub line: usize,
    /// As written.
    pub text: String,
    /// Whether it is an entry of `auto.policy`.
    pub is_explicit: bool,
    /// `None` where it is not understood.
    pub rule: Option<LifecycleRule>,
}

/// The lifecycle rules that a file states: those of `auto.policy`, else those of comments.
pub(super) fn stated(file: &[u8], front_matter: &FrontMatter) -> Vec<Statement> {
    let auto = front_matter.root.find("auto");
    match auto.and_then(|auto| auto.find("policy")) {
        Some(policy) => explicit(policy).unwrap_or_default(),
        None => comments(file, front_matter),
    }
}

/// The rules of `auto.policy`.
pub(super) fn explicit(policy: &Node) -> Result<Vec<Statement>, ConfigError> {
    if !matches!(policy.content, Content::Sequence(..)) {
        return Err(ConfigError::new(policy.line, "`auto.policy` is not a list"));
    }
    let read = |item: &Node| {
        let text = item.text().unwrap_or_default();
        let rule = Text::new(text).rule();
        if rule.is_none() {
            let message = format!("`{}` is no lifecycle rule", crate::text::Excerpt(text));
            let mut error = ConfigError::new(item.line, message);
            error.hint = Some("a rule reads as `eol(x) = releaseDate(x+1)`".into());
            return Err(error);
        }
        Ok(Statement {
            line: item.line,
            text: text.to_owned(),
            is_explicit: true,
            rule,
        })
    };
    if let Some(item) = policy.items().get(MOST) {
        let message = format!("`auto.policy` has more than {MOST} rules");
        return Err(ConfigError::new(item.line, message));
    }
    policy.items().iter().map(read).collect()
}

/// The comments that state a rule, or seem to, each on a line of its own.
fn comments(file: &[u8], front_matter: &FrontMatter) -> Vec<Statement> {
    static LEFT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:^|\s)(?:eol|eoas|eoes|support)\s*(?:\(\s*\w(?:\.\w)?\s*\)\s*)?(?:/\s*eo\w+\(\w\)\s*)?~?=")
            .expect("a valid pattern")
    });
    let span = front_matter.span.clone();
    let yaml = String::from_utf8_lossy(&file[span.clone()]);
    let before = &file[..span.start];
    let first = before.split(|byte| *byte == b'\n').count();
    let (mut scope, mut fields) = (None, Vec::new());
    let mut found = Vec::new();
    for (number, line) in yaml.lines().enumerate() {
        let Some(comment) = line.trim().strip_prefix('#') else {
            (scope, fields) = (None, Vec::new());
            continue;
        };
        let comment = comment.trim();
        let item = comment.strip_prefix(['-', '*']).map(str::trim);
        if item.is_none() {
            (scope, fields) = (None, Vec::new());
            if let Some(heading) = comment.strip_suffix([':', '=']).map(str::trim) {
                scope = scope_of(heading);
                fields = Text::new(comment).left().unwrap_or_default();
                if scope.is_some() || !fields.is_empty() {
                    continue;
                }
            }
        }
        let text = item.unwrap_or(comment);
        let mut read = Text::new(text);
        read.is_comment = true;
        let rule = match (item, &fields[..]) {
            (Some(_), [_, ..]) => read.rule_of(&fields),
            _ => read.rule(),
        };
        if rule.is_none() && !LEFT.is_match(text) && (item.is_none() || fields.is_empty()) {
            continue;
        }
        let of_heading = |rule: LifecycleRule| LifecycleRule {
            scope: scope
                .filter(|_| rule.scope == Scope::All)
                .unwrap_or(rule.scope),
            ..rule
        };
        if found.len() == MOST {
            break;
        }
        found.push(Statement {
            line: first + number,
            text: text.to_owned(),
            is_explicit: false,
            rule: rule.map(of_heading),
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::product::Product;

    fn stated(front_matter: &str) -> Vec<(usize, String)> {
        let text = format!("---\n{front_matter}---\n");
        let product = Product::read("foo", "foo.md", text.into_bytes()).unwrap();
        let statements = product.lifecycle().into_iter();
        let read = |rule: Option<LifecycleRule>| {
            rule.map_or_else(|| "?".to_owned(), |rule| rule.to_string())
        };
        statements.map(|one| (one.line, read(one.rule))).collect()
    }

    #[test]
    fn a_file_lists_twenty_rules_and_of_comments_twenty_are_read() {
        let of = |count: usize| {
            let rules = "    - eol(x) = releaseDate(x+1)\n".repeat(count);
            let text = format!("---\nauto:\n  policy:\n{rules}---\n");
            let product = Product::read("foo", "foo.md", text.into_bytes()).unwrap();
            product
                .auto()
                .map(drop)
                .map_err(|error| (error.line, error.message))
        };
        assert_eq!(of(20), Ok(()));
        let refused = "`auto.policy` has more than 20 rules".to_owned();
        assert_eq!(of(21), Err((3 + 21, refused)));
        let comments = "# eol(x) = releaseDate(x+1)\n".repeat(21) + "title: a\n";
        assert_eq!(stated(&comments).len(), 20);
    }

    fn comment(text: &str) -> String {
        let found = stated(&format!("title: a\n# {text}\nreleases: []\n"));
        found.first().map_or_else(String::new, |(line, rule)| {
            assert_eq!((*line, found.len()), (3, 1));
            rule.clone()
        })
    }

    #[test]
    fn a_comment_is_read_as_people_write_it() {
        const READ: &str = "\
eol(x) = releaseDate(x+1) => eol(x) = releaseDate(x+1)
EOL(N) = MAX(latestReleaseDate(N), releaseDate(N+1)) => eol(x) = max(latestReleaseDate(x), releaseDate(x+1))
- eol(x) = MAX(latestReleaseDate, releaseDate(X + 1)). => eol(x) = max(latestReleaseDate(x), releaseDate(x+1))
eol(x) = MAX(releaseDate(x+1)+6m, releaseDate(x)+1y) => eol(x) = max(releaseDate(x+1) + 6 months, releaseDate(x) + 12 months)
eol(x)  = releaseDate(x) + 1.5y => eol(x) = releaseDate(x) + 18 months
eol(x) = releaseDate(x+1) + 2 years - 1 day => eol(x) = releaseDate(x+1) + 24 months - 1 days
eol(r) = releaseDate(r) + 12 weeks => eol(x) = releaseDate(x) + 84 days
eol(x) = releaseDate(x+1) + 3 months (rounded to the end of month) => eol(x) = releaseDate(x+1) + 3 months, end of month
For non-LTA releases: eoas(x) = eol(x) = releaseDate(x+1) => non-LTS: eoas(x) = eol(x) = releaseDate(x+1)
For Non-LTS (Innovation): eoas(x)/eol(x) = releaseDate(x+1) => non-LTS: eoas(x) = eol(x) = releaseDate(x+1)
eol(x) = releaseDate(x)+1y for LTS => LTS: eol(x) = releaseDate(x) + 12 months
eol(x) = releaseDate(x) + 6w (non-LTS) => non-LTS: eol(x) = releaseDate(x) + 42 days
- LTS : eol(x) = releaseDate(next LTS) => LTS: eol(x) = releaseDate(next LTS)
eol(x) = release(x+2) [ after the cycle of 2025.4 ] => eol(x) = releaseDate(x+2)
eol(x) = releaseDate(x+2) or the date documented on https://a.test/ => eol(x) = releaseDate(x+2)
eol = releaseDate(x+3) => eol(x) = releaseDate(x+3)
eol(X) ~= releaseDate(X+2)+6m, unless declared => eol(x) = releaseDate(x+2) + 6 months
eol(x) = eoas(x) => eol(x) = eoas(x)
Inside a given major release, eol(x) = releaseDate(x+1) => eol(x) = releaseDate(x+1)
eoas(x) = releaseDate(x+1) (or true if not yet released) => eoas(x) = releaseDate(x+1)";
        for line in READ.lines() {
            let (text, rule) = line.split_once(" => ").unwrap();
            assert_eq!(comment(text), rule, "{text}");
        }
    }

    #[test]
    fn a_comment_that_says_something_else_is_left_alone() {
        for text in [
            "eol(x) = true if latestReleaseDate is older than a year",
            "eoes(x) = releaseDate(x) + 18 months if x is odd, else + 36 months",
            "For 3.x : eol(x) = releaseDate(x+1)",
            "eol(x) = releaseDate(LTA+1)",
            "eol(x) = releaseDate(x) + 2 years if x is odd",
            "eol(X<1.12) = releaseDate(X+1)",
            "eol(x) = Corresponding Debian eol(x)",
            "eol(x) = releaseDate(x) + 48",
            "LTS Eol(x) = releaseDate(x)+2 years (starting with 2027)",
        ] {
            assert!(["?", ""].contains(&&*comment(text)), "{text}");
        }
        assert_eq!(
            comment("EOL dates are documented on https://a.test/?eol=1"),
            ""
        );
    }

    #[test]
    fn a_heading_names_the_fields_or_the_scope_of_the_items_below_it() {
        let text = "# eol(x) =\n# - for LTS: releaseDate(x) + 2y\n# - for non-LTS: releaseDate(x+1)\n# LTS versions:\n# - eol(x) = lts(x) + 54 weeks\n# eoas(x) = releaseDate(x+1)\nreleases: []\n";
        let rules = [
            (3, "LTS: eol(x) = releaseDate(x) + 24 months"),
            (4, "non-LTS: eol(x) = releaseDate(x+1)"),
            (6, "LTS: eol(x) = lts(x) + 378 days"),
            (7, "eoas(x) = releaseDate(x+1)"),
        ];
        assert_eq!(
            stated(text),
            rules.map(|(line, rule)| (line, rule.to_owned()))
        );
    }

    #[test]
    fn a_policy_replaces_the_comments_and_has_no_other_words() {
        let policy = |rule: &str| {
            format!(
                "# eol(x) = releaseDate(x+2)\nauto:\n  methods: []\n  policy:\n    - \"{rule}\"\nreleases: []\n"
            )
        };
        for rule in [
            "eol(x) = releaseDate(x+1)",
            "LTS: eoas(x) = eol(x) = max(releaseDate(x) + 24 months, latestReleaseDate(x)), end of month",
            "non-LTS: discontinued(x) = min(eol(x), lts(x) - 7 days)",
        ] {
            assert_eq!(stated(&policy(rule)), [(6, rule.to_owned())]);
        }
        for rule in [
            "eol = releaseDate(x+1)",
            "eol(x) = releaseDate(x+1) or later",
            "link(x) = eol(x)",
            "",
        ] {
            let text = format!("---\n{}---\n", policy(rule));
            let product = Product::read("foo", "foo.md", text.into_bytes()).unwrap();
            assert_eq!(product.auto().unwrap_err().line, 6, "{rule}");
            assert_eq!(product.lifecycle(), []);
        }
    }
}
