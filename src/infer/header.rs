//! What the header of a column means: one table of words, and how several ends become fields.
//!
//! The words are those of the headers that the tables of endoflife.date are read by (126 entries of
//! 113 product files, August 2026), and of what vendors write beside them. Keys of JSON are read as
//! words too: `endOfLife` and `end_of_life` are `end of life`.
//!
//! # What it refuses
//! A column that no word knows means nothing, whatever dates it holds. Two columns that may both be
//! one field are given both ways, and each way says so.

/// What a column may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The name of the cycle; of several, the lowest number is meant.
    Name(u8),
    /// A field of the site.
    Field(&'static str),
    /// The day of the first version; of several, the lowest number is meant.
    Start(u8),
    /// The end of a kind of support.
    End(Support),
    /// Nothing that a product file holds.
    Other,
}

/// A kind of support, in the order in which they end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Support {
    /// None is promised: the vendor advises against it.
    Deprecated,
    Active,
    Standard,
    Maintenance,
    Security,
    All,
    /// Paid, or by others.
    Extended,
}

/// What a header means that has one of these phrases; the first line that fits counts. A phrase in
/// `=` is the whole header.
const WORDS: &[(Meaning, &str)] = &[
    // Days of what is no release, or of what others than the vendor do.
    (
        Meaning::Other,
        "preview|beta|alpha|candidate|freeze|next|phase support|last order|time buy|\
         availability end|end of availability|upgrade|notes|link|url|\
         community end|community eol|upstream end|upstream eol",
    ),
    (
        Meaning::Field("latestReleaseDate"),
        "latest release date|latest version date|latest date|last release date|\
         maintenance release date|latest patch date|date of latest",
    ),
    (
        Meaning::Field("latest"),
        "latest|current version|newest version",
    ),
    (Meaning::Field("codename"), "codename|code name"),
    (
        Meaning::Field("discontinued"),
        "end of sale|end of sales|discontinued|discontinuation",
    ),
    // The key of the Node.js schedule.
    (Meaning::Field("lts"), "=lts="),
    // Active support ends as maintenance begins.
    (
        Meaning::End(Support::Active),
        "maintenance start|maintenance window start|maintenance begins|limited maintenance|\
         security phase|security fixes only|security only",
    ),
    (Meaning::End(Support::All), "eol start|end of life start"),
    // Where another kind of support begins, nothing ends or is released.
    (
        Meaning::Other,
        "extended support start|start of extended|lts start|start of lts|extended start|\
         security start",
    ),
    (
        Meaning::Start(9),
        "community release|upstream release|kubernetes release",
    ),
    (
        Meaning::Start(0),
        "general availability|ga|=release date=|release date|released|release day|\
         date of release|releasedate|initial release|first release|initial ga release|\
         first stable release|original release|fcs|first customer ship|available as of|\
         available from|launch|launched|launch date",
    ),
    (
        Meaning::Start(1),
        "start|start date|support start|build time|build date|published|publication date|introduced|\
         introduction date|availability date|=date=|=stable=",
    ),
    (
        Meaning::End(Support::Extended),
        "eoes|extended|enterprise support|enterprise|commercial support|commercial|ltss|\
         elts|els|esu|esm|end of lts|lts end|lts ends|lts until|lts support|\
         long term support|extension|paid support",
    ),
    (
        Meaning::End(Support::Security),
        "security support|security fixes|security updates|security patches|security end|\
         security until|=security=|critical support|end of security|vulnerability support",
    ),
    (
        Meaning::End(Support::Active),
        "eoas|active support|active ends|active until|active end|end of active|full support|\
         full maintenance|mainstream|bug fixes|bug fix|bugfixes|bugfix|end of engineering|\
         end of software development|active development|=active=",
    ),
    (
        Meaning::End(Support::Maintenance),
        "maintenance support|end of maintenance|maintenance end|maintenance ends|\
         maintenance window end|maintenance until|eom|=maintenance=",
    ),
    (
        Meaning::End(Support::Standard),
        "standard support|end of standard|general support|general ends|general end|\
         premier support|end of oss|oss support|community support|=community=|standard end|\
         primary support|=standard=|=general=",
    ),
    (Meaning::End(Support::Deprecated), "deprecated|deprecation"),
    (
        Meaning::End(Support::All),
        "end of life|eol|eo l|final release|support period|end of support|end of service|support end|support ends|\
         support ended|support until|supported until|maintained until|end of public updates|\
         end of technical support|end of fix support|retirement|retired|retires|sunset|\
         terminated|termination|expires|expiration|eosl|end of support life|\
         end of servicing|=eos=|=end=|end date|=until=|patching end|=ends=|\
         end of support date|fixes until|patches until|updates until",
    ),
    // A table of patches is beside one of cycles.
    (
        Meaning::Name(4),
        "minor version|minor engine version|minor release|patch version|patch release",
    ),
    (
        Meaning::Name(0),
        "cycle|release cycle|branch|series|release line|major version|release series|\
         major release|release branch",
    ),
    (Meaning::Name(1), "=version=|=release="),
    (Meaning::Name(2), "version|versions|release|releases"),
    (
        Meaning::Name(3),
        "product|name|model|framework|distribution|distro|device|service pack|key",
    ),
];

