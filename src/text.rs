//! Text from strangers: what counts as blank, and how it is shown.
//!
//! Pages and product files are written by people this program does not know. This
//! module trims such text the way the predecessor did (its blanks are Python's), and
//! shows it so that no control character, bidirectional override or kilometre of text
//! can break a terminal, a log or a report. It knows nothing of HTML, YAML or dates.

use std::borrow::Cow;
use std::fmt;

/// Whether a character is blank: Unicode white space, and U+001C to U+001F as in Python.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The text without blanks at both ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// The text trimmed, with each run of blanks inside made one space.
pub fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split(is_blank).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// A text as it may be shown to a person: one line, visible, of bounded length.
///
/// Control characters, line ends, bidirectional marks and zero-width characters are
/// shown escaped (`\u{202e}`); beyond [`Excerpt::LENGTH`] characters an ellipsis stands.
pub struct Excerpt<'a>(pub &'a str);

impl Excerpt<'_> {
    /// The number of characters shown before the ellipsis.
    pub const LENGTH: usize = 120;
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_visible(f, self.0, Self::LENGTH)
    }
}

/// A text as it may be shown to a person, of at most so many characters.
pub fn shortened(text: &str, length: usize) -> String {
    let mut out = String::new();
    write_visible(&mut out, text, length).expect("writing to a String does not fail");
    out
}

/// The whole text with invisible and directional characters escaped, whatever its length.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| !is_hidden(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    write_visible(&mut out, text, usize::MAX).expect("writing to a String does not fail");
    Cow::Owned(out)
}

fn write_visible(out: &mut impl fmt::Write, text: &str, limit: usize) -> fmt::Result {
    for (shown, c) in text.chars().enumerate() {
        if shown == limit {
            return out.write_char('…');
        }
        match c {
            '\n' => out.write_str("\\n")?,
            '\t' => out.write_str("\\t")?,
            '\r' => out.write_str("\\r")?,
            c if is_hidden(c) => write!(out, "{}", c.escape_unicode())?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}

/// Whether a character is invisible or turns the direction of what follows.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The candidate most like `word`, if one is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let bounded: String = word.chars().take(200).collect();
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::normalized_damerau_levenshtein(&bounded, candidate),
                candidate,
            )
        })
        .filter(|(likeness, _)| *likeness >= 0.5)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_break_space_is_blank_and_a_zero_width_space_is_not() {
        assert_eq!(trim("\u{a0}\u{1c}7\u{85}"), "7");
        assert_eq!(trim("\u{200b}7"), "\u{200b}7");
    }

    #[test]
    fn runs_of_blanks_collapse() {
        assert_eq!(collapse(" End\n\t of \u{a0}life "), "End of life");
        assert_eq!(collapse(" \n"), "");
    }

    #[test]
    fn an_excerpt_hides_no_character_and_ends() {
        assert_eq!(
            Excerpt("a\u{202e}b\u{1b}[31m\n").to_string(),
            r"a\u{202e}b\u{1b}[31m\n"
        );
        let long = "x".repeat(10_000);
        assert_eq!(
            Excerpt(&long).to_string().chars().count(),
            Excerpt::LENGTH + 1
        );
    }

    #[test]
    fn the_nearest_word_is_named_and_a_far_one_is_not() {
        assert_eq!(nearest("regx", ["regex", "template"]), Some("regex"));
        assert_eq!(nearest("zzz", ["regex", "template"]), None);
    }
}
