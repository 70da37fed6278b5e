//! The names of the guard's rules. What each one objects to stands in `rules`.

use std::fmt;

/// A rule of the guard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The sources as a whole list much less than before, or are read from another column.
    Source,
    /// A value disappears.
    Vanished,
    /// A date becomes yes or no.
    Undated,
    /// Many cycles get one day.
    SameDay,
    /// The file no longer holds what was written.
    Corrected,
    /// A lifecycle date moves far to an earlier day.
    Earlier,
    /// A lifecycle date moves very far to a later day.
    Later,
    /// A date goes back to an old value.
    Swing,
    /// A day becomes the last of its month.
    Vaguer,
    /// Days of the past all move.
    Rewritten,
    /// The day of an old release moves.
    OldRelease,
    /// A cycle gets long-term support.
    Lts,
    /// The latest version goes back.
    Back,
    /// The latest version skips numbers.
    Jump,
    /// The latest version is written in another way.
    Shape,
    /// The latest version is of a future day.
    ToCome,
    /// A newer version has an older day.
    OlderDay,
    /// The day of an unchanged version moves.
    MovedDay,
}

impl Rule {
    /// Every rule with its name and what it objects to, in the order in which they are asked.
    const TABLE: [(Self, &'static str, &'static str); 18] = [
        (
            Self::Source,
            "source",
            "the sources list much less than before, or are read from another column",
        ),
        (Self::Vanished, "vanished", "a date or a version disappears"),
        (Self::Undated, "undated", "a date becomes yes or no"),
        (
            Self::SameDay,
            "same_day",
            "many release cycles get the same day, which may be the day of the run",
        ),
        (
            Self::Corrected,
            "corrected",
            "the file no longer holds what an earlier run wrote",
        ),
        (
            Self::Earlier,
            "earlier",
            "a lifecycle date moves far to an earlier day",
        ),
        (
            Self::Later,
            "later",
            "a lifecycle date moves very far to a later day",
        ),
        (
            Self::Swing,
            "swing",
            "a date goes back to what it was not long ago",
        ),
        (
            Self::Vaguer,
            "vaguer",
            "a day becomes the last of its month: the source no longer says which day",
        ),
        (
            Self::Rewritten,
            "rewritten",
            "days of releases and of unchanged versions all move to earlier ones",
        ),
        (
            Self::OldRelease,
            "old_release",
            "the day of a release of long ago moves",
        ),
        (
            Self::Lts,
            "lts",
            "a release cycle gets long-term support that it did not have",
        ),
        (Self::Back, "back", "the latest version goes back"),
        (
            Self::Jump,
            "jump",
            "the latest version skips more numbers than it ever did",
        ),
        (
            Self::Shape,
            "shape",
            "the latest version is written in another way, or is a pre-release",
        ),
        (
            Self::ToCome,
            "to_come",
            "the latest version is of a day to come",
        ),
        (
            Self::OlderDay,
            "older_day",
            "a newer version is of an older day",
        ),
        (
            Self::MovedDay,
            "moved_day",
            "the day of an unchanged version moves far",
        ),
    ];

    /// Every rule, in the order in which they are asked.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::TABLE.into_iter().map(|(rule, ..)| rule)
    }

    /// The rule of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::all().find(|rule| rule.name() == name)
    }

    /// The name by which it is shown and turned off.
    pub fn name(self) -> &'static str {
        Self::TABLE[self as usize].1
    }

    /// What it objects to, in one line.
    pub fn about(self) -> &'static str {
        Self::TABLE[self as usize].2
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_rules() {
        for (place, (rule, name, _)) in Rule::TABLE.into_iter().enumerate() {
            assert_eq!(rule as usize, place, "{name}");
            assert_eq!(Rule::of_name(name), Some(rule));
        }
    }
}
