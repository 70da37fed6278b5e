//! Rules about a product file beside its release cycles.

use super::fields::{Field, Kind, When};
use super::identifier;
use super::site_value::SiteValue;
use super::tables::{CUSTOM, PRODUCT};
use super::violation::{Finding, Violation, missing, of_value};
use crate::product::Product;
use crate::product::front_matter::Node;

/// What is wrong with the file beside its cycles.
pub(super) fn findings(product: &Product) -> Vec<Finding> {
    let root = &product.front_matter.root;
    let mut found = Vec::new();
    keys(root, PRODUCT, &mut found);
    auto(root, &mut found);
    for custom in root.find("customFields").map_or(&[][..], Node::items) {
        if is_mapping(custom, "customFields", &mut found) {
            keys(custom, CUSTOM, &mut found);
        }
    }
    for node in root.find("identifiers").map_or(&[][..], Node::items) {
        let violation = identifier::check(node).err();
        found.extend(violation.map(|violation| Finding::at(node.line, None, *violation)));
    }
    found
}

/// Each key of a mapping holds what it may hold.
fn keys(node: &Node, fields: &'static [Field], found: &mut Vec<Finding>) {
    for field in fields {
        let Some(value) = node.find(field.name) else {
            if field.when == When::Required {
                found.push(Finding::at(node.line, None, missing(field)));
            }
            continue;
        };
        if field.when == When::Never {
            continue;
        }
        let seen = SiteValue::of(value);
        if let (Kind::Forms(_), SiteValue::Text(_)) = (field.kind, seen) {
            let violation = Violation {
                rule: "type",
                value: seen.shown(),
                message: "is not a list".into(),
                ..missing(field)
            };
            found.push(Finding::at(value.line, None, violation));
            continue;
        }
        match of_value(field, seen) {
            Some(violation) => found.push(Finding::at(value.line, None, violation)),
            None => {
                if let Kind::Form(_) | Kind::Forms(_) = field.kind {
                    items(value, field, found);
                }
            }
        }
    }
}

/// Each item of a list has the form of its key.
fn items(list: &Node, field: &'static Field, found: &mut Vec<Finding>) {
    for item in list.items() {
        let violation = match SiteValue::of(item) {
            seen @ (SiteValue::List | SiteValue::Mapping) => Some(Violation {
                rule: "type",
                message: format!("has an item that is {}", seen.kind()),
                ..missing(field)
            }),
            seen => of_value(field, seen),
        };
        found.extend(violation.map(|violation| Finding::at(item.line, None, violation)));
    }
}

/// `auto` has a list of methods.
fn auto(root: &Node, found: &mut Vec<Finding>) {
    let Some(auto) = root
        .find("auto")
        .filter(|auto| SiteValue::of(auto) == SiteValue::Mapping)
    else {
        return;
    };
    let methods = auto.find("methods");
    if methods.map(SiteValue::of) != Some(SiteValue::List) {
        let violation = Violation {
            rule: if methods.is_none() { "missing" } else { "type" },
            field: "auto.methods".to_owned(),
            against: None,
            value: methods
                .map(|node| SiteValue::of(node).shown())
                .unwrap_or_default(),
            message: "is not a list".into(),
            right: "a list of methods".into(),
        };
        found.push(Finding::at(methods.unwrap_or(auto).line, None, violation));
    }
}

fn is_mapping(node: &Node, key: &'static str, found: &mut Vec<Finding>) -> bool {
    let seen = SiteValue::of(node);
    if seen != SiteValue::Mapping {
        found.push(Finding {
            line: node.line,
            rule: "type",
            cycle: None,
            field: Some(key.into()),
            value: seen.shown(),
            message: format!("has an item that is parsed as {} by the site", seen.kind()),
            right: "a mapping".into(),
        });
    }
    seen == SiteValue::Mapping
}

#[cfg(test)]
mod tests {
    use super::super::tests::breaks;

    #[test]
    fn a_product_has_a_title_a_known_category_and_a_path() {
        breaks("title: Foo\n", "", &["2 missing title"]);
        breaks("title: Foo", "title: 7", &["2 type title"]);
        breaks("category: app", "category: db", &["3 word category"]);
        breaks("/foo", "/Foo", &["4 form permalink"]);
        breaks(
            "category",
            "alternate_urls: /x\ncategory",
            &["3 type alternate_urls"],
        );
        breaks(
            "category",
            "alternate_urls: [/x_y, x]\ncategory",
            &["3 form alternate_urls"],
        );
        breaks("category", "tags: a  b\ncategory", &["3 form tags"]);
        breaks("true\neoes", "7\neoes", &["6 type eoasColumn"]);
    }

    #[test]
    fn an_address_names_its_protocol() {
        breaks(
            "https://example.org/",
            "example.org",
            &["5 url releasePolicyLink"],
        );
        breaks("link: null", "link: ftp://x", &["23 url link"]);
    }

    #[test]
    fn a_custom_field_is_whole() {
        breaks("display: none", "display: left", &["10 word display"]);
        breaks("    label: PHP\n", "", &["9 missing label"]);
    }

    #[test]
    fn an_identifier_is_of_a_known_kind() {
        breaks(
            "repology: foo",
            "reprology: foo",
            &["13 identifier identifiers"],
        );
        breaks(
            "- repology: foo",
            "- repology",
            &["13 identifier identifiers"],
        );
    }

    #[test]
    fn auto_has_a_list_of_methods() {
        breaks("category", "auto:\ncategory", &["3 missing auto"]);
        breaks(
            "category",
            "auto: {}\ncategory",
            &["3 missing auto.methods"],
        );
        breaks(
            "category",
            "auto: {methods: 1}\ncategory",
            &["3 type auto.methods"],
        );
    }
}
