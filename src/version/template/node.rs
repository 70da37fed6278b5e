//! The nodes of a parsed template, and how they are rendered.

use super::value::{Apply, Compare, Value, cut, is_full};
use crate::version::pattern::Groups;

pub(super) enum Node {
    Text(String),
    Output(Operand, Vec<(Apply, Vec<Operand>)>),
    /// The first branch whose condition holds is rendered.
    Branches(Vec<(Condition, Vec<Self>)>),
}

impl Node {
    /// The group that a part outside all blocks writes, where the part is nothing without it.
    pub(super) fn needed_group(&self) -> Option<&str> {
        let Self::Output(Operand::Group(name), _) = self else {
            return None;
        };
        let mut out = String::new();
        render(std::slice::from_ref(self), &Groups::new(), &mut out);
        out.is_empty().then_some(name)
    }
}

#[derive(Clone)]
pub(super) enum Operand {
    Literal(Value),
    Group(String),
}

/// Tests, which Liquid joins from right to left; without one, as of `else`, it holds.
#[derive(Default)]
pub(super) struct Condition {
    /// As that of `unless`.
    pub(super) negated: bool,
    pub(super) tests: Vec<Test>,
}

pub(super) struct Test {
    pub(super) left: Operand,
    pub(super) right: Option<(Compare, Operand)>,
    /// Whether `or` follows, and not `and` or the end.
    pub(super) or: bool,
}

impl Operand {
    fn value(&self, groups: &Groups) -> Value {
        match self {
            Self::Literal(value) => value.clone(),
            Self::Group(name) => {
                let mut named = groups.iter().filter(|(group, _)| group == name);
                let text = named.find_map(|(_, text)| text.clone());
                text.map_or(Value::Nil, |text| Value::Text(cut(text)))
            }
        }
    }

    /// Whether the value may be a text.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Group(_) | Self::Literal(Value::Text(_)))
    }
}

impl Condition {
    fn holds(&self, groups: &Groups) -> bool {
        let hold = |test: &Test| {
            let left = test.left.value(groups);
            match &test.right {
                Some((compare, right)) => compare(&left, &right.value(groups)),
                None => left.is_true(),
            }
        };
        let join = |later: bool, test: &Test| {
            if test.or {
                later || hold(test)
            } else {
                later && hold(test)
            }
        };
        self.tests.iter().rev().fold(true, join) != self.negated
    }
}

pub(super) fn render(nodes: &[Node], groups: &Groups, out: &mut String) {
    for node in nodes {
        match node {
            _ if is_full(out) => return,
            Node::Text(text) => out.push_str(text),
            Node::Output(operand, filters) => {
                let mut value = operand.value(groups);
                for (apply, arguments) in filters {
                    let arguments: Vec<Value> =
                        arguments.iter().map(|one| one.value(groups)).collect();
                    value = apply(value, &arguments).cut();
                }
                out.push_str(&value.to_string());
            }
            Node::Branches(branches) => {
                let mut branches = branches.iter();
                if let Some((_, nodes)) = branches.find(|(it, _)| it.holds(groups)) {
                    render(nodes, groups, out);
                }
            }
        }
    }
}
