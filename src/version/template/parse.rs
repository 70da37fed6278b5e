//! Parses a template.
//!
//! What Liquid ignores or answers with an error while it renders is refused here: an unknown
//! filter or tag, `<` between a text and a number, a second `else`, text before a `when`.

use std::sync::LazyLock;

use regex::Regex;

use super::node::{Condition, Node, Operand, Test};
use super::value::{Compare, FILTERS, OPERATORS, Value, equal};
use crate::text::{Excerpt, is_blank, nearest, trim};

/// A piece of a template's text.
enum Piece<'t> {
    Text(&'t str),
    Output(&'t str),
    Tag(Tag<'t>),
}

/// A tag's name, and what follows it.
type Tag<'t> = (&'t str, &'t str);

/// The pieces of a template, each also as written; without comments, and without the blanks that a
/// `-` removes.
fn pieces(source: &str) -> Result<Vec<(&str, Piece<'_>)>, String> {
    static PIECE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?s)\{\{(-?)(.*?)(-?)\}\}|\{%(-?)(.*?)(-?)%\}").expect("a valid pattern")
    });
    static END_OF_RAW: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\{%-?\s*endraw\s*-?%\}").expect("a valid pattern"));
    let mut pieces = Vec::new();
    let (mut at, mut trims, mut comments) = (0, false, 0);
    loop {
        let found = PIECE.captures_at(source, at);
        let part = |number| {
            let found = found.as_ref()?;
            found.get(number).or_else(|| found.get(number + 3))
        };
        let text_of = |number| part(number).map_or("", |part| part.as_str());
        let whole = part(0).map_or(source.len()..source.len(), |whole| whole.range());
        if comments == 0 {
            let mut text = &source[at..whole.start];
            if let Some(open) = ["{{", "{%"].iter().find(|open| text.contains(**open)) {
                return Err(format!("`{open}` is not closed"));
            }
            if trims {
                text = text.trim_start_matches(is_blank);
            }
            if text_of(1) == "-" {
                text = text.trim_end_matches(is_blank);
            }
            pieces.push((text, Piece::Text(text)));
        }
        if whole.is_empty() {
            break;
        }
        (at, trims) = (whole.end, text_of(3) == "-");
        let (written, inner) = (&source[whole], trim(text_of(2)));
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let (name, rest) = inner.split_at(inner.find(|c| !is_word(c)).unwrap_or(inner.len()));
        match (written.starts_with("{{"), name) {
            (false, "comment") => comments += 1,
            (false, "endcomment") if comments > 0 => comments -= 1,
            (false, "raw") if rest.is_empty() => {
                let end = END_OF_RAW
                    .find_at(source, at)
                    .ok_or("`raw` has no `endraw`")?;
                if comments == 0 {
                    let text = &source[at..end.start()];
                    pieces.push((text, Piece::Text(text)));
                }
                (at, trims) = (end.end(), end.as_str().ends_with("-%}"));
            }
            _ if comments > 0 => {}
            (true, _) => pieces.push((written, Piece::Output(inner))),
            (false, "") if rest.starts_with('#') => {
                let other = |line: &str| !trim(line).is_empty() && !trim(line).starts_with('#');
                if inner.lines().any(other) {
                    return Err("each line of a comment tag must start with `#`".to_owned());
                }
            }
            (false, _) => pieces.push((written, Piece::Tag((name, rest)))),
        }
    }
    match comments {
        0 => Ok(pieces),
        _ => Err("`comment` has no `endcomment`".to_owned()),
    }
}

/// The rest of an output or a tag, read from left to right.
struct Tokens<'t>(&'t str);

