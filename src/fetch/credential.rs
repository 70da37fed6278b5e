//! Credentials of the user: for which host one is, and in which header it goes.
//!
//! A credential is sent over TLS with the GET of a page, to exactly its host and port. It follows
//! no redirect, not even to the same host, and is not sent with a posted document, by `git` or by
//! the browser. Its value comes from a variable of the environment and never from a file.
//!
//! # Why an answer that repeats it is refused
//! Product files say what is read of a page, and what is read is printed, recorded and written. A
//! page that shows the headers of its request would put the secret there: as it is, escaped for a
//! URL, HTML, JSON or a script, in base64 or in UTF-16.

use std::fmt;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use regex::bytes::{Captures, Regex};
use reqwest::header::{HeaderMap, HeaderValue};
use url::{Origin, Url};

use super::error::FetchError;
use super::http::response::Response;

/// A shorter secret may be part of any page.
const LONG_ENOUGH: usize = 8;

/// For which host a credential is, and where its value is found. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialSource {
    origin: Origin,
    host: String,
    variable: String,
    form: CredentialForm,
}

/// The header that a credential goes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CredentialForm {
    /// `Authorization: Bearer`
    Bearer,
    /// `Authorization: Basic`, with this user name.
    Basic(String),
    /// A header of this name, with the value as it is.
    Header(&'static str),
}

impl CredentialSource {
    /// The credential in a variable of the environment, for a host as `name` or `name:port`.
    pub fn new(host: &str, variable: &str, form: CredentialForm) -> Result<Self, String> {
        let is_part = |c: char| !c.is_whitespace() && !"/\\@?#*".contains(c);
        let url = Url::parse(&format!("https://{host}/")).ok();
        let url = url.filter(|_| host.chars().all(is_part));
        let origin = url.map(|url| url.origin()).ok_or_else(|| {
            let host = crate::text::Excerpt(host);
            format!("`{host}` is not a host; write it as gitlab.example.com or as gitlab.example.com:8443")
        })?;
        if variable.is_empty() {
            return Err("`env` must name a variable of the environment".to_owned());
        }
        Ok(Self {
            origin,
            host: host.to_ascii_lowercase(),
            variable: variable.to_owned(),
            form,
        })
    }

    /// Whether another one is for the same host and port.
    pub fn is_for_host_of(&self, other: &Self) -> bool {
        self.origin == other.origin
    }
}

/// A secret for one host. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Credential {
    origin: Origin,
    header: &'static str,
    /// The value of the header.
    value: String,
    secret: String,
}

impl Credential {
    /// The credential with its value, which must be there.
    pub(super) fn read(source: &CredentialSource) -> Result<Self, FetchError> {
        let variable = std::env::var_os(&source.variable).unwrap_or_default();
        Self::of(source, &variable.to_string_lossy())
    }

    fn of(source: &CredentialSource, secret: &str) -> Result<Self, FetchError> {
        let wrong = |problem| FetchError::NoCredential {
            host: crate::text::visible(&source.host).into_owned(),
            variable: crate::text::visible(&source.variable).into_owned(),
            problem,
        };
        let secret = secret.trim();
        if secret.is_empty() {
            return Err(wrong("is empty or not set"));
        }
        let (header, value) = match &source.form {
            CredentialForm::Bearer => ("authorization", format!("Bearer {secret}")),
            CredentialForm::Basic(user) => {
                let both = BASE64_STANDARD.encode(format!("{user}:{secret}"));
                ("authorization", format!("Basic {both}"))
            }
            CredentialForm::Header(name) => (*name, secret.to_owned()),
        };
        if HeaderValue::from_str(&value).is_err() {
            return Err(wrong("holds characters that no header can"));
        }
        Ok(Self {
            origin: source.origin.clone(),
            header,
            value,
            secret: secret.to_owned(),
        })
    }

    /// Whether it may be sent to a URL.
    pub(super) fn is_for(&self, url: &Url) -> bool {
        url.origin() == self.origin
    }

    /// Adds it to the headers of a request.
    pub(super) fn insert_into(&self, headers: &mut HeaderMap) {
        if let Ok(mut value) = HeaderValue::from_str(&self.value) {
            value.set_sensitive(true);
            headers.insert(self.header, value);
        }
    }

