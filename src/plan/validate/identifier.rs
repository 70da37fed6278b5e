//! What a product is called elsewhere: package URLs, CPE names, Repology projects.
//!
//! # What is not asked
//! Which distributions there are: `pkg:deb`, `pkg:rpm` and `pkg:apk` take any namespace,
//! because the site's own list of them moves with theirs.

use std::sync::LazyLock;

use regex::Regex;

use super::site_value::SiteValue;
use super::violation::Violation;
use crate::product::front_matter::Node;
use crate::text::{Excerpt, nearest};

const TYPES: &str = "alpm apache apk bitbucket brew cargo chocolatey composer cran deb docker gem generic \
    github gitlab golang hackage hex maven npm nuget oci pypi rpm scoop";

/// Those that are known beside them and make no address.
const OTHER_TYPES: [&str; 2] = ["swid", "winget"];

const IN_NAMESPACE: &str = "bitbucket composer docker github gitlab golang maven";

pub(super) fn check(node: &Node) -> Result<(), Box<Violation>> {
    let refuse = |value: &str, message: &str, right: String| {
        Err(Box::new(Violation {
            rule: "identifier",
            field: "identifiers".to_owned(),
            against: None,
            value: Excerpt(value).to_string(),
            message: message.to_owned(),
            right,
        }))
    };
    let [(kind, value)] = node.entries() else {
        return refuse(
            "",
            "has an item that is not one key with its value",
            example(),
        );
    };
    let (kind, SiteValue::Text(text)) = (kind.text().unwrap_or_default(), SiteValue::of(value))
    else {
        return refuse(
            value.text().unwrap_or_default(),
            "is not parsed as a string by the site",
            example(),
        );
    };
    match kind {
        "repology" => Ok(()),
        "cpe" if is_cpe(text) => Ok(()),
        "cpe" => refuse(
            text,
            "is not a CPE name",
            "`cpe:2.3:a:vendor:product` or `cpe:/a:vendor:product`".into(),
        ),
        "purl" => purl(text).or_else(|(message, right)| refuse(text, &message, right)),
        other => refuse(
            other,
            "is not a known kind of identifier",
            nearest(other, ["purl", "cpe", "repology"])
                .map_or_else(example, |near| format!("`{near}`")),
        ),
    }
}

fn example() -> String {
    "`purl`, `cpe` or `repology` with a string, such as `purl: pkg:github/owner/name`".into()
}

fn is_cpe(text: &str) -> bool {
    static CPE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?m)^[cC][pP][eE]:(?:/[AHOaho]?(?::[\w.~%-]*){0,6}|2\.3:[AHOaho]?(?::(?:[\w.~%*-]|\\.)*){0,10})$",
        )
        .expect("a valid pattern")
    });
    CPE.is_match(text)
}

/// Why a package URL cannot be used, and what could.
fn purl(text: &str) -> Result<(), (String, String)> {
    let form = || "`pkg:type/namespace/name`".to_owned();
    let whole = text.split('#').next().unwrap_or_default();
    let (path, qualifiers) = whole.split_once('?').unwrap_or((whole, ""));
    let Some(path) = path.strip_prefix("pkg:") else {
        return Err(("does not start with `pkg:`".into(), form()));
    };
    let path = path.trim_matches('/');
    let Some((kind, rest)) = path.split_once('/') else {
        return Err(("has no name after its type".into(), form()));
    };
    let kind = kind.to_ascii_lowercase();
    let known = || TYPES.split(' ').chain(OTHER_TYPES);
    if !known().any(|known| known == kind) {
        let right = nearest(&kind, known()).map_or_else(form, |near| format!("type `{near}`"));
        return Err((format!("has an unknown type, `{}`", Excerpt(&kind)), right));
    }
    let rest = rest.trim_matches('/');
    // A scope such as `@angular` is no version.
    let named = match rest.rfind('@') {
        Some(at) if !rest[at..].contains('/') => &rest[..at],
        _ => rest,
    };
    let (namespace, name) = named.rsplit_once('/').unwrap_or(("", named));
    if name.is_empty() {
        return Err(("has no name".into(), form()));
    }
    if namespace.is_empty() && IN_NAMESPACE.split(' ').any(|known| known == kind) {
        return Err((
            "has no namespace".into(),
            format!("`pkg:{kind}/namespace/name`"),
        ));
    }
    let has_repository = qualifiers
        .split('&')
        .any(|qualifier| qualifier.starts_with("repository_url="));
    if kind == "oci" && !has_repository {
        return Err((
            "has no `repository_url`".into(),
            "`?repository_url=` with a registry".into(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_url_has_a_known_type_a_name_and_where_it_must_a_namespace() {
        for right in [
            "pkg:github/mautic/mautic/",
            "pkg:npm/%40angular/core",
            "pkg:npm/@angular/core",
            "pkg:gem/rails@7.0",
            "pkg:oci/x?repository_url=quay.io/y",
            "pkg:deb/debian/vim?distro=sid",
        ] {
            assert_eq!(purl(right), Ok(()), "{right}");
        }
        for wrong in [
            "github/a/b",
            "pkg:github",
            "pkg:github/a",
            "pkg:gti/a/b",
            "pkg:oci/x",
            "pkg:docker/x",
            "pkg:npm/",
            "pkg:gem/@1",
        ] {
            assert!(purl(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_cpe_name_is_of_version_2_2_or_2_3() {
        for right in [
            "cpe:2.3:a:apache:tomcat",
            r"cpe:2.3:a:joomla:joomla\!",
            "cpe:/o:linux:kernel",
        ] {
            assert!(is_cpe(right), "{right}");
        }
        for wrong in [
            "cpe:2.3:x:apache:tomcat",
            "cpe:a:b",
            "a:b",
            "cpe:2.3:a:joomla:joom la",
        ] {
            assert!(!is_cpe(wrong), "{wrong}");
        }
    }
}
