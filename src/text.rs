//! Text from strangers: what counts as blank, and how it is shown.
//!
//! Pages and product files are written by people this program does not know. This
//! module trims such text (what is blank is what Python takes for it), takes from it what nobody
//! sees and what only points to a footnote, and
//! shows it so that no control character, bidirectional override or kilometre of text
//! can break a terminal, a log or a report, and no letter passes for another. It knows nothing of HTML, YAML or dates.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::sync::LazyLock;

use regex::Regex;

/// Whether a character is blank: Unicode white space, and U+001C to U+001F as in Python.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// The text without blanks at both ends.
pub fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Whether a character takes no place and turns nothing: soft hyphens, zero-width characters, marks
/// of direction and byte order.
pub fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// The text without characters that nobody sees.
pub fn without_zero_width(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || !text.contains(is_zero_width) {
        return text.into();
    }
    text.replace(is_zero_width, "").into()
}

/// The text trimmed, with each run of blanks inside made one space, and no zero-width character.
pub fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = without_zero_width(text);
    for word in text.split(is_blank).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The hyphens and minus signs of Unicode, but that of ASCII.
const HYPHENS: [char; 6] = [
    '\u{2010}', '\u{2011}', '\u{2012}', '\u{2212}', '\u{fe63}', '\u{ff0d}',
];

/// The text with the hyphens and minus signs of Unicode as `-`, and with `also` so too.
pub fn with_hyphens(text: &str, also: &[char]) -> String {
    text.replace(|c| HYPHENS.contains(&c) || also.contains(&c), "-")
}

/// The text in one line, with plain hyphens, and without marks of footnotes at its ends.
pub fn plain(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric();
    let is_line = text
        .bytes()
        .all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if is_line && text.starts_with(is_plain) && text.ends_with(is_plain) {
        return text.into();
    }
    without_marks(&with_hyphens(&collapse(text), &[]))
        .to_owned()
        .into()
}

/// The text without the marks of footnotes at its ends: `[1]`, `*`, `†`, `¹`. A star after a dot
/// is none, as in `8.*`; nor is all that there is.
pub fn without_marks(text: &str) -> &str {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| {
        const MARK: &str = r"(?:\[(?:\d{1,3}|[A-Za-z]|(?i:note|fn) ?\d+)\]|[*†‡§¶⁰¹²³⁴-⁹])";
        Regex::new(&format!(r"(?s)\A(?:{MARK}\s*)*(.*?)(?:\s*{MARK})*\z")).expect("a valid pattern")
    });
    let is_plain = |c: char| c.is_ascii_alphanumeric();
    if text.starts_with(is_plain) && text.ends_with(is_plain) {
        return text;
    }
    let inner = MARKS.captures(text).and_then(|found| found.get(1));
    let inner = inner.map_or(text, |inner| inner.as_str());
    if inner.is_empty() || inner.ends_with('.') {
        text
    } else {
        inner
    }
}

/// A text as it may be shown to a person: one line, visible, of bounded length.
///
/// Characters that are [hidden](is_hidden) are shown escaped (`\u{202e}`), and so is a letter of
/// another script within a word of Latin ones, as in a name made to look like another; beyond
/// [`Excerpt::LENGTH`] characters it ends in an ellipsis.
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

/// The whole text escaped as an [`Excerpt`] is, whatever its length.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text
        .chars()
        .all(|c| !is_hidden(c) && !is_odd(c) && !is_lookalike(c))
    {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    write_visible(&mut out, text, usize::MAX).expect("writing to a String does not fail");
    Cow::Owned(out)
}

/// The same JSON with every hidden character escaped, and with no `##[`, which the
/// log of a GitHub job reads as the start of a command. Outside of strings JSON has neither.
pub fn escape_json(json: &str) -> Cow<'_, str> {
    if json.bytes().all(|byte| byte.is_ascii() && byte != 0x7f) && !json.contains("##[") {
        return json.into();
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_hidden(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect("writing to a String does not fail");
            }
        } else {
            out.push(c);
        }
    }
    out.replace("##[", "#\\u0023[").into()
}

fn write_visible(out: &mut impl fmt::Write, text: &str, limit: usize) -> fmt::Result {
    for (shown, (at, c)) in text.char_indices().enumerate() {
        if shown == limit {
            return out.write_char('…');
        }
        match c {
            '\n' => out.write_str("\\n")?,
            '\t' => out.write_str("\\t")?,
            '\r' => out.write_str("\\r")?,
            c if is_hidden(c) || is_odd(c) || (is_lookalike(c) && is_in_latin_word(text, at)) => {
                write!(out, "{}", c.escape_unicode())?;
            }
            c => out.write_char(c)?,
        }
    }
    Ok(())
}

/// The characters that Unicode has programs show as nothing: the property
/// `Default_Ignorable_Code_Point` of `DerivedCoreProperties.txt`, Unicode 16.
const IGNORABLE: [(char, char); 17] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Whether a character cannot be seen or turns the direction of what follows: controls, ends of
/// lines, what is ignored when shown, the empty Braille pattern, marks of annotations, and what is
/// no character.
pub fn is_hidden(c: char) -> bool {
    if c < '\u{ad}' {
        return c.is_control();
    }
    let is_ignorable = IGNORABLE
        .iter()
        .any(|(first, last)| (first..=last).contains(&&c));
    let is_no_character = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    is_ignorable
        || is_no_character
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{fff9}'..='\u{fffb}'
        )
}

