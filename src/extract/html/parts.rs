//! The parts of a CSS selector that a parser accepted, as far as they say what it costs to match.

/// Selectors with commas between them.
pub(super) type List = Vec<Complex>;

/// Compounds with combinators between them.
#[derive(Debug, Default)]
pub(super) struct Complex {
    pub(super) compounds: Vec<Compound>,
}

/// What is asked of one element.
#[derive(Debug, Default)]
pub(super) struct Compound {
    /// The combinator before it: a blank, `>`, `+` or `~`.
    pub(super) combinator: char,
    /// The name that the element must have.
    pub(super) name: Option<String>,
    /// How many classes, identifiers and pseudo-classes it must have.
    pub(super) simple: u64,
    /// The names of the attributes that are looked at.
    pub(super) attributes: Vec<String>,
    /// Whether the nodes right beside it are looked at.
    pub(super) beside: bool,
    /// How it is counted among its siblings, if it is.
    pub(super) counted: Option<Counted>,
    /// What `:is()`, `:where()` and `:not()` hold.
    pub(super) inner: List,
    /// What `:has()` holds.
    pub(super) has: List,
}

/// How an element is counted among its siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    All,
    OfType,
}

impl Complex {
    /// Whether one of its combinators after the first compound is one of these.
    pub(super) fn combines(&self, combinators: &[char]) -> bool {
        let later = self.compounds.iter().skip(1);
        later
            .map(|compound| compound.combinator)
            .any(|combinator| combinators.contains(&combinator))
    }
}

impl Compound {
    /// Whether the element may be meant, by its name.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let own = self.name.as_deref();
        own.is_none_or(|own| own.eq_ignore_ascii_case(name))
    }
}

/// How many brackets of a selector are within one another.
pub(super) fn nesting(css: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    let mut rest = css;
    while let Some((token, after)) = token(rest) {
        match token {
            "(" => open += 1,
            ")" => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
        rest = after;
    }
    deepest
}

/// The parts of a selector.
pub(super) fn of(css: &str) -> List {
    list(&mut { css })
}

/// The selectors up to a bracket that closes, or to the end.
fn list(rest: &mut &str) -> List {
    let mut all = List::new();
    let mut complex = Complex::default();
    let mut combinator = ' ';
    let mut is_new = true;
    while let Some((token, after)) = token(rest) {
        *rest = after;
        match token {
            ")" => break,
            "," => {
                all.push(std::mem::take(&mut complex));
                (combinator, is_new) = (' ', true);
                continue;
            }
            ">" | "+" | "~" => {
                combinator = token.chars().next().unwrap_or(' ');
                is_new = true;
                continue;
            }
            blank if blank.trim().is_empty() || blank.starts_with("/*") => {
                is_new |= !blank.starts_with("/*");
                continue;
            }
            _ => {}
        }
        if is_new {
            complex.compounds.push(Compound {
                combinator,
                ..Compound::default()
            });
            (combinator, is_new) = (' ', false);
        }
        let compound = complex.compounds.last_mut().expect("there is one");
        match token {
            ":" => pseudo_class(compound, rest),
            "(" => drop(list(rest)),
            "*" | "." | "#" | "|" => compound.simple += 1,
            text if text.starts_with('[') => {
                let name = text[1..].trim_start();
                let end = name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_'));
                let name = end.map_or(name, |end| &name[..end]);
                compound.attributes.push(name.to_owned());
            }
            // The first word is the name; with an escape it is not compared here.
            word if compound.name.is_none() && compound.is_blank() && !word.contains('\\') => {
                compound.name = Some(word.to_owned());
            }
            _ => compound.simple += 1,
        }
    }
    all.push(complex);
    all
}

impl Compound {
    /// Whether nothing is asked of it yet.
    fn is_blank(&self) -> bool {
        let is_nested = !self.inner.is_empty() || !self.has.is_empty();
        self.simple == 0 && self.attributes.is_empty() && self.counted.is_none() && !is_nested
    }
}

/// Reads a pseudo-class after its colon.
fn pseudo_class(compound: &mut Compound, rest: &mut &str) {
    compound.simple += 1;
    let Some((name, after)) = token(rest) else {
        return;
    };
    *rest = after;
    let name = name.to_ascii_lowercase();
    match &*name {
        "first-child" | "last-child" | "empty" => compound.beside = true,
        name if name.ends_with("of-type") => compound.counted = Some(Counted::OfType),
        name if name.ends_with("-child") => {
            compound.counted = compound.counted.or(Some(Counted::All));
        }
        _ => {}
    }
    if let Some(after) = rest.strip_prefix('(') {
        *rest = after;
        let inner = list(rest);
        match &*name {
            "has" => compound.has.extend(inner),
            name if name.starts_with("nth-") => {}
            _ => compound.inner.extend(inner),
        }
    }
}

/// The next part of a selector: a word, an attribute, blanks, a comment, or a sign.
fn token(text: &str) -> Option<(&str, &str)> {
    let first = text.chars().next()?;
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '\\') || !c.is_ascii();
    let end = match first {
        '[' => end_of(text, ']'),
        '"' | '\'' => end_of(text, first),
        '/' if text.starts_with("/*") => text.find("*/").map_or(text.len(), |at| at + 2),
        c if c.is_whitespace() => {
            let end = text.find(|c: char| !c.is_whitespace());
            end.unwrap_or(text.len())
        }
        c if is_word(c) => {
            let mut escaped = false;
            let end = text.find(|c: char| {
                let is_end = !escaped && !is_word(c);
                escaped = c == '\\' && !escaped;
                is_end
            });
            end.unwrap_or(text.len())
        }
        c => c.len_utf8(),
    };
    Some(text.split_at(end))
}

/// Where a text in brackets or quotes ends; brackets may hold quotes.
fn end_of(text: &str, close: char) -> usize {
    let mut quote = (close != ']').then_some(close);
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match (quote, c) {
            _ if escaped => escaped = false,
            (_, '\\') => escaped = true,
            (Some(open), _) if c == open && c == close => return at + 1,
            (Some(open), _) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, ']') => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_is_taken_apart() {
        let all = of(
            r#"a.b[c~="]) ~"]:first-child > *:not(x ~ y, z):has(> td:nth-of-type(2n + 1)), .d\:e /* ~ */ f"#,
        );
        let shown: Vec<Vec<_>> = all
            .iter()
            .map(|complex| {
                let compounds = complex.compounds.iter();
                compounds
                    .map(|compound| {
                        let inner: Vec<usize> = compound
                            .inner
                            .iter()
                            .map(|inner| inner.compounds.len())
                            .collect();
                        let name = compound.name.as_deref().unwrap_or("?");
                        (compound.combinator, name, inner, compound.has.len())
                    })
                    .collect()
            })
            .collect();
        assert_eq!(
            shown,
            [
                vec![(' ', "a", vec![], 0), ('>', "?", vec![2, 1], 1)],
                vec![(' ', "?", vec![], 0), (' ', "f", vec![], 0)]
            ]
        );
        assert!(all[0].compounds[0].beside && all[0].compounds[0].attributes == ["c"]);
        let has = &all[0].compounds[1].has[0].compounds[0];
        assert_eq!(
            (has.combinator, has.counted),
            ('>', Some(Counted::OfType)),
            "{has:?}"
        );
        assert_eq!(nesting(":not(:is(a), :is(b:not(c)))[x='((((']"), 3);
    }
}
