//! The names of the guard's rules. How each one checks a write is in `rules`.

use std::fmt;

/// Declares the rules in the order in which they are asked: the name by which one is shown
/// and switched off, and what it objects to.
macro_rules! rules {
    ($($rule:ident $name:literal $about:literal,)*) => {
        /// A rule of the guard.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule {
            $(#[doc = $about] $rule,)*
        }

        impl Rule {
            /// Every rule, in the order in which they are asked.
            pub const ALL: &[Self] = &[$(Self::$rule,)*];

            /// The name by which it is shown and switched off.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$rule => $name,)*
                }
            }

            /// What it objects to, in one line.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$rule => $about,)*
                }
            }
        }
    };
}

rules! {
    Source "source" "the sources list much less than before, or are read from another column",
    Vanished "vanished" "a date or a version disappears",
    Undated "undated" "a date becomes yes or no",
    SameDay "same_day" "many release cycles get the same day, which may be the day of the run",
    Corrected "corrected" "the file no longer holds what an earlier run wrote",
    Earlier "earlier" "a lifecycle date moves far to an earlier day",
    Later "later" "a lifecycle date moves very far to a later day",
    Swing "swing" "a date goes back to what it was not long ago",
    Vaguer "vaguer" "a day becomes the last of its month: the source no longer has the exact day",
    Rewritten "rewritten" "days of releases and of unchanged versions all move to earlier ones",
    OldRelease "old_release" "the day of a release of long ago moves",
    Lts "lts" "a release cycle gets long-term support that it did not have",
    Back "back" "the latest version goes back",
    Jump "jump" "the latest version skips more numbers than it ever did",
    Shape "shape" "the latest version is written in another way, or is a pre-release",
    ToCome "to_come" "the latest version is of a day to come",
    OlderDay "older_day" "a newer version is of an older day",
    MovedDay "moved_day" "the day of an unchanged version moves far",
}

impl Rule {
    /// The rule of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|rule| rule.name() == name)
    }

    /// Whether it needs to know what earlier runs did.
    pub fn needs_history(self) -> bool {
        matches!(self, Self::Source | Self::Corrected | Self::Swing)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