/// Whether a character looks like a space or a hyphen of ASCII and is none.
fn is_odd(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}'
    ) || HYPHENS.contains(&c)
}

/// Whether a letter may look like one of ASCII and is none: Greek, Cyrillic, Armenian, Cherokee,
/// wide letters and those of mathematics.
fn is_lookalike(c: char) -> bool {
    matches!(c,
        '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{530}'..='\u{58f}' | '\u{13a0}'..='\u{13ff}'
        | '\u{ff21}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d7ff}')
}

/// Whether the word around a place has a letter of ASCII, looked for among its nearest characters.
fn is_in_latin_word(text: &str, at: usize) -> bool {
    const NEAR: usize = 64;
    let before = text[..at].chars().rev().take(NEAR);
    let after = text[at..].chars().take(NEAR);
    before
        .take_while(|c| c.is_alphanumeric())
        .chain(after.take_while(|c| c.is_alphanumeric()))
        .any(|c| c.is_ascii_alphabetic())
}

/// The candidate most like `word`, if one is near enough to be what was meant. One of which
/// `word` is a part, as `table` is of `release_table`, is nearer than one with other letters.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const OF_A_PART: f64 = 0.75;
    let bounded: String = word.chars().take(200).collect();
    candidates
        .into_iter()
        .map(|candidate| {
            let mut parts = candidate.split(|c: char| !c.is_alphanumeric());
            let of_a_part = if parts.any(|part| part == bounded) {
                OF_A_PART
            } else {
                0.0
            };
            let likeness = strsim::normalized_damerau_levenshtein(&bounded, candidate);
            (likeness.max(of_a_part), candidate)
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
    fn a_part_of_a_name_is_nearer_than_other_letters() {
        let methods = ["apple", "release_table", "version_table"];
        assert_eq!(nearest("table", methods), Some("release_table"));
        assert_eq!(nearest("aple", methods), Some("apple"));
        assert_eq!(nearest("", methods), None);
    }

    #[test]
    fn runs_of_blanks_collapse() {
        assert_eq!(collapse(" End\n\t of \u{a0}life "), "End of life");
        assert_eq!(collapse(" \n"), "");
    }

    #[test]
    fn marks_of_footnotes_stand_at_the_ends() {
        for text in ["8.0*", "8.0 [1]", "[a] 8.0 †‡", "8.0¹", "*8.0 [note 2]*"] {
            assert_eq!(without_marks(text), "8.0", "{text}");
        }
        for text in ["8.*", "[1]", "*", "8.0 [beta]", "a*b", "8.0 (1)"] {
            assert_eq!(without_marks(text), text);
        }
        assert_eq!(plain("12\u{2011}sp5\n \u{200b}LTS*"), "12-sp5 LTS");
    }

    #[test]
    fn what_looks_like_a_space_or_a_hyphen_is_escaped() {
        assert_eq!(visible("12\u{2011}31\u{a0}x"), r"12\u{2011}31\u{a0}x");
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
    fn every_character_that_nobody_sees_is_escaped() {
        let unseen = r"[\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Bidi_Control}\p{Cc}\p{Zl}\p{Zp}\u{2800}\u{fff9}-\u{fffb}]";
        let unseen = Regex::new(unseen).unwrap();
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            assert_eq!(is_hidden(c), unseen.is_match(&text), "{c:?}");
            assert!(!is_hidden(c) || is_ascii_line(&visible(&text)), "{c:?}");
            assert!(
                !is_hidden(c) || c == '\n' || escape_json(&text).is_ascii(),
                "{c:?}"
            );
        }
    }

    fn is_ascii_line(text: &str) -> bool {
        text.bytes().all(|byte| byte.is_ascii_graphic())
    }

    #[test]
    fn a_letter_that_passes_for_another_is_escaped_within_a_latin_word() {
        assert_eq!(visible("\u{430}mazon 7"), r"\u{430}mazon 7");
        assert_eq!(visible("e\u{3bf}l-\u{ff25}x"), r"e\u{3bf}l-\u{ff25}x");
        for honest in [
            "\u{432}\u{435}\u{440}\u{441}\u{438}\u{44f} 7.\u{3b2}",
            "\u{b5}Torrent",
            "Caf\u{e9} \u{30a2}",
        ] {
            assert_eq!(visible(honest), honest);
        }
    }

    #[test]
    fn the_nearest_word_is_named_and_a_far_one_is_not() {
        assert_eq!(nearest("regx", ["regex", "template"]), Some("regex"));
        assert_eq!(nearest("zzz", ["regex", "template"]), None);
    }

    #[test]
    fn hidden_characters_of_json_are_escaped_and_it_says_the_same() {
        let text = "a\u{1b}\u{7f}\u{9b}\u{202e}\u{e0041}é\n##[x";
        let json = serde_json::json!(text).to_string();
        let shown = escape_json(&json);
        assert_eq!(
            shown,
            r#""a\u001b\u007f\u009b\u202e\udb40\udc41é\n#\u0023[x""#
        );
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }
}
