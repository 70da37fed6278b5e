//! The charset that a document names itself, as the HTML standard finds it.
//!
//! First a `<meta>` in the first 1024 bytes, then the XML declaration, then, of HTML, a `<meta>`
//! further on; a name of no charset is none, and the next `<meta>` counts. Of XML that is not
//! HTML the declaration alone counts, as what it holds may be HTML of its own. JSON names none.

use std::sync::LazyLock;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regex::bytes::Regex;

/// How far browsers look before they read a page.
const HEAD: usize = 1024;

/// The charset that a document names.
pub(super) fn named_by(body: &[u8]) -> Option<&'static Encoding> {
    static XML: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"^\s*<\?xml\s[^>]*?encoding\s*=\s*["']\s*([^"'>\s]+)\s*["']"#));
    static HTML: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)<(?:!doctype\s+html|html)[\s/>]"));
    static PART: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)^\s*<(?:!--|(?:head|body|script|meta|title|link)[\s/>])"));
    let head = &body[..body.len().min(HEAD)];
    match head {
        [b'<', 0, b'?', 0, b'x', 0, ..] => return Some(UTF_16LE),
        [0, b'<', 0, b'?', 0, b'x', ..] => return Some(UTF_16BE),
        _ => {}
    }
    let is_json = matches!(head.trim_ascii_start(), [b'{' | b'[', ..]);
    let is_html = HTML.is_match(head) || PART.is_match(head);
    let is_xml = head.trim_ascii_start().starts_with(b"<?xml") && !is_html;
    let early = || {
        (!is_xml)
            .then(|| Prescan::new(head, false).find())
            .flatten()
    };
    let declared = || {
        Some(ascii(Encoding::for_label(
            XML.captures(head)?.get(1)?.as_bytes(),
        )?))
    };
    let late = || is_html.then(|| Prescan::new(body, true).find()).flatten();
    if is_json {
        return None;
    }
    early().or_else(declared).or_else(late)
}

fn pattern(source: &str) -> Regex {
    Regex::new(source).expect("a valid pattern")
}