impl<'t> Tokens<'t> {
    /// The next quoted text, number, word or sign; empty at the end.
    fn token(&self) -> &'t str {
        static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
            let pattern =
                r#"\A(?:'[^']*'|"[^"]*"|-?[0-9]+(?:\.[0-9]+)?\b|[\p{Alphabetic}_]\w*|[=!<>]+|\S)"#;
            Regex::new(pattern).expect("a valid pattern")
        });
        TOKEN.find(self.0).map_or("", |found| found.as_str())
    }

    fn next(&mut self) -> &'t str {
        let token = self.token();
        self.0 = trim(&self.0[token.len()..]);
        token
    }

    /// Takes the next token if it is this one.
    fn takes(&mut self, token: &str) -> bool {
        let takes = self.token() == token;
        if takes {
            self.next();
        }
        takes
    }

    /// An error if anything is left.
    fn end(&self) -> Result<(), String> {
        match self.token() {
            "" => Ok(()),
            token => Err(format!("unexpected `{}`", Excerpt(token))),
        }
    }

    fn operand(&mut self) -> Result<Operand, String> {
        let token = self.token();
        let value = match token.chars().next() {
            Some('\'' | '"') if token.len() > 1 => {
                Value::Text(token[1..token.len() - 1].to_owned())
            }
            Some('\'' | '"') => return Err("unclosed quote".to_owned()),
            Some('-') if token.len() > 1 => Value::Number(token.to_owned()),
            Some('0'..='9') => Value::Number(token.to_owned()),
            Some(c) if c.is_alphabetic() || c == '_' => match token {
                "nil" | "null" => Value::Nil,
                "true" => Value::Bool(true),
                "false" => Value::Bool(false),
                "empty" => Value::Empty,
                "blank" => Value::Blank,
                group => {
                    self.next();
                    return Ok(Operand::Group(group.to_owned()));
                }
            },
            _ => {
                self.end()?;
                return Err("expected a group or a text".to_owned());
            }
        };
        self.next();
        Ok(Operand::Literal(value))
    }

    fn condition(&mut self, negated: bool) -> Result<Condition, String> {
        let mut tests = Vec::new();
        loop {
            let left = self.operand()?;
            let sign = self.token();
            let right = match OPERATORS.iter().find(|(name, _)| *name == sign) {
                None => None,
                Some((name, compare)) => {
                    self.next();
                    let right = self.operand()?;
                    let number = matches!(right, Operand::Literal(Value::Number(_)));
                    let fits = match *name {
                        "==" | "!=" | "<>" => true,
                        "contains" => left.is_text() && (right.is_text() || number),
                        _ => left.is_text() && right.is_text(),
                    };
                    if !fits {
                        return Err(format!(
                            "`{name}` needs a group or a quoted text on both sides"
                        ));
                    }
                    Some((*compare, right))
                }
            };
            let or = self.takes("or");
            tests.push(Test { left, right, or });
            if !or && !self.takes("and") {
                return Ok(Condition { negated, tests });
            }
        }
    }

    /// The values of a `when`, as a condition; a value of an earlier `when` is refused.
    fn when(&mut self, subject: &Operand, seen: &mut Vec<Value>) -> Result<Condition, String> {
        let mut tests = Vec::new();
        loop {
            let right = self.operand()?;
            match &right {
                Operand::Group(_) | Operand::Literal(Value::Blank | Value::Empty) => {
                    return Err("`when` takes quoted texts and numbers".to_owned());
                }
                // Liquid would render both of them.
                Operand::Literal(value) if seen.iter().any(|other| equal(other, value)) => {
                    return Err(format!("`when` repeats `{}`", Excerpt(&value.to_string())));
                }
                Operand::Literal(value) => seen.push(value.clone()),
            }
            let (left, right) = (subject.clone(), Some((equal as Compare, right)));
            let or = self.takes(",") || self.takes("or");
            tests.push(Test { left, right, or });
            if !or {
                let negated = false;
                return Ok(Condition { negated, tests });
            }
        }
    }

    fn output(mut self) -> Result<Node, String> {
        let operand = self.operand()?;
        let (mut filters, mut list) = (Vec::new(), false);
        while self.takes("|") {
            let written = self.next();
            let known = FILTERS.iter().find(|(name, ..)| *name == written);
            let Some(&(name, least, most, apply)) = known else {
                return Err(unknown("filter", written, &FILTERS.map(|(name, ..)| name)));
            };
            let mut arguments = Vec::new();
            if self.takes(":") {
                arguments.push(self.operand()?);
                while self.takes(",") {
                    arguments.push(self.operand()?);
                }
            }
            let fits = |argument: &Operand| match (name, argument) {
                ("default", _) => true,
                ("slice", Operand::Literal(Value::Number(text))) => text.parse::<isize>().is_ok(),
                ("slice", _) => false,
                (_, Operand::Literal(value)) => matches!(value, Value::Text(_) | Value::Number(_)),
                (_, Operand::Group(_)) => true,
            };
            let takes_list = ["first", "join", "last"].contains(&name);
            if !(least..=most).contains(&arguments.len()) {
                let found = arguments.len();
                return Err(format!("`{name}` cannot take {found} arguments"));
            }
            if !arguments.iter().all(fits) {
                let kinds = if name == "slice" {
                    "whole numbers"
                } else {
                    "groups, texts or numbers"
                };
                return Err(format!("the arguments of `{name}` must be {kinds}"));
            }
            if takes_list != list && !(list && name == "size") {
                let must = if list { "cannot" } else { "must" };
                return Err(format!("`{name}` {must} follow `split`"));
            }
            list = name == "split";
            filters.push((apply, arguments));
        }
        self.end()?;
        Ok(Node::Output(operand, filters))
    }
}

