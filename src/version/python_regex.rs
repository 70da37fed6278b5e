//! Python's regular expressions in the dialect of the Rust engines.
//!
//! Every part is written as Python reads it: `\<` is a `<`, `[[:a]` a class of three characters,
//! `a++` gives nothing back. What Python refuses, or has another meaning elsewhere, is refused, as
//! `a**` and flags in the middle; so are `\N{…}` and the flags `a` and `L`. `(?<name>…)` and `\z`
//! mean one thing everywhere and are accepted.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;

/// A Python pattern for the Rust engines. `lines`: whether `$` also ends a line.
pub(super) fn from_python(source: &str, lines: bool) -> Result<String, String> {
    static FLAGS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\A\(\?[A-Za-z]+\)").expect("a valid pattern"));
    let mut translation = Translation {
        rest: source,
        out: String::with_capacity(source.len() + 8),
        last: Last::Nothing,
        flags: Flags {
            lines,
            verbose: false,
        },
        open: Vec::new(),
        groups: 0,
        condition: 0,
    };
    while let Some(flags) = FLAGS.find(translation.rest) {
        translation.rest = &translation.rest["(?".len()..];
        translation.flags(flags.len() - "(?)".len(), ')')?;
    }
    while let Some(c) = translation.next() {
        translation.part(c)?;
    }
    let Translation {
        out,
        groups,
        condition,
        ..
    } = translation;
    // `fancy-regex` would look for such a group in every text, and panic.
    if condition > groups {
        return Err(format!(
            "`(?({condition})` is about a group that is not there: it has {groups}"
        ));
    }
    Ok(out)
}

struct Translation<'s> {
    rest: &'s str,
    out: String,
    last: Last,
    flags: Flags,
    /// Where each open group begins, and the flags around it.
    open: Vec<(usize, Flags)>,
    /// How many groups have a number.
    groups: usize,
    /// The largest number of a group that a condition is about.
    condition: usize,
}

#[derive(Clone, Copy)]
struct Flags {
    lines: bool,
    verbose: bool,
}

/// What a repetition would repeat.
enum Last {
    Nothing,
    /// What was written from here on.
    Part(usize),
    Repetition,
}

