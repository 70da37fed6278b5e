//! What the program says of its methods: the words at the top of each one's file.
//!
//! # Why the source is read
//! Those words tell a reader of the source what a method reads and how it is asked for. A
//! second copy for a reader of the program would grow apart from them. It costs the program
//! the text of its methods, about one byte in eighty.

use super::Entry;

/// What a method reads, by which it is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any page, or the product file itself.
    Generic,
    /// A git repository, or the site that holds it.
    Repository,
    /// A list of what many projects publish.
    Registry,
    /// The pages of one vendor.
    Vendor,
    /// Pages that a browser must render, always.
    Browser,
}

impl Kind {
    /// All of them, in the order of a list.
    pub const ALL: [Self; 5] = [
        Self::Generic,
        Self::Repository,
        Self::Registry,
        Self::Vendor,
        Self::Browser,
    ];

    /// What stands above its methods in a list.
    pub fn title(self) -> &'static str {
        match self {
            Self::Generic => "Any page",
            Self::Repository => "Repositories and forges",
            Self::Registry => "Registries",
            Self::Vendor => "One vendor each",
            Self::Browser => "Pages that need a browser",
        }
    }
}

impl Entry {
    /// What the method learns from where, as one sentence.
    pub fn about(&self) -> String {
        let lines: Vec<&str> = self.words().take_while(|line| !line.is_empty()).collect();
        lines.join(" ")
    }

    /// All that is said of the method: what it reads, how it is asked for, what it leaves out.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.source
            .lines()
            .map_while(|line| line.strip_prefix("//!"))
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
    }
}

#[cfg(test)]
mod tests {
    use crate::methods::METHODS;

    #[test]
    fn each_method_is_told_in_one_sentence() {
        for entry in METHODS {
            let about = entry.about();
            assert!(
                about.len() > 20
                    && about.ends_with('.')
                    && !about[..about.len() - 1].contains(". "),
                "{}: {about}",
                entry.name
            );
        }
    }

    #[test]
    fn the_words_show_how_a_method_is_asked_for() {
        for entry in METHODS {
            let asked = format!("- {}: ", entry.name);
            assert!(
                entry.words().any(|line| line.starts_with(&asked)),
                "{}",
                entry.name
            );
        }
    }
}