struct Parser<'t> {
    pieces: std::vec::IntoIter<(&'t str, Piece<'t>)>,
    /// The last output or tag that was read, as written.
    written: &'t str,
}

/// The nodes of a template, or what is wrong with it and where.
pub(super) fn parse(source: &str) -> Result<Vec<Node>, String> {
    let (pieces, written) = (pieces(source)?.into_iter(), "");
    let mut parser = Parser { pieces, written };
    match parser.block(&[]) {
        Ok((nodes, _)) => Ok(nodes),
        Err(reason) if ["", source].contains(&parser.written) => Err(reason),
        Err(reason) => Err(format!("in `{}`: {reason}", Excerpt(parser.written))),
    }
}

impl<'t> Parser<'t> {
    /// The nodes before the next of these tags, and that tag.
    fn block(&mut self, ends: &[&str]) -> Result<(Vec<Node>, Option<Tag<'t>>), String> {
        let mut nodes = Vec::new();
        loop {
            let next = self.pieces.next();
            self.written = next.as_ref().map_or("", |(written, _)| written);
            match next.map(|(_, piece)| piece) {
                None => return Ok((nodes, None)),
                Some(Piece::Text(text)) => nodes.push(Node::Text(text.to_owned())),
                Some(Piece::Output(inner)) => nodes.push(Tokens(inner).output()?),
                Some(Piece::Tag(tag)) if ends.contains(&tag.0) => return Ok((nodes, Some(tag))),
                Some(Piece::Tag(tag @ ("if" | "unless" | "case", _))) => {
                    nodes.extend(self.branches(tag)?);
                }
                Some(Piece::Tag((name, _))) => {
                    let ends = ["elsif", "else", "when", "endif", "endunless", "endcase"];
                    if ends.contains(&name) {
                        return Err(format!("unexpected `{name}`"));
                    }
                    let known = ["if", "unless", "case", "comment", "raw"];
                    return Err(unknown("tag", name, &known));
                }
            }
        }
    }

    /// An `if`, `unless` or `case` to its end; nothing where no branch has anything but blanks.
    fn branches(&mut self, mut tag: Tag<'t>) -> Result<Option<Node>, String> {
        let (opening, end) = (self.written, format!("end{}", tag.0));
        let mut subject = Operand::Literal(Value::Nil);
        let (mut branches, mut seen) = (Vec::new(), Vec::new());
        loop {
            let (name, mut rest) = (tag.0, Tokens(trim(tag.1)));
            let mut condition = Condition::default();
            match name {
                "if" | "elsif" | "unless" => condition = rest.condition(name == "unless")?,
                "when" => condition = rest.when(&subject, &mut seen)?,
                "case" => subject = rest.operand()?,
                _ => {}
            }
            rest.end()?;
            if name == end {
                break;
            }
            let ends = match name {
                "else" => vec![&*end],
                "case" | "when" => vec!["when", "else", &end],
                _ => vec!["elsif", "else", &end],
            };
            let (nodes, next) = self.block(&ends)?;
            if name != "case" {
                branches.push((condition, nodes));
            } else if !is_blank_only(&nodes) {
                return Err("text before the first `when`".to_owned());
            }
            tag = next.ok_or_else(|| format!("`{}` has no `{end}`", Excerpt(opening)))?;
        }
        let is_blank = branches.iter().all(|(_, nodes)| is_blank_only(nodes));
        Ok((!is_blank).then_some(Node::Branches(branches)))
    }
}

fn is_blank_only(nodes: &[Node]) -> bool {
    let blank = |node: &Node| matches!(node, Node::Text(text) if trim(text).is_empty());
    nodes.iter().all(blank)
}

/// The message for an unknown name.
fn unknown(kind: &str, name: &str, known: &[&str]) -> String {
    let hint = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("expected one of {}", known.join(", ")),
    };
    format!("unknown {kind} `{}`; {hint}", Excerpt(name))
}