/// What a header or a key means.
pub(super) fn meaning(header: &str) -> Meaning {
    let words = words(header);
    let line = WORDS.iter().find(|(_, phrases)| has_one(&words, phrases));
    line.map_or(Meaning::Other, |(meaning, _)| *meaning)
}

/// How likely a column is that of the names, though its header has other words too, such as
/// `Deprecated Model`.
pub(super) fn name_rank(header: &str) -> Option<u8> {
    let words = words(header);
    WORDS.iter().find_map(|(meaning, phrases)| match meaning {
        Meaning::Name(rank) if has_one(&words, phrases) => Some(*rank),
        _ => None,
    })
}

/// Whether words have one of the phrases, or are one that is marked so.
fn has_one(words: &str, phrases: &str) -> bool {
    let has = |phrase: &str| match phrase.strip_prefix('=') {
        Some(whole) => words.trim() == whole.trim_end_matches('='),
        None => words.contains(&format!(" {phrase} ")),
    };
    phrases.split('|').any(has)
}

/// A header as lower-case words, with a blank before and after each. Numbers, which may be marks
/// of footnotes, are left out.
fn words(header: &str) -> String {
    let mut out = String::from(" ");
    let mut before = ' ';
    for c in header.chars() {
        let is_new = c.is_uppercase() && before.is_lowercase();
        if (is_new || !c.is_alphabetic()) && !out.ends_with(' ') {
            out.push(' ');
        }
        if c.is_alphabetic() {
            out.extend(c.to_lowercase());
        }
        before = c;
    }
    if !out.ends_with(' ') {
        out.push(' ');
    }
    out
}

/// Which field the end of each kind of support is, as the site's files have it: the last that is
/// for everybody is `eol`, one before it `eoas`, and what only some get `eoes`. Both ways for active
/// and security support, as one file of eight differs and its dates do not show it; none where the
/// kinds do not tell.
///
/// | ends | entries |
/// |---|---|
/// | one, which everybody gets: `eol` | 56 of 57 |
/// | active, then security: `eoas`, `eol` | 7 of 8 |
/// | two others that everybody gets: `eoas`, `eol` | 17 of 17 |
/// | active, then extended: `eoas`, `eol` | 3 of 3 |
/// | another, then extended: `eol`, `eoes` | 17 of 19 |
/// | two, then extended: all three | 1 of 1 |
pub(super) fn fields(kinds: &[Support]) -> &'static [&'static [&'static str]] {
    use Support::{Active, Deprecated, Extended, Security};
    match kinds {
        [Deprecated | Extended] => &[],
        [_] => &[&["eol"]],
        [Active, Security] => &[&["eoas", "eol"], &["eol", "eoes"]],
        [Deprecated | Active, Extended] => &[&["eoas", "eol"]],
        [_, Extended] => &[&["eol", "eoes"]],
        [_, _] => &[&["eoas", "eol"]],
        [_, _, Extended] => &[&["eoas", "eol", "eoes"]],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_keys_mean_what_the_files_of_the_site_read_them_as() {
        let end = |header| match meaning(header) {
            Meaning::End(kind) => kind,
            other => panic!("`{header}` is {other:?}"),
        };
        for (header, kind) in [
            ("End of mainstream support1", Support::Active),
            ("Bug Fixes Until", Support::Active),
            ("Maintenance Window Start", Support::Active),
            ("General Ends", Support::Standard),
            ("RDS end of standard support date", Support::Standard),
            ("EOM", Support::Maintenance),
            ("maintenance", Support::Maintenance),
            ("Security patches until", Support::Security),
            ("End of Life (EOL)", Support::All),
            ("end_of_life", Support::All),
            ("endOfLife", Support::All),
            ("Support until", Support::All),
            ("End of Extended Support and version EOL", Support::Extended),
            ("LTS Ends", Support::Extended),
        ] {
            assert_eq!(end(header), kind, "{header}");
        }
        assert_eq!(meaning("GA date*"), Meaning::Start(0));
        assert_eq!(meaning("first_release"), Meaning::Start(0));
        assert_eq!(meaning("Community release date"), Meaning::Start(9));
        assert_eq!(
            meaning("Latest release date"),
            Meaning::Field("latestReleaseDate")
        );
        assert_eq!(meaning("Release Line"), Meaning::Name(0));
        for header in [
            "Notes",
            "Release notes",
            "LTS Start Date",
            "Public preview",
            "",
        ] {
            assert_eq!(meaning(header), Meaning::Other, "{header}");
        }
    }

    #[test]
    fn what_an_end_is_depends_on_the_others() {
        use Support::{Active, All, Deprecated, Extended, Maintenance, Security, Standard};
        let one = |kinds: &[Support]| match fields(kinds) {
            [fields] => fields.join(" "),
            all => format!("{} ways", all.len()),
        };
        assert_eq!(one(&[Standard]), "eol");
        assert_eq!(one(&[Standard, All]), "eoas eol");
        assert_eq!(one(&[Standard, Extended]), "eol eoes");
        assert_eq!(one(&[Active, Extended]), "eoas eol");
        assert_eq!(one(&[Active, Maintenance, Extended]), "eoas eol eoes");
        assert_eq!(one(&[Active, Security]), "2 ways");
        for kinds in [&[Active, Security, All][..], &[Deprecated], &[Extended]] {
            assert_eq!(one(kinds), "0 ways");
        }
    }
}
