//! The file the project comes from, broken dash and all, against the real page.

use crate::shared::shared;
use crate::world::{World, stderr};

const PAGE: &str = "pages/docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html";

#[test]
fn one_date_moved_on_the_page_is_one_line_changed_in_the_file() {
    let Some(shared) = shared("the seed") else {
        return;
    };
    let file = fs_err::read(shared.join("seed/amazon-elasticache-redis.md")).unwrap();
    let page = shared.join("pages/elasticache-engine-versions@5f3fff0.html");
    let page = fs_err::read_to_string(page).unwrap();
    let world = World::new();
    world.write("products/amazon-elasticache-redis.md", &file);
    world.write(PAGE, &page);
    let unmoved = world.update(&[]);
    assert!(unmoved.status.success(), "{}", stderr(&unmoved));
    assert_eq!(world.read("products/amazon-elasticache-redis.md"), file);

    let moved = page.replace(
        "<td tabindex=\"-1\">Redis OSS v6</td>\n\t\t\t\t\t\t<td tabindex=\"-1\">1/31/2027</td>",
        "<td tabindex=\"-1\">Redis OSS v6</td>\n\t\t\t\t\t\t<td tabindex=\"-1\">3/31/2027</td>",
    );
    assert_ne!(moved, page);
    world.write(PAGE, &moved);
    let output = world.update(&[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let new = world.read("products/amazon-elasticache-redis.md");

    let lines = |file: &[u8]| -> Vec<Vec<u8>> {
        file.split_inclusive(|byte| *byte == b'\n')
            .map(<[u8]>::to_vec)
            .collect()
    };
    let (old, new) = (lines(&file), lines(&new));
    assert_eq!(old.len(), new.len());
    let differing: Vec<(&[u8], &[u8])> = old
        .iter()
        .zip(&new)
        .filter(|(old, new)| old != new)
        .map(|(old, new)| (&old[..], &new[..]))
        .collect();
    assert_eq!(
        differing,
        [(&b"    eol: 2027-01-31\n"[..], &b"    eol: 2027-03-31\n"[..])]
    );
    let text = String::from_utf8_lossy(&new.concat()).into_owned();
    assert!(
        text.contains("\u{e2}\u{20ac}\u{201d}"),
        "the broken dash is gone"
    );
    let seven = text.split_once("releaseCycle: \"7\"").unwrap().1;
    let seven = seven.split_once("releaseCycle:").unwrap().0;
    assert!(seven.contains("\n    eol: false\n"), "{seven}");
}
