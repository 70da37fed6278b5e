//! The page in an MHTML file, what browsers save as "Webpage, Single File".
//!
//! It is a mail: headers, then parts with headers of their own. The first part that is HTML is the
//! page, in quoted-printable, base64 or as it is. A file without one, or in which it is cut
//! off, is refused.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// How deep parts may lie in parts.
const DEEPEST: usize = 8;

/// The longest line of a header, in bytes.
const LONGEST_LINE: usize = 10_000;

/// The `Content-Type` and the body of the page, if the bytes are MHTML.
pub(super) fn html(body: &[u8]) -> Result<Option<(String, Vec<u8>)>, &'static str> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let headers = Headers::before(body.trim_ascii_start());
    if headers.is_none_or(|(headers, _)| headers.get("mime-version").is_none()) {
        return Ok(None);
    }
    match part(body.trim_ascii_start(), DEEPEST)? {
        Some(part) => Ok(Some(part)),
        None => Err("this MHTML file has no part that is HTML"),
    }
}

/// The first HTML in a part with its headers.
fn part(bytes: &[u8], depth: usize) -> Result<Option<(String, Vec<u8>)>, &'static str> {
    let Some((headers, body)) = Headers::before(bytes) else {
        return Ok(None);
    };
    let content_type = headers.get("content-type").unwrap_or_default();
    let kind = content_type.split(';').next().unwrap_or_default();
    let kind = kind.trim().to_ascii_lowercase();
    if matches!(&*kind, "text/html" | "application/xhtml+xml") {
        let coding = headers.get("content-transfer-encoding").unwrap_or_default();
        let body = match &*coding.trim().to_ascii_lowercase() {
            "quoted-printable" => quoted_printable(body),
            "base64" => {
                let digits: Vec<u8> = body.iter().copied().filter(u8::is_ascii_graphic).collect();
                let decoded = BASE64_STANDARD.decode(digits);
                decoded.map_err(|_| "the page in this MHTML file is not valid base64")?
            }
            _ => body.to_vec(),
        };
        return Ok(Some((content_type, body)));
    }
    if !kind.starts_with("multipart/") || depth == 0 {
        return Ok(None);
    }
    let Some(boundary) = parameter(&content_type, "boundary") else {
        return Ok(None);
    };
    let delimiter = format!("--{boundary}");
    let mut starts = delimiters(body, delimiter.as_bytes());
    let Some(mut from) = starts.next() else {
        return Ok(None);
    };
    for next in starts {
        if let Some(found) = part(&body[from.1..next.0], depth - 1)? {
            return Ok(Some(found));
        }
        from = next;
    }
    // Behind the last delimiter there is nothing, unless the file is cut off.
    match part(&body[from.1..], depth - 1)? {
        Some(_) => Err("this MHTML file ends within its page"),
        None => Ok(None),
    }
}

/// Where the lines that part a body begin, with the line end before them, and end.
fn delimiters<'b>(
    body: &'b [u8],
    delimiter: &'b [u8],
) -> impl Iterator<Item = (usize, usize)> + 'b {
    let mut at = 0;
    body.split_inclusive(|byte| *byte == b'\n')
        .filter_map(move |line| {
            let start = at;
            at += line.len();
            let after = line.trim_ascii_end().strip_prefix(delimiter)?;
            let before = &body[..start];
            let before = before.strip_suffix(b"\n").unwrap_or(before);
            let before = before.strip_suffix(b"\r").unwrap_or(before);
            matches!(after, b"" | b"--").then_some((before.len(), at))
        })
}

/// Undoes quoted-printable: `=3D` is a byte, and `=` at the end of a line joins it to the next.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != b'=' {
            out.push(first);
            continue;
        }
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
        if let (Some(high), Some(low)) = (digit(0), digit(1)) {
            out.extend(u8::try_from(high * 16 + low));
            rest = &after[2..];
        } else if let Some(end) = after.iter().position(|byte| *byte == b'\n')
            && after[..end].trim_ascii().is_empty()
        {
            rest = &after[end + 1..];
        } else {
            out.push(first);
        }
    }
    out
}