    /// Whether an answer repeats the secret, or the last word of the header.
    pub(super) fn is_in(&self, answer: &Response) -> bool {
        let word = self.value.rsplit(' ').next().unwrap_or_default();
        let mut secrets = vec![self.secret.as_bytes(), word.as_bytes()];
        secrets.retain(|secret| secret.len() >= LONG_ENOUGH);
        let digits = secrets.iter().flat_map(|secret| in_base64(secret));
        let digits: Vec<Vec<u8>> = digits.map(|digits| unescaped(digits.as_bytes())).collect();
        let plain = secrets.iter().map(|secret| unescaped(secret));
        let mut plain: Vec<Vec<u8>> = plain.chain(digits).collect();
        plain.retain(|secret| secret.len() >= LONG_ENOUGH);
        let holds = |text: &[u8], part: &[u8]| text.windows(part.len()).any(|one| one == part);
        let headers = answer.headers.values().map(HeaderValue::as_bytes);
        headers.chain([&*answer.body]).any(|text| {
            let unescaped = unescaped(text);
            secrets.iter().any(|secret| holds(text, secret))
                || plain.iter().any(|secret| holds(&unescaped, secret))
        })
    }
}

/// A text with its escapes resolved, without zeros and backslashes, in lower case, and with the digits
/// of base64 that URLs have others for.
fn unescaped(text: &[u8]) -> Vec<u8> {
    static ESCAPE: LazyLock<Regex> = LazyLock::new(|| {
        let escape = r"(?i-u)(?:%(?:25)*|&#x0*|\\x|\\u00)([0-9a-f]{2});?|&#0*([0-9]{2,3});?|&(quot|amp|apos|lt|gt);?|[\\\x00]";
        Regex::new(escape).expect("a valid pattern")
    });
    let byte = |found: &Captures<'_>| -> Vec<u8> {
        let group = |group| Some(std::str::from_utf8(found.get(group)?.as_bytes()).unwrap_or(""));
        let byte = match (group(1), group(2), group(3)) {
            (Some(hexadecimal), ..) => u8::from_str_radix(hexadecimal, 16).ok(),
            (_, Some(decimal), _) => decimal.parse().ok(),
            (.., Some(name)) => match name.to_ascii_lowercase().as_str() {
                "quot" => Some(b'"'),
                "apos" => Some(b'\''),
                "lt" => Some(b'<'),
                "gt" => Some(b'>'),
                _ => Some(b'&'),
            },
            _ => None,
        };
        byte.into_iter().collect()
    };
    let mut text = ESCAPE.replace_all(text, byte).to_ascii_lowercase();
    for byte in &mut text {
        match byte {
            b'-' => *byte = b'+',
            b'_' => *byte = b'/',
            _ => {}
        }
    }
    text
}

