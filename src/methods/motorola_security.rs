//! Releases from the guide to security updates of Motorola's devices.
//!
//! ```yaml
//! - motorola-security: https://en-us.support.motorola.com/app/software-security-update
//! ```
//!
//! The page shows a guide of questions and answers, whose data are JSON in a line of a script,
//! the first that has them. A question that can be left for *all Motorola products* is a device: its first
//! line is the name, made an identifier, and further lines have the month of its launch
//! (`releaseDate`, on the first day) and the end of its updates (`eol`). `link` is
//! the page of the device. A line whose date cannot be read is skipped.

use chrono::Datelike as _;
use serde::Deserialize;

use super::{Context, Method, Next, NoConfig, Round, required_day};
use crate::date::{Date, parse_day_or_month};
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector, text_of};
use crate::extract::json::Item;
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason, identifier};
use crate::text::trim;

pub(super) struct MotorolaSecurity;

/// The page of a device, without its number.
const DEVICE: &str =
    "https://en-us.support.motorola.com/app/software-security-update/g_id/7112/productid/";
/// The first answer to a question that is a device.
const ANSWER: &str = "Security patch details for all Motorola products";

/// A field, the words before its date, and how the date is read.
type Field = (&'static str, &'static str, fn(&str) -> Option<Date>);

const FIELDS: [Field; 2] = [
    ("releaseDate", "Device launched on ", |date| {
        parse_day_or_month(date)?.with_day(1)
    }),
    ("eol", "Security updates will stop on ", parse_day_or_month),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Question {
    tagless_text: Option<String>,
    agent_text: Option<String>,
    #[serde(default)]
    responses: Vec<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    text: Option<String>,
}

impl Method for MotorolaSecurity {
    const NAME: &'static str = "motorola-security";
    type Config = NoConfig;

    fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        let page = round.page();
        for (question, at) in questions(page)?.iter().zip(0..) {
            let place = Place::path(format!("$.j.guidedAssistant.questions[{at}]"));
            let Some(question) = cx.json_item(question, &page.provenance, place.clone(), data)
            else {
                continue;
            };
            let text = question.tagless_text.as_deref().unwrap_or_default();
            let text = text.replace('\u{a0}', " ");
            let origin = cx.origin(&page.provenance, place, &text);
            let device = cx.or_skip(question.device(&text), origin.clone(), data);
            let Some((name, number)) = device else {
                continue;
            };
            let link = format!("{DEVICE}{number}");
            let release = data.release(&name);
            release.set("link", link.into(), origin.reading(number));
            let lines = text
                .lines()
                .flat_map(|line| FIELDS.map(|field| (line, field)));
            for (line, (field, words, parse)) in lines {
                let Some(date) = line.strip_prefix(words) else {
                    continue;
                };
                cx.item(origin.reading(line), data, |origin, data| {
                    let (day, _) = required_day(&name, Some(date), parse)?;
                    data.release(&name).set(field, day.into(), origin.clone());
                    Ok(())
                });
            }
        }
        Ok(vec![])
    }
}

impl Question {
    /// The name and the number of a device, given the text of the question.
    fn device(&self, text: &str) -> Result<(String, &str), SkipReason> {
        let answer = self.responses.first();
        if answer.and_then(|answer| answer.text.as_deref()) != Some(ANSWER) {
            return Err(SkipReason::not_a_release("is not a device"));
        }
        let name = identifier(trim(text.lines().next().unwrap_or_default()));
        if name.is_empty() {
            return Err(SkipReason::lacks(None, "name"));
        }
        let lacks = || SkipReason::lacks(Some(&name), "number");
        let number = self.agent_text.as_deref().ok_or_else(lacks)?;
        Ok((name, number))
    }
}

/// The questions of the guide, from the first line of a script that has them.
fn questions(page: &Page) -> Result<Vec<Item<Question>>, ExtractError> {
    let scripts = selector("script:not([src])");
    let document = Document::parse(page, [])?;
    let questions = |line: &str| {
        let object = line.get(line.find('{')?..=line.rfind('}')?)?;
        let mut widget: serde_json::Value = serde_json::from_str(object).ok()?;
        let questions = widget.pointer_mut("/j/guidedAssistant/questions")?;
        serde_json::from_value(questions.take()).ok()
    };
    let mut scripts = document.select(&scripts).map(text_of);
    let found = scripts.find_map(|script| {
        let lines = script.lines();
        let mut named = lines.filter(|line| line.contains("guidedAssistant"));
        named.find_map(questions)
    });
    found.ok_or_else(|| ExtractError::missing(page, "script with a line of `guidedAssistant`"))
}