/// The headers of a mail or of a part.
struct Headers(Vec<(String, String)>);

impl Headers {
    /// The headers at the start of bytes, and what follows them.
    fn before(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut at = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n').take(200) {
            at += line.len();
            if line.len() > LONGEST_LINE {
                return None;
            }
            let text = String::from_utf8_lossy(line);
            let text = text.trim_end();
            if text.is_empty() {
                return Some((Self(headers), &bytes[at..]));
            }
            if let (true, Some((_, last))) = (text.starts_with([' ', '\t']), headers.last_mut()) {
                last.push_str(text);
            } else {
                let (name, value) = text.split_once(':')?;
                headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        None
    }

    fn get(&self, wanted: &str) -> Option<String> {
        let found = self.0.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone())
    }
}

/// A parameter of a header.
fn parameter<'h>(header: &'h str, wanted: &str) -> Option<&'h str> {
    header.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_wanted = name.trim().eq_ignore_ascii_case(wanted);
        is_wanted.then(|| value.trim().trim_matches('"'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<String>, &'static str> {
        let found = html(text.replace('\n', "\r\n").as_bytes())?;
        Ok(found.map(|(_, body)| String::from_utf8(body).unwrap()))
    }

    const HEAD: &str = "From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related;\n\ttype=\"text/html\";\n\tboundary=\"--b=_1\"\n\n\n";

    fn saved(part: &str) -> String {
        format!("{HEAD}----b=_1\n{part}\n----b=_1\nContent-Type: text/css\n\nx\n----b=_1--\n")
    }

    #[test]
    fn the_first_html_part_is_the_page() {
        let quoted = "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: Quoted-Printable\n\n<p class=3D\"a=\nb\">=C3=A9 = 1</p>";
        assert_eq!(
            read(&saved(quoted)),
            Ok(Some("<p class=\"ab\">é = 1</p>".into()))
        );
        let base64 =
            "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nPHA+\nw6k8L3A+\n";
        assert_eq!(read(&saved(base64)), Ok(Some("<p>é</p>".into())));
        let plain = "content-type:text/html\n\n<p>\n--b\n</p>";
        assert_eq!(read(&saved(plain)), Ok(Some("<p>\r\n--b\r\n</p>".into())));
        let within = "Content-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain\n\nx\n--c\nContent-Type: text/html\n\n<p>\n--c--";
        assert_eq!(read(&saved(within)), Ok(Some("<p>".into())));
        let alone = "MIME-Version: 1.0\nContent-Type: text/html\n\n<p>";
        assert_eq!(read(alone), Ok(Some("<p>".into())));
        let (content_type, _) = html(saved(quoted).as_bytes()).unwrap().unwrap();
        assert_eq!(content_type, "text/html; charset=utf-8");
    }

    #[test]
    fn mhtml_without_a_whole_page_is_refused() {
        assert!(
            read(&saved("Content-Type: image/png\n\nx"))
                .unwrap_err()
                .contains("MHTML")
        );
        let cut = format!("{HEAD}----b=_1\nContent-Type: text/html\n\n<table>");
        assert!(read(&cut).unwrap_err().contains("MHTML"));
        let damaged = "Content-Type: text/html\nContent-Transfer-Encoding: base64\n\n====";
        assert!(read(&saved(damaged)).unwrap_err().contains("MHTML"));
        assert!(read(HEAD).unwrap_err().contains("MHTML"));
    }

    #[test]
    fn what_is_no_mail_stays() {
        for other in [
            "",
            "<!doctype html>\n\n<p>MIME-Version: 1.0",
            "MIME: no\n\nx",
            "{\n\n}",
        ] {
            assert_eq!(read(other), Ok(None));
        }
    }
}
