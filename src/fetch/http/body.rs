//! The body of an answer: read to its end and decompressed, both within bounds.
//!
//! # Why decompression is done here
//! A client that decompresses while reading limits only the result; here the body is limited
//! before and after, as a few kilobytes can become gigabytes. And a stream that ends early
//! must be an error, not a shorter page.

use std::io::{self, Read};
use std::sync::LazyLock;

use flate2::read::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use regex::bytes::Regex;
use reqwest::header::{
    CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, TRANSFER_ENCODING,
};
use reqwest::{Response, Version};

use crate::fetch::attempt::AttemptError;
use crate::fetch::cause::Cause;
use crate::fetch::error::{ForbiddenError, TransientError};

/// The content codings that we accept, as sent to every server.
pub(in crate::fetch) const CODINGS: &str = "gzip, deflate, br";
/// The most content codings of one answer.
const MOST_CODINGS: usize = 2;

/// Reads a body of at most `limit` bytes as sent.
pub(in crate::fetch) async fn read(
    mut response: Response,
    limit: u64,
) -> Result<Vec<u8>, AttemptError> {
    let too_large = || ForbiddenError::TooLarge(limit).into();
    if response
        .content_length()
        .is_some_and(|length| length > limit)
    {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if (body.len() + chunk.len()) as u64 > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// A body that ended early, or took too long.
fn broken(error: reqwest::Error) -> AttemptError {
    if error.is_timeout() {
        return TransientError::Timeout.into();
    }
    AttemptError::transient(TransientError::Truncated, Some(Cause::new(error)))
}

/// Decodes the content codings that the headers name.
pub(in crate::fetch) fn decompress(
    headers: &HeaderMap,
    mut body: Vec<u8>,
    limit: u64,
) -> Result<Vec<u8>, AttemptError> {
    let codings: Vec<String> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(|name| String::from_utf8_lossy(name).trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty() && name != "identity")
        .collect();
    if codings.len() > MOST_CODINGS {
        return Err(ForbiddenError::Coding(shown(&codings.join(", "))).into());
    }
    if body.is_empty() {
        return Ok(body);
    }
    for coding in codings.iter().rev() {
        let mut out = Vec::new();
        let done = match coding.as_str() {
            "gzip" | "x-gzip" => copy(MultiGzDecoder::new(&*body), &mut out, limit),
            "br" => copy(
                brotli_decompressor::Decompressor::new(&*body, 4096),
                &mut out,
                limit,
            ),
            "deflate" => inflate(&body, &mut out, limit),
            other => {
                return Err(ForbiddenError::Coding(shown(other)).into());
            }
        };
        match done {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(TransientError::Truncated.into());
            }
            Err(error) => {
                let cause = TransientError::Damaged(coding.clone());
                return Err(AttemptError::transient(cause, Some(Cause::new(error))));
            }
            Ok(()) if out.len() as u64 > limit => {
                return Err(ForbiddenError::TooLargeDecompressed(limit).into());
            }
            Ok(()) => body = out,
        }
    }
    Ok(body)
}

/// The start of a `body` element, and an end that tells that it is whole.
static BODY: LazyLock<[Regex; 2]> = LazyLock::new(|| {
    [r"(?i)<body[\s>]", r"(?i)</(body|html)\s*>"].map(|tag| Regex::new(tag).expect("a regex"))
});

/// An error if an HTML page has no end, and nothing else says where it ends: without a length, chunks
/// and a coding, a page that is cut looks like a whole one. Of other formats nobody can tell.
pub(in crate::fetch) fn require_end(
    version: Version,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), AttemptError> {
    let has_end = version >= Version::HTTP_2
        || [CONTENT_LENGTH, TRANSFER_ENCODING, CONTENT_ENCODING]
            .iter()
            .any(|name| headers.contains_key(name));
    let is_html = || {
        headers.get(CONTENT_TYPE).is_none_or(|value| {
            let kind = value.as_bytes().to_ascii_lowercase();
            String::from_utf8_lossy(&kind).contains("html")
        })
    };
    let [start, end] = &*BODY;
    if has_end || !is_html() || !start.is_match(body) || end.is_match(body) {
        return Ok(());
    }
    let cause = "the connection ended before `</body>` and `</html>`, and no length was sent";
    let cause = io::Error::new(io::ErrorKind::UnexpectedEof, cause);
    Err(AttemptError::transient(
        TransientError::Truncated,
        Some(Cause::new(cause)),
    ))
}

fn shown(coding: &str) -> String {
    crate::text::Excerpt(coding).to_string()
}

/// Reads to the end, or one byte more than allowed.
fn copy(decoder: impl Read, out: &mut Vec<u8>, limit: u64) -> io::Result<()> {
    decoder.take(limit + 1).read_to_end(out).map(|_| ())
}

/// Inflates `deflate`, which has a zlib header by the standard, and without some servers.
fn inflate(body: &[u8], out: &mut Vec<u8>, limit: u64) -> io::Result<()> {
    // A zlib header: method 8, and divisible by 31.
    let zlib = matches!(body, [first, second, ..]
        if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0);
    let mut decoder = Decompress::new(zlib);
    loop {
        out.reserve(32 * 1024);
        let before = (decoder.total_in(), decoder.total_out());
        let rest = usize::try_from(before.0).map_or(&[][..], |read| &body[read..]);
        match decoder.decompress_vec(rest, out, FlushDecompress::None)? {
            Status::StreamEnd => return Ok(()),
            _ if out.len() as u64 > limit => return Ok(()),
            _ if before == (decoder.total_in(), decoder.total_out()) => {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use reqwest::header::HeaderValue;

    use super::*;

    const TEXT: &[u8] = b"Release 7 ends on 2027-05-31. Release 7 ends on 2027-05-31.";

    fn decode(coding: &'static str, body: &[u8], limit: u64) -> Result<Vec<u8>, AttemptError> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        decompress(&headers, body.to_vec(), limit)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn raw(text: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn each_accepted_coding_is_decoded() {
        // A brotli stream of one uncompressed block: "abc".
        let brotli = [0x0b, 0x01, 0x80, b'a', b'b', b'c', 0x03];
        assert_eq!(decode("br", &brotli, 100).unwrap(), b"abc");
        assert_eq!(decode("gzip", &gzip(TEXT), 100).unwrap(), TEXT);
        assert_eq!(decode("x-gzip", &gzip(TEXT), 100).unwrap(), TEXT);
        assert_eq!(decode("deflate", &zlib(TEXT), 100).unwrap(), TEXT);
        assert_eq!(decode("deflate", &raw(TEXT), 100).unwrap(), TEXT);
        assert_eq!(decode("identity", TEXT, 100).unwrap(), TEXT);
        assert_eq!(
            decode("deflate, GZIP", &gzip(&zlib(TEXT)), 100).unwrap(),
            TEXT
        );
    }

    #[test]
    fn a_stream_that_ends_early_is_truncated() {
        for (coding, whole) in [
            ("gzip", gzip(TEXT)),
            ("deflate", zlib(TEXT)),
            ("deflate", raw(TEXT)),
        ] {
            for end in [whole.len() - 1, whole.len() / 2, 12] {
                let got = decode(coding, &whole[..end], 100);
                assert!(
                    matches!(
                        got,
                        Err(AttemptError::Transient {
                            cause: TransientError::Truncated,
                            ..
                        })
                    ),
                    "{coding} up to {end}: {got:?}"
                );
            }
        }
        assert!(matches!(
            decode("br", &[0x0b, 0x01, 0x80, b'a'], 100),
            Err(AttemptError::Transient { .. })
        ));
    }

    #[test]
    fn a_page_without_any_end_is_truncated() {
        let is_whole = |version, headers: &[(&str, &str)], body: &str| {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect();
            require_end(version, &headers, body.as_bytes()).is_ok()
        };
        let cut = "<!doctype html><BODY class=a><table><tr><td>7";
        for version in [Version::HTTP_10, Version::HTTP_11] {
            assert!(!is_whole(version, &[], cut));
            let html = ("content-type", "Text/HTML; charset=utf-8");
            assert!(!is_whole(version, &[html], cut));
            for other in [
                ("content-type", "application/json"),
                ("content-length", "45"),
                ("transfer-encoding", "chunked"),
                ("content-encoding", "gzip"),
            ] {
                assert!(is_whole(version, &[other], cut), "{other:?}");
            }
            for whole in [
                "<body><p>7</body>",
                "<body><p>7</HTML >",
                // HTML may leave these tags out, and pages written by hand do.
                "<!doctype html><html lang=en><title>7</title><p>7",
                "<tbody><tr><td>7",
            ] {
                assert!(is_whole(version, &[], whole), "{whole}");
            }
        }
        assert!(is_whole(Version::HTTP_2, &[], cut));
    }

    #[test]
    fn a_stream_that_grows_beyond_the_limit_is_refused() {
        let zeros = vec![0; 10 << 20];
        for (coding, bomb) in [
            ("gzip", gzip(&zeros)),
            ("deflate", zlib(&zeros)),
            ("deflate", raw(&zeros)),
        ] {
            assert!(bomb.len() < 20_000);
            let got = decode(coding, &bomb, 1 << 20);
            assert!(
                matches!(
                    got,
                    Err(AttemptError::Forbidden(
                        ForbiddenError::TooLargeDecompressed(_)
                    ))
                ),
                "{coding}"
            );
        }
        assert_eq!(
            decode("gzip", &gzip(&zeros), 10 << 20).unwrap().len(),
            10 << 20
        );
    }

    #[test]
    fn an_invalid_stream_is_damaged_and_an_unknown_coding_refused() {
        for coding in ["gzip", "br"] {
            let got = decode(coding, b"<html>not compressed at all</html>", 100);
            assert!(
                matches!(got, Err(AttemptError::Transient { .. })),
                "{coding}: {got:?}"
            );
        }
        assert!(matches!(
            decode("zstd", TEXT, 100),
            Err(AttemptError::Forbidden(ForbiddenError::Coding(_)))
        ));
        assert!(matches!(
            decode("gzip, gzip, gzip", TEXT, 100),
            Err(AttemptError::Forbidden(ForbiddenError::Coding(_)))
        ));
    }
}