/// A member of a class.
enum Member {
    Char(char),
    Set(&'static str),
}

impl<'s> Translation<'s> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let next = chars.next();
        self.rest = chars.as_str();
        next
    }

    fn eat(&mut self, text: &str) -> bool {
        let after = self.rest.strip_prefix(text);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// What stands before a character, which is skipped.
    fn until(&mut self, end: char) -> Result<&'s str, String> {
        let parts = self.rest.split_once(end);
        let (before, after) = parts.ok_or_else(|| format!("missing `{end}`"))?;
        self.rest = after;
        Ok(before)
    }

    fn part(&mut self, c: char) -> Result<(), String> {
        let start = self.out.len();
        self.last = match c {
            ' ' | '\t'..='\r' if self.flags.verbose => return Ok(()),
            '#' if self.flags.verbose => {
                self.rest = self.rest.split_once('\n').map_or("", |(_, after)| after);
                return Ok(());
            }
            '(' => return self.group(),
            ')' => {
                self.out.push(c);
                let (start, flags) = self.open.pop().ok_or("unopened group")?;
                self.flags = flags;
                Last::Part(start)
            }
            '|' | '^' => {
                self.out.push(c);
                Last::Nothing
            }
            '$' => {
                let end = if self.flags.lines { "$" } else { r"(?:\n?\z)" };
                self.out.push_str(end);
                Last::Nothing
            }
            '*' | '+' | '?' => return self.repetition(&c.to_string()),
            '{' => match self.counts() {
                Some(counts) => return self.repetition(&counts),
                None => self.literal(c, start),
            },
            '[' => {
                self.class()?;
                Last::Part(start)
            }
            '\\' => self.escape()?,
            '.' => {
                self.out.push(c);
                Last::Part(start)
            }
            _ => self.literal(c, start),
        };
        Ok(())
    }

    fn literal(&mut self, c: char, start: usize) -> Last {
        if c.is_alphanumeric() {
            self.out.push(c);
        } else {
            let _ = write!(self.out, r"\x{{{:x}}}", u32::from(c));
        }
        Last::Part(start)
    }

    /// What follows the `(` of a group.
    fn group(&mut self) -> Result<(), String> {
        let start = self.out.len();
        let around = self.flags;
        if !self.eat("?") {
            self.out.push('(');
            self.groups += 1;
        } else if self.eat("#") {
            return self.until(')').map(drop);
        } else if self.eat("P=") {
            let name = self.until(')')?;
            let _ = write!(self.out, "(?P={name})");
            self.last = Last::Part(start);
            return Ok(());
        } else if self.eat("(") {
            let group = self.until(')')?;
            let is_number = group.bytes().all(|byte| byte.is_ascii_digit());
            let (open, close) = if is_number { ("", "") } else { ("<", ">") };
            if is_number {
                let number = group.parse().unwrap_or(usize::MAX);
                self.condition = self.condition.max(number);
            }
            let _ = write!(self.out, "(?({open}{group}{close})");
        } else if let Some(kind) = [":", "=", "!", "<=", "<!", ">"]
            .into_iter()
            .find(|kind| self.eat(kind))
        {
            self.out.extend(["(?", kind]);
        } else if self.eat("P<") || self.eat("<") {
            let name = self.until('>')?;
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            if !name.chars().all(is_word) || name.starts_with(|c: char| c.is_numeric()) {
                return Err(format!("`{name}` is not a name of a group"));
            }
            let named = format!("(?P<{name}>");
            if self.out.contains(&named) {
                return Err(format!("two groups have the name `{name}`"));
            }
            self.out.push_str(&named);
            self.groups += 1;
        } else {
            let is_flag = |c: char| c.is_ascii_alphabetic() || c == '-';
            let flags = self.rest.find(|c| !is_flag(c)).unwrap_or(self.rest.len());
            match self.rest[flags..].chars().next() {
                Some(':') => self.flags(flags, ':')?,
                Some(')') if flags > 0 => {
                    return Err(format!(
                        "`(?{}` must stand at the start; for a part, write `(?i:…)`",
                        &self.rest[..=flags]
                    ));
                }
                _ => {
                    let kind: String = self.rest.chars().take(2).collect();
                    return Err(format!("`(?{kind}` is not supported"));
                }
            }
        }
        self.open.push((start, around));
        self.last = Last::Nothing;
        Ok(())
    }

    /// The flags of a group, or of the whole pattern, and the character that ends them.
    fn flags(&mut self, length: usize, end: char) -> Result<(), String> {
        let (flags, after) = self.rest.split_at(length);
        if let Some(flag) = flags.chars().find(|flag| !"imsux-".contains(*flag)) {
            return Err(format!("the flag `{flag}` is not supported"));
        }
        let (on, off) = flags.split_once('-').unwrap_or((flags, ""));
        self.flags.lines = (self.flags.lines || on.contains('m')) && !off.contains('m');
        self.flags.verbose = (self.flags.verbose || on.contains('x')) && !off.contains('x');
        // Blanks and comments are left out here, and Unicode is the rule.
        let kept = flags.replace(['u', 'x'], "");
        let kept = kept.trim_end_matches('-');
        if end == ':' || !kept.is_empty() {
            let _ = write!(self.out, "(?{kept}{end}");
        }
        self.rest = &after[1..];
        Ok(())
    }

    /// The counts of a repetition that a `{` begins; of any other it is a character.
    fn counts(&mut self) -> Option<String> {
        static COUNTS: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"\A([0-9]+)\}|\A([0-9]*),([0-9]*)\}").expect("a valid pattern")
        });
        let found = COUNTS.captures(self.rest)?;
        self.rest = &self.rest[found[0].len()..];
        Some(match found.get(1) {
            Some(count) => format!("{{{}}}", count.as_str()),
            None if found[2].is_empty() => format!("{{0,{}}}", &found[3]),
            None => format!("{{{},{}}}", &found[2], &found[3]),
        })
    }

    fn repetition(&mut self, counts: &str) -> Result<(), String> {
        let start = match self.last {
            Last::Part(start) => start,
            Last::Nothing => return Err(format!("nothing that `{counts}` could repeat")),
            Last::Repetition => return Err(format!("`{counts}` repeats a repetition")),
        };
        self.out.push_str(counts);
        if self.eat("?") {
            self.out.push('?');
        } else if self.eat("+") {
            self.out.insert_str(start, "(?>");
            self.out.push(')');
        }
        self.last = Last::Repetition;
        Ok(())
    }

    /// What follows a `\` outside a class.
    fn escape(&mut self) -> Result<Last, String> {
        let start = self.out.len();
        let Some(c) = self.next() else {
            return Err(r"nothing after `\`".to_owned());
        };
        let octal = |digit: u8| matches!(digit, b'0'..=b'7');
        match (c, self.rest.as_bytes()) {
            ('A' | 'b' | 'B' | 'z', _) => self.out.extend(['\\', c]),
            ('Z', _) => self.out.push_str(r"\z"),
            ('1'..='7', [a, b, ..]) if octal(*a) && octal(*b) => {
                let c = self.octal(c)?;
                return Ok(self.literal(c, start));
            }
            ('1'..='9', after) => {
                let second = after.first().filter(|byte| byte.is_ascii_digit());
                let length = second.iter().count();
                let _ = write!(self.out, r"(?:\{c}{})", &self.rest[..length]);
                self.rest = &self.rest[length..];
                return Ok(Last::Part(start));
            }
            _ => match self.escaped(c)? {
                Member::Char(c) => return Ok(self.literal(c, start)),
                Member::Set(set) => {
                    self.out.extend(["[", set, "]"]);
                    return Ok(Last::Part(start));
                }
            },
        }
        Ok(Last::Nothing)
    }

    /// What an escape means in a class, and mostly elsewhere.
    fn escaped(&mut self, c: char) -> Result<Member, String> {
        Ok(Member::Char(match c {
            'd' => return Ok(Member::Set(r"\d")),
            'D' => return Ok(Member::Set(r"\D")),
            's' => return Ok(Member::Set(r"\s\x1c-\x1f")),
            'S' => return Ok(Member::Set(r"[^\s\x1c-\x1f]")),
            'w' => return Ok(Member::Set(r"\p{L}\p{N}_")),
            'W' => return Ok(Member::Set(r"[^\p{L}\p{N}_]")),
            'a' => '\x07',
            'b' => '\x08',
            'f' => '\x0c',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\x0b',
            'x' => self.code(c, 2)?,
            'u' => self.code(c, 4)?,
            'U' => self.code(c, 8)?,
            '0'..='7' => self.octal(c)?,
            'N' => return Err(r"`\N{…}` is not supported; write the character itself".to_owned()),
            c if c.is_ascii_alphanumeric() => {
                return Err(format!(r"`\{c}` means nothing in a regex of Python"));
            }
            c => c,
        }))
    }

    /// The character of a number of so many hexadecimal digits.
    fn code(&mut self, kind: char, length: usize) -> Result<char, String> {
        let digits = self.rest.get(..length).unwrap_or_default();
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let code = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex);
        let refused = || format!(r"`\{kind}` needs the {length} hexadecimal digits of a character");
        let c = code.and_then(char::from_u32).ok_or_else(refused)?;
        self.rest = &self.rest[length..];
        Ok(c)
    }

    /// The character of a number of up to three octal digits.
    fn octal(&mut self, first: char) -> Result<char, String> {
        let after = self.rest.bytes().take(2);
        let length = after.take_while(|byte| matches!(byte, b'0'..=b'7')).count();
        let digits = format!("{first}{}", &self.rest[..length]);
        self.rest = &self.rest[length..];
        let byte = u8::from_str_radix(&digits, 8);
        byte.map(char::from)
            .map_err(|_| format!(r"`\{digits}` is larger than `\377`"))
    }

    /// What follows the `[` of a class.
    fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.eat("^") {
            self.out.push('^');
        }
        let mut is_first = true;
        while is_first || !self.eat("]") {
            is_first = false;
            match self.member()? {
                Member::Set(set) if !self.is_range() => self.out.push_str(set),
                Member::Char(from) => {
                    self.literal(from, 0);
                    if self.is_range() && self.eat("-") {
                        self.out.push('-');
                        let Member::Char(to) = self.member()? else {
                            return Err("a range of a class needs two characters".to_owned());
                        };
                        self.literal(to, 0);
                    }
                }
                Member::Set(_) => {
                    return Err("a range of a class needs two characters".to_owned());
                }
            }
        }
        self.out.push(']');
        Ok(())
    }

    fn is_range(&self) -> bool {
        self.rest.starts_with('-') && !self.rest.starts_with("-]")
    }

    fn member(&mut self) -> Result<Member, String> {
        let unclosed = || "unclosed character class".to_owned();
        match self.next().ok_or_else(unclosed)? {
            '\\' => {
                let c = self.next().ok_or_else(unclosed)?;
                self.escaped(c)
            }
            c => Ok(Member::Char(c)),
        }
    }
}
