//! A scalar as YAML text that every reader takes for the same scalar.
//!
//! Readers differ: to some `no` is a boolean, `1.10` a number, `12:30` a number too. A text
//! is written without quotes only where none of them can take it for anything else.

use super::node::Style;
use crate::value::Value;

/// A value as YAML text; `old` is how the value that it replaces is written, if one is.
///
/// Quotes stay as they are where they may. A day that replaces a day in quotes stays in
/// quotes; one that replaces another text is written without, as it is not a text any more.
pub fn scalar(value: &Value, old: Option<(&str, Style)>) -> String {
    let quoted_day = old.is_some_and(|(text, _)| crate::date::parse_iso(text).is_some());
    match (value, old.map(|(_, style)| style)) {
        (Value::Date(date), Some(Style::Double)) if quoted_day => format!("\"{date}\""),
        (Value::Date(date), Some(Style::Single)) if quoted_day => format!("'{date}'"),
        (Value::Date(_) | Value::Bool(_) | Value::Null, _) => value.to_string(),
        (Value::Text(text), Some(Style::Single)) if text.chars().all(is_printable) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        (Value::Text(text), Some(Style::Plain)) if is_plain(text) => text.clone(),
        (Value::Text(text), None)
            if is_plain(text) && text.starts_with(|c: char| c.is_ascii_alphabetic()) =>
        {
            text.clone()
        }
        (Value::Text(text), _) => double_quoted(text),
    }
}

/// A text in double quotes, with escapes for what is not allowed there or not visible.
pub fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) <= 0xff => out.extend(["\\x", &format!("{:02x}", u32::from(c))]),
            c if u32::from(c) <= 0xffff => out.extend(["\\u", &format!("{:04x}", u32::from(c))]),
            c => out.extend(["\\U", &format!("{:08x}", u32::from(c))]),
        }
    }
    out.push('"');
    out
}

/// Whether a character is allowed in quotes and visible.
fn is_printable(c: char) -> bool {
    crate::text::visible(c.encode_utf8(&mut [0; 4]))
        .chars()
        .eq([c])
        && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// Whether a text without quotes is that text to every reader.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 11] = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf",
    ];
    let bytes = text.as_bytes();
    let named = bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.iter().enumerate().all(|(at, byte)| match byte {
            b':' => bytes
                .get(at + 1)
                .is_some_and(|next| !next.is_ascii_whitespace()),
            b' ' => bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric),
            byte => byte.is_ascii_alphanumeric() || b"._/+@-%()=~?&".contains(byte),
        })
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    // Two dots and more are no number, and no date, to anybody.
    let dotted = text.split('.').count() >= 3
        && text
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    named || dotted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, style: Option<Style>) -> String {
        scalar(
            &Value::Text(text.to_owned()),
            style.map(|style| ("old", style)),
        )
    }

    #[test]
    fn quotes_stay_as_they_are() {
        assert_eq!(text("7.2", Some(Style::Double)), "\"7.2\"");
        assert_eq!(text("it's", Some(Style::Single)), "'it''s'");
        assert_eq!(text("1.2.3", Some(Style::Plain)), "1.2.3");
        assert_eq!(
            text("Jammy Jellyfish", Some(Style::Plain)),
            "Jammy Jellyfish"
        );
        assert_eq!(text("https://a.test/x?y=1", None), "https://a.test/x?y=1");
        assert_eq!(text("1.2.3", None), "\"1.2.3\"");
    }

    #[test]
    fn what_could_be_taken_for_something_else_gets_quotes() {
        for odd in [
            "no",
            "Yes",
            "1.10",
            "1e3",
            "0x10",
            "12:30",
            "2024-01-31",
            "a: b",
            "a #b",
            "# x",
            "- x",
            "",
            " x",
            "x ",
            "null",
            "~",
            "[a]",
            "{a}",
            "a,b",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a",
            "'a",
            "a\nb",
            "?",
            "---",
            "a:",
            "é",
            ".inf",
            "y",
        ] {
            assert_eq!(text(odd, Some(Style::Plain)), double_quoted(odd), "{odd}");
        }
    }

    #[test]
    fn what_is_not_visible_is_escaped() {
        assert_eq!(
            double_quoted("a\"\\\n\u{7}\u{85}\u{202e}\u{feff}\u{1f916}\u{e0041}"),
            r#""a\"\\\n\x07\x85\u202e\ufeff🤖\U000e0041""#
        );
        assert_eq!(text("a\u{202e}", Some(Style::Single)), r#""a\u202e""#);
    }

    #[test]
    fn a_day_stands_without_quotes_unless_a_day_stood_in_them() {
        let day = Value::of_text("2024-01-31");
        assert_eq!(
            scalar(&day, Some(("2023-01-31", Style::Double))),
            "\"2024-01-31\""
        );
        assert_eq!(scalar(&day, Some(("soon", Style::Double))), "2024-01-31");
        assert_eq!(scalar(&day, Some(("false", Style::Plain))), "2024-01-31");
        assert_eq!(scalar(&day, None), "2024-01-31");
    }
}
