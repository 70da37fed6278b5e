//! The names of release cycles, to find the cycles of a name or of a version without trying each.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// The numbers of release cycles by name; a name may be there twice.
#[derive(Debug)]
pub struct CycleNames<'a> {
    numbers: HashMap<&'a str, Vec<usize>, RandomState>,
    /// The lengths of the names, each once: they are few, so a version is held against few names.
    lengths: Vec<usize>,
}

impl<'a> FromIterator<&'a str> for CycleNames<'a> {
    fn from_iter<T: IntoIterator<Item = &'a str>>(names: T) -> Self {
        let mut numbers: HashMap<_, Vec<usize>, _> = HashMap::default();
        for (number, name) in names.into_iter().enumerate() {
            numbers.entry(name).or_default().push(number);
        }
        let mut lengths: Vec<usize> = numbers.keys().map(|name| name.len()).collect();
        lengths.sort_unstable();
        lengths.dedup();
        Self { numbers, lengths }
    }
}

impl CycleNames<'_> {
    /// The cycles of a name, in their order.
    pub fn named(&self, name: &str) -> &[usize] {
        self.numbers.get(name).map_or(&[], |numbers| numbers)
    }

    /// The cycles that a version belongs to.
    pub fn including<'v>(&'v self, version: &'v str) -> impl Iterator<Item = usize> + 'v {
        let starts = self.lengths.iter().filter_map(|end| version.get(..*end));
        let names = starts.filter(move |start| includes(start, version));
        names.flat_map(|name| self.named(name)).copied()
    }
}

/// Whether a version belongs to a cycle of a name.
pub fn includes(cycle: &str, version: &str) -> bool {
    version
        .strip_prefix(cycle)
        .is_some_and(|rest| !rest.starts_with(|next: char| next.is_numeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_of_each_cycle_that_it_goes_on_from() {
        let names = ["2", "2.1", "21", "2", "\u{e9}"];
        let cycles: CycleNames<'_> = names.into_iter().collect();
        let of = |version: &str| {
            let mut found: Vec<usize> = cycles.including(version).collect();
            found.sort_unstable();
            let tried = (0..names.len()).filter(|number| includes(names[*number], version));
            assert_eq!(found, tried.collect::<Vec<_>>(), "{version}");
            found
        };
        assert_eq!(of("2.1.3"), [0, 1, 3]);
        assert_eq!(of("21.3"), [2]);
        assert_eq!(of("\u{e9}-1"), [4]);
        assert!(of("3").is_empty());
        assert_eq!(
            (cycles.named("2"), cycles.named("2.")),
            (&[0, 3][..], &[][..])
        );
    }
}
