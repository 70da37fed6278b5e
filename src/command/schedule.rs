//! Which product is begun next: a queue a host, and the host with most left to ask goes first.
//!
//! What a product will ask first is known before anything is asked: each of its methods is
//! run up to its first question ([`crate::fetch::Fetcher::silent`]). So all products together give each host its
//! queue. A product stands in the queue of the host that its first method asks.
//!
//! Where fewer products may be in flight than there are, those places are given so that no
//! host idles: a host whose own few places are taken gets another product only when every
//! other queue is empty or full too. In a queue, the product with most to ask goes first, as its later
//! questions are still to come. Products that ask nobody go before all.
//!
//! This module asks nothing and knows no time. What a method asks after its first answers,
//! such as further pages, is not foreseen.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use crate::fetch::Asked;

/// A product, and what each of its methods asks first, in their order.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) product: String,
    pub(super) questions: Vec<Asked>,
}

/// A product that is begun, and the host in whose queue it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Begun {
    pub(super) product: String,
    host: String,
}

/// The products that are still to be begun.
pub(super) struct Schedule {
    queues: BTreeMap<String, VecDeque<Planned>>,
    /// How many questions a host has still to be asked by products that are not begun.
    left: HashMap<String, usize>,
    /// How many products are in flight from the queue of a host.
    begun: HashMap<String, usize>,
    /// How many questions a host is asked at once.
    per_host: usize,
}

impl Schedule {
    pub(super) fn new(mut products: Vec<Planned>, per_host: usize) -> Self {
        products.sort_by(|a, b| {
            let key = |planned: &Planned| Reverse(planned.questions.len());
            key(a).cmp(&key(b)).then_with(|| a.product.cmp(&b.product))
        });
        let mut schedule = Self {
            queues: BTreeMap::new(),
            left: HashMap::new(),
            begun: HashMap::new(),
            per_host: per_host.max(1),
        };
        let mut seen = HashSet::new();
        for mut planned in products {
            let host = planned.questions.first().map(|asked| asked.host.clone());
            // The same question is asked once, whoever else has it.
            planned.questions.retain(|asked| seen.insert(asked.clone()));
            for asked in &planned.questions {
                *schedule.left.entry(asked.host.clone()).or_default() += 1;
            }
            let queue = schedule.queues.entry(host.unwrap_or_default());
            queue.or_default().push_back(planned);
        }
        schedule
    }

    /// The products that are still to be begun.
    pub(super) fn rest(&self) -> impl Iterator<Item = &str> {
        self.queues
            .values()
            .flatten()
            .map(|planned| &*planned.product)
    }

    /// Begins the next product.
    pub(super) fn next(&mut self) -> Option<Begun> {
        let of = |counts: &HashMap<String, usize>, host: &str| {
            counts.get(host).copied().unwrap_or_default()
        };
        let host = self
            .queues
            .keys()
            .max_by_key(|host| {
                let idle = of(&self.begun, host) < self.per_host;
                let left = of(&self.left, host);
                (host.is_empty(), idle, left, Reverse(*host))
            })?
            .clone();
        let queue = self.queues.get_mut(&host)?;
        let planned = queue.pop_front()?;
        if queue.is_empty() {
            self.queues.remove(&host);
        }
        for asked in &planned.questions {
            if let Some(left) = self.left.get_mut(&asked.host) {
                *left -= 1;
            }
        }
        *self.begun.entry(host.clone()).or_default() += 1;
        Some(Begun {
            product: planned.product,
            host,
        })
    }

    /// A product that was begun has ended.
    pub(super) fn ended(&mut self, begun: &Begun) {
        if let Some(count) = self.begun.get_mut(&begun.host) {
            *count -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A product and the URLs that its methods ask first.
    fn planned(product: &str, questions: &[&str]) -> Planned {
        let asked = |question: &&str| Asked {
            host: question.split('/').next().unwrap().to_owned(),
            question: (*question).to_owned(),
        };
        Planned {
            product: product.to_owned(),
            questions: questions.iter().map(asked).collect(),
        }
    }

    /// The order in which products are begun while so many are in flight and the oldest ends first.
    fn order(products: Vec<Planned>, in_flight: usize) -> Vec<String> {
        let mut schedule = Schedule::new(products, 2);
        let mut flying = VecDeque::new();
        let mut order = Vec::new();
        while let Some(begun) = schedule.next() {
            order.push(begun.product.clone());
            flying.push_back(begun);
            if flying.len() == in_flight {
                schedule.ended(&flying.pop_front().unwrap());
            }
        }
        order
    }

    #[test]
    fn the_host_with_most_to_answer_is_asked_first_and_none_idles() {
        let products = vec![
            planned("a1", &["a/1"]),
            planned("b1", &["b/1"]),
            planned("b2", &["b/2"]),
            planned("c1", &["c/1"]),
            planned("c2", &["c/2"]),
            planned("c3", &["c/3"]),
            planned("c4", &["c/4"]),
            planned("c5", &["c/5"]),
        ];
        // Two products keep c at work; then it is the turn of the others, and then of its rest.
        assert_eq!(
            order(products, 9),
            ["c1", "c2", "b1", "a1", "b2", "c3", "c4", "c5"]
        );
    }

    #[test]
    fn a_place_that_is_left_goes_to_the_longest_queue_with_a_free_host() {
        let products = || {
            let of = |host: &str, count: usize| -> Vec<Planned> {
                (0..count)
                    .map(|n| planned(&format!("{host}{n}"), &[&format!("{host}/{n}")]))
                    .collect()
            };
            [of("a", 2), of("b", 3), of("c", 6)].concat()
        };
        assert_eq!(
            order(products(), 3).concat(),
            "c0c1b0c2c3a0b1c4a1b2c5".to_owned()
        );
        assert_eq!(order(products(), 1).len(), 11);
    }

    #[test]
    fn who_asks_nobody_goes_first_and_who_asks_most_before_others_of_the_host() {
        let products = vec![
            planned("one", &["a/1"]),
            planned("two", &["a/2", "b/1"]),
            planned("none", &[]),
        ];
        assert_eq!(order(products, 9), ["none", "two", "one"]);
    }

    #[test]
    fn a_question_of_several_products_counts_once() {
        let products = vec![
            planned("a1", &["a/same"]),
            planned("a2", &["a/same"]),
            planned("a3", &["a/same"]),
            planned("b1", &["b/1"]),
            planned("b2", &["b/2"]),
        ];
        assert_eq!(order(products, 9), ["b1", "a1", "b2", "a2", "a3"]);
    }

    #[test]
    fn all_that_are_not_begun_are_the_rest() {
        let mut schedule = Schedule::new(vec![planned("a", &[]), planned("b", &["b/1"])], 2);
        assert_eq!(schedule.next().unwrap().product, "a");
        assert_eq!(schedule.rest().collect::<Vec<_>>(), ["b"]);
        schedule.next().unwrap();
        assert!(schedule.next().is_none());
    }
}