/// The digits of base64 that hold nothing but a secret, wherever in a text it starts.
fn in_base64(secret: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|before| {
        let bytes = [&[0; 2][..before], secret].concat();
        let digits = BASE64_STANDARD_NO_PAD.encode(&bytes);
        digits[(before * 8).div_ceil(6)..bytes.len() * 8 / 6].to_owned()
    })
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential for {}", self.origin.ascii_serialization())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(host: &str, form: CredentialForm) -> CredentialSource {
        CredentialSource::new(host, "A_TOKEN", form).unwrap()
    }

    #[test]
    fn a_credential_is_for_its_host_and_port_over_tls_alone() {
        let is_for = |host: &str, url: &str| {
            let credential = Credential::of(&source(host, CredentialForm::Bearer), "s3cret-s3cret");
            credential.unwrap().is_for(&Url::parse(url).unwrap())
        };
        assert!(is_for("Git.Test", "https://GIT.test/x"));
        assert!(is_for("git.test:443", "https://git.test/x"));
        assert!(is_for("git.test:8443", "https://git.test:8443/x"));
        assert!(is_for("[fd00::1]", "https://[fd00:0::1]/x"));
        for url in [
            "http://git.test/",
            "http://git.test:443/",
            "https://git.test:8443/",
            "https://git.test./",
            "https://a.git.test/",
            "https://git.test.a/",
            "https://git.tes/",
            "https://a/git.test",
            "git://git.test/",
        ] {
            assert!(!is_for("git.test", url), "{url}");
        }
    }

    #[test]
    fn a_host_is_a_name_and_a_port() {
        for host in [
            "",
            "https://git.test",
            "git.test/x",
            "*.git.test",
            "me@git.test",
            "git.test:x",
            "git.test?",
            "git test",
            "git.test\n",
        ] {
            let wrong = CredentialSource::new(host, "A", CredentialForm::Bearer);
            assert!(wrong.unwrap_err().contains("is not a host"), "{host}");
        }
    }

    #[test]
    fn each_form_has_its_header_and_an_answer_that_repeats_it_is_known() {
        for (form, header, value) in [
            (
                CredentialForm::Bearer,
                "authorization",
                "Bearer s3cret-s3cret",
            ),
            (
                CredentialForm::Basic("me".to_owned()),
                "authorization",
                "Basic bWU6czNjcmV0LXMzY3JldA==",
            ),
            (
                CredentialForm::Header("private-token"),
                "private-token",
                "s3cret-s3cret",
            ),
        ] {
            let credential = Credential::of(&source("a.test", form), " s3cret-s3cret\n").unwrap();
            let mut headers = HeaderMap::new();
            credential.insert_into(&mut headers);
            assert_eq!(headers[header], value);
            assert!(!format!("{credential:?} {headers:?}").contains("s3cret"));
            let answer = |body: &str, location: &str| Response {
                status: reqwest::StatusCode::OK,
                headers: [("location".parse().unwrap(), location.parse().unwrap())]
                    .into_iter()
                    .collect(),
                body: body.into(),
            };
            assert!(credential.is_in(&answer(&format!("<p>{value}</p>"), "")));
            assert!(credential.is_in(&answer("", &format!("/?t={value}"))));
            assert!(!credential.is_in(&answer("<p>s3cret</p>", "/")));
            for repeated in [
                "S3CRET-S3CRET",
                "s3cret%2ds3cret",
                "%73%33%63%72%65%74%2D%73%33%63%72%65%74",
                "s3cret%252Ds3cret",
                "s3cret&#45;s3cret",
                "s3cret&#x02D;s3cret",
                r"s3cret\-s3cret",
                r"s3cret\x2ds3cret",
                r"s3cret\u002Ds3cret",
                "s\x003\0c\0r\0e\0t\0-\0s\x003\0c\0r\0e\0t\0",
            ] {
                assert!(credential.is_in(&answer(repeated, "")), "{repeated}");
            }
            for before in ["", "a", "ab", "Bearer ", "me:"] {
                for behind in ["", "\n", "zz"] {
                    let text = format!("{before}s3cret-s3cret{behind}");
                    let text = BASE64_STANDARD.encode(text);
                    assert!(credential.is_in(&answer(&text, "")), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_secret_of_signs_is_known_in_each_spelling() {
        let secret = r#"<a&b>"c'/d+e?f"#;
        let credential = Credential::of(&source("a.test", CredentialForm::Bearer), secret);
        let credential = credential.unwrap();
        let percent: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let url_safe = base64::prelude::BASE64_URL_SAFE.encode("~~~???".to_owned() + secret);
        for repeated in [
            secret,
            "&lt;a&amp;b&gt;&quot;c&apos;/d+e?f",
            r#"<a&b>\"c'\/d+e?f"#,
            &percent,
            &url_safe,
        ] {
            let answer = Response {
                status: reqwest::StatusCode::OK,
                headers: HeaderMap::new(),
                body: repeated.into(),
            };
            assert!(credential.is_in(&answer), "{repeated}");
        }
    }

    #[test]
    fn a_secret_of_escapes_is_known_as_it_is() {
        for secret in [r"\\\\\\\\\\\\", "%41%41%41"] {
            let credential = Credential::of(&source("a.test", CredentialForm::Bearer), secret);
            let is_in = |body: &str| {
                credential.as_ref().unwrap().is_in(&Response {
                    status: reqwest::StatusCode::OK,
                    headers: HeaderMap::new(),
                    body: body.into(),
                })
            };
            assert!(is_in(secret) && !is_in("AAA") && !is_in(""));
        }
    }

    #[test]
    fn a_credential_that_no_header_can_hold_is_an_error_that_names_the_variable() {
        for secret in ["", " \n", "s3cret\r\nx: y"] {
            let error = Credential::of(&source("a.test", CredentialForm::Bearer), secret);
            let error = error.unwrap_err();
            let said = format!("{error} {error:?}");
            assert!(
                said.contains("`A_TOKEN`") && said.contains("a.test"),
                "{said}"
            );
            assert!(!said.contains("s3cret"), "{said}");
        }
    }
}