/// What can be read far enough to find the name of a charset is not UTF-16, whatever it says.
fn ascii(named: &'static Encoding) -> &'static Encoding {
    if named == UTF_16LE || named == UTF_16BE {
        UTF_8
    } else {
        named
    }
}

/// What a tag names.
struct Named(Option<&'static Encoding>);

/// An attribute of a tag, or that it has no more.
enum Attribute {
    Of(Vec<u8>, Vec<u8>),
    None,
}

/// A search for `<meta>` that knows tags, attributes and comments, and no more.
struct Prescan<'b> {
    bytes: &'b [u8],
    at: usize,
    /// Whether the texts of scripts and the like are skipped, as when the page is parsed.
    is_parse: bool,
}

impl<'b> Prescan<'b> {
    fn new(bytes: &'b [u8], is_parse: bool) -> Self {
        let at = 0;
        Self {
            bytes,
            at,
            is_parse,
        }
    }

    /// The first charset that a `<meta>` names; none where the bytes end within a tag.
    fn find(mut self) -> Option<&'static Encoding> {
        while self.at < self.bytes.len() {
            let rest = &self.bytes[self.at..];
            match rest {
                [b'<', b'!', b'-', b'-', ..] => {
                    self.at += 2;
                    self.pass(b"-->")?;
                }
                [b'<', b'/', letter, ..] | [b'<', letter, ..] if letter.is_ascii_alphabetic() => {
                    let is_end = rest[1] == b'/';
                    self.at += 1 + usize::from(is_end);
                    let name = self.name()?;
                    let Named(named) = self.attributes(name == b"meta" && !is_end)?;
                    if named.is_some() {
                        return named;
                    }
                    let is_text = ["script", "style", "title", "textarea", "template", "xmp"]
                        .iter()
                        .any(|text| text.as_bytes() == name);
                    if self.is_parse && is_text && !is_end {
                        self.pass(&[b"</", &*name].concat())?;
                    }
                }
                [b'<', b'!' | b'/' | b'?', ..] => self.pass(b">")?,
                _ => self.at += 1,
            }
        }
        None
    }

    /// Goes on behind the next of these bytes, in any case.
    fn pass(&mut self, end: &[u8]) -> Option<()> {
        let mut rest = self.bytes[self.at..].windows(end.len());
        self.at += rest.position(|bytes| bytes.eq_ignore_ascii_case(end))? + end.len();
        Some(())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn pass_blanks(&mut self, also: u8) {
        while self
            .peek()
            .is_some_and(|byte| is_blank(byte) || byte == also)
        {
            self.at += 1;
        }
    }

    /// The name of a tag, in lower case.
    fn name(&mut self) -> Option<Vec<u8>> {
        let rest = &self.bytes[self.at..];
        let length = rest
            .iter()
            .position(|byte| is_blank(*byte) || matches!(byte, b'>' | b'/'))?;
        self.at += length;
        Some(rest[..length].to_ascii_lowercase())
    }

    /// Reads the attributes of a tag; what a `<meta>` of them names.
    fn attributes(&mut self, is_meta: bool) -> Option<Named> {
        static CONTENT: LazyLock<Regex> = LazyLock::new(|| {
            pattern(r#"(?i)charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"'][^\s;]*))"#)
        });
        let (mut seen, mut is_content_type) = (Vec::new(), false);
        // Of `charset` nothing else is needed, of `content` an `http-equiv`.
        let (mut needs_type, mut charset) = (None, None);
        while let Attribute::Of(name, value) = self.attribute()? {
            if !is_meta || seen.contains(&name) {
                continue;
            }
            match &*name {
                b"http-equiv" => is_content_type = value.eq_ignore_ascii_case(b"content-type"),
                b"content" if charset.is_none() => {
                    let found = CONTENT.captures(&value);
                    let label = found.and_then(|found| found.iter().skip(1).flatten().next());
                    charset = label.and_then(|label| Encoding::for_label(label.as_bytes()));
                    needs_type = charset.map(|_| true).or(needs_type);
                }
                b"charset" => {
                    charset = Encoding::for_label(&value);
                    needs_type = Some(false);
                }
                _ => {}
            }
            seen.push(name);
        }
        let counts = needs_type.is_some_and(|needed| is_content_type || !needed);
        // `x-user-defined` is what browsers read as windows-1252 here.
        let read_as = |named: &'static Encoding| match named.name() {
            "x-user-defined" => WINDOWS_1252,
            _ => ascii(named),
        };
        Some(Named(charset.filter(|_| counts).map(read_as)))
    }

    /// The next attribute of a tag, its name in lower case.
    fn attribute(&mut self) -> Option<Attribute> {
        self.pass_blanks(b'/');
        if self.peek()? == b'>' {
            return Some(Attribute::None);
        }
        let from = self.at;
        while self.at == from || !matches!(self.peek()?, b'=' | b'/' | b'>') {
            if is_blank(self.peek()?) {
                break;
            }
            self.at += 1;
        }
        let name = self.bytes[from..self.at].to_ascii_lowercase();
        self.pass_blanks(b' ');
        if self.peek()? != b'=' {
            return Some(Attribute::Of(name, Vec::new()));
        }
        self.at += 1;
        self.pass_blanks(b' ');
        let from = self.at;
        let value = if let quote @ (b'"' | b'\'') = self.peek()? {
            self.at += 1;
            self.pass(&[quote])?;
            &self.bytes[from + 1..self.at - 1]
        } else {
            while !is_blank(self.peek()?) && self.peek()? != b'>' {
                self.at += 1;
            }
            &self.bytes[from..self.at]
        };
        Some(Attribute::Of(name, value.to_vec()))
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(body: &str) -> Option<&'static str> {
        named_by(body.as_bytes()).map(Encoding::name)
    }

    #[test]
    fn a_meta_of_no_charset_leaves_it_to_the_next() {
        for (body, charset) in [
            ("<meta charset=bogus><meta charset=iso8859-2>", "ISO-8859-2"),
            (
                "<meta content='text/html; charset=x'><meta charset='euc-jp'>",
                "EUC-JP",
            ),
            (
                "<meta http-equiv=x content='charset=koi8-r'><meta charset=big5>",
                "Big5",
            ),
            (
                "<META content=\"text/html; CHARSET = 'KOI8-R'\" HTTP-EQUIV=Content-Type>",
                "KOI8-R",
            ),
            ("<meta charset=iso-2022-jp>", "ISO-2022-JP"),
            ("<meta charset=utf-16>", "UTF-8"),
            (
                "<a title='<meta charset=big5>'><!-- <meta charset=big5> --><meta charset=gbk>",
                "GBK",
            ),
            ("<!--><meta charset=big5>-->", "Big5"),
            (
                "</meta charset=big5><p/charset=big5><meta/charset=gbk>",
                "GBK",
            ),
        ] {
            assert_eq!(named(body), Some(charset), "{body}");
        }
        for body in [
            "<meta charset=big5",
            "<metal charset=big5>",
            "{\"a\": \"<meta charset=big5>\"}",
            "",
        ] {
            assert_eq!(named(body), None, "{body}");
        }
    }

    #[test]
    fn a_late_meta_counts_where_none_is_given_before() {
        let late = |start: &str, end: &str| {
            let long = " ".repeat(2 * HEAD);
            named(&format!("{start}{long}{end}"))
        };
        let meta = "<meta charset=big5>";
        assert_eq!(
            late("<!doctype html><script>", &format!("</script>{meta}")),
            Some("Big5")
        );
        assert_eq!(late("<html><!--", &format!("-->{meta}")), Some("Big5"));
        assert_eq!(late("<html><meta charset=gbk>", meta), Some("GBK"));
        assert_eq!(late("<script>", &format!("</script>{meta}")), Some("Big5"));
        assert_eq!(late("<html><script>", &format!("'{meta}'</script>")), None);
        assert_eq!(late("<html><!--", meta), None);
        assert_eq!(
            late("<rss><title>", &format!("<![CDATA[<html>{meta}]]>")),
            None
        );
        assert_eq!(late("Version,End\n", meta), None);
    }

    #[test]
    fn an_xml_declaration_counts_behind_the_meta_of_html_only() {
        let xml = "<?xml version='1.0' encoding=\"windows-1251\"?>";
        assert_eq!(
            named(&format!("{xml}<rss><x><meta charset=big5></x></rss>")),
            Some("windows-1251")
        );
        assert_eq!(named(&format!("\n{xml}<html/>")), Some("windows-1251"));
        assert_eq!(
            named(&format!("{xml}<html><meta charset='big5'/></html>")),
            Some("Big5")
        );
        assert_eq!(
            named("<?xml version='1.0' encoding='utf-16'?><a/>"),
            Some("UTF-8")
        );
        assert_eq!(named("<?xml version='1.0'?><rss>"), None);
        assert_eq!(
            named_by(b"<\0?\0x\0m\0l\0").map(Encoding::name),
            Some("UTF-16LE")
        );
    }
}
