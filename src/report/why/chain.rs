//! One value: a line for each step from the page to the line of the file.

use std::fmt::{self, Write as _};

use super::{LONGEST, Why, shown};
use crate::explain::{CycleTrace, FieldTrace};
use crate::page::Provenance;
use crate::plan::merge::Desired;
use crate::release_data::{Origin, Place};
use crate::text::{Excerpt, shortened};
use crate::version::Derivation;

impl Why<'_> {
    /// A line for each step from the page to the file.
    pub(super) fn write_chain(
        &self,
        out: &mut String,
        cycle: &CycleTrace<'_>,
        traced: &FieldTrace<'_>,
        desired: &Desired,
    ) -> fmt::Result {
        let origin = &desired.origin;
        let mut line = |label: &str, text: &str| writeln!(out, "  {label:<9}{text}");
        if let Some(provenance) = &origin.page {
            line("page", &shortened(&provenance.url, LONGEST))?;
            for about in about(provenance) {
                line("", &about)?;
            }
        } else if let Some(url) = &origin.url {
            line("page", &shortened(url, LONGEST))?;
        }
        line("method", &self.method(origin))?;
        if let Some(named) = traced.named.as_ref().filter(|named| !named.raw.is_empty()) {
            let (cycle, raw) = (shown(&cycle.name), Excerpt(&named.raw));
            let how = named.derivation.as_deref().map_or_else(String::new, by);
            line(
                "cycle",
                &format!("{}, `{raw}` is {cycle}{how}", named.place),
            )?;
        }
        if origin.place != Place::Nowhere {
            line("place", &origin.place.to_string())?;
        }
        if let Place::Tag { object, commit, .. } = &origin.place {
            for (what, id) in [("object", object), ("commit", commit)] {
                if let Some(id) = id {
                    line("", &format!("{what} {}", Excerpt(id)))?;
                }
            }
        }
        if !origin.raw.is_empty() {
            line("reads", &format!("`{}`", Excerpt(&origin.raw)))?;
        }
        if let Some(derivation) = &origin.derivation {
            line("taken", &taken(derivation))?;
        }
        line("value", &shown(&desired.value.to_string()))?;
        if let Some(rule) = origin.rule {
            line("merged", &format!("because {rule}"))?;
        }
        match traced.line.or(cycle.line) {
            Some(at) if traced.line.is_some() => line("line", &self.at(at))?,
            Some(at) => line(
                "line",
                &format!("none; the release cycle begins at {}", self.at(at)),
            )?,
            None => line("line", "none; add the release cycle by hand")?,
        }
        for superseded in desired.superseded.iter().rev() {
            let value = shown(&superseded.value.to_string());
            let text = format!("{value} was superseded: {}", superseded.origin);
            line("before", &text)?;
        }
        Ok(())
    }

    fn method(&self, origin: &Origin) -> String {
        let index = origin.entry.checked_sub(1);
        let Some(line) = index.and_then(|index| self.entries.get(index)) else {
            return "release data of an earlier run".to_owned();
        };
        let (method, entry) = (Excerpt(&origin.method), origin.entry);
        format!(
            "{method}, entry {entry} of `auto.methods` ({})",
            self.at(*line)
        )
    }
}

/// What is known of how a page was fetched.
fn about(provenance: &Provenance) -> Vec<String> {
    let meta = &provenance.meta;
    let mut lines = Vec::new();
    if let Some(asked) = &provenance.asked {
        lines.push(format!("requested as {}", shortened(asked, LONGEST)));
    }
    lines.push(match meta.fetched {
        Some(fetched) => {
            let fetched = fetched.format("%Y-%m-%d %H:%M:%S UTC");
            format!("from {}, fetched {fetched}", meta.from)
        }
        None => format!("from {} (fetch time unknown)", meta.from),
    });
    let validators = [("ETag", &meta.etag), ("Last-Modified", &meta.last_modified)];
    for (name, value) in validators {
        lines.extend(
            value
                .iter()
                .map(|value| format!("{name} {}", Excerpt(value))),
        );
    }
    lines.extend(provenance.body.map(|digest| format!("SHA-256 {digest}")));
    lines
}

fn taken(derivation: &Derivation) -> String {
    let taken = if derivation.is_plain() {
        "unchanged".to_owned()
    } else if derivation.is_standard() {
        "by the standard regex and template of versions".to_owned()
    } else {
        let (regex, template) = (Excerpt(&derivation.regex), Excerpt(&derivation.template));
        format!("by regex `{regex}`, template `{template}`")
    };
    match derivation.kind {
        Some(kind) => format!("{taken}, parsed as {kind}"),
        None => taken,
    }
}

/// By which pattern a name was made, unless it is the text itself.
fn by(derivation: &Derivation) -> String {
    if derivation.is_plain() {
        String::new()
    } else {
        format!(" by regex `{}`", Excerpt(&derivation.regex))
    }
}
