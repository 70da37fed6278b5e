//! Releases from the guide to security updates of Motorola's devices.
//!
//! ```yaml
//! - motorola-security: https://en-us.support.motorola.com/app/software-security-update
//! ```
//!
//! The page shows a guide of questions and answers, whose data are JSON in one line of one
//! script. A question that can be left for *all Motorola products* is a device: its first
//! line is the name, made an identifier, and further lines tell when it was launched
//! (`releaseDate`, the first day of the month) and when its updates stop (`eol`). `link` is
//! the page of the device.

use std::sync::LazyLock;

use chrono::Datelike as _;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Context, Fault, Method};
use crate::date::parse_day_or_month;
use crate::extract::ExtractError;
use crate::extract::html::{Document, selector, text_of};
use crate::page::Page;
use crate::release_data::{Place, ReleaseData, SkipReason, identifier};
use crate::text::trim;

pub(super) struct MotorolaSecurity;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {}

/// The page of a device, without its number.
const DEVICE: &str =
    "https://en-us.support.motorola.com/app/software-security-update/g_id/7112/productid/";
/// The first answer to a question that is a device.
const ANSWER: &str = "Security patch details for all Motorola products";

#[derive(Deserialize)]
struct Widget {
    j: Guide,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Guide {
    guided_assistant: Assistant,
}

#[derive(Deserialize)]
struct Assistant {
    questions: Vec<Question>,
}

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
    type Config = Config;

    async fn collect(cx: &Context<'_>, _: &Config, data: &mut ReleaseData) -> Result<(), Fault> {
        let page = cx.page().await?;
        read(cx, &page, data)?;
        Ok(())
    }
}

fn read(cx: &Context<'_>, page: &Page, data: &mut ReleaseData) -> Result<(), ExtractError> {
    let Widget { j: guide } = serde_json::from_str(&script(page)?)
        .map_err(|error| ExtractError::format(page, "JSON in a script", error))?;
    for (question, at) in guide.guided_assistant.questions.iter().zip(0..) {
        let origin = |raw: &str| {
            let path = format!("$.j.guidedAssistant.questions[{at}]").into();
            cx.origin(&page.facts, Place::Path { path }, raw)
        };
        let text = question.tagless_text.as_deref().unwrap_or_default();
        let text = text.replace('\u{a0}', " ");
        let answer = question.responses.first();
        if answer.and_then(|answer| answer.text.as_deref()) != Some(ANSWER) {
            data.skip(origin(&text), SkipReason::not_a_release("is no device"));
            continue;
        }
        let name = identifier(trim(text.lines().next().unwrap_or_default()));
        let number = question
            .agent_text
            .as_deref()
            .ok_or_else(|| ExtractError::missing(page, format!("number of {name}")))?;
        let link = format!("{DEVICE}{number}");
        data.release(&name).set("link", link.into(), origin(number));
        for line in text.lines() {
            let day = |date: &str| {
                let day = parse_day_or_month(date);
                day.ok_or_else(|| ExtractError::unreadable(page, format!("date of {name}"), date))
            };
            if let Some(date) = line.strip_prefix("Device launched on ") {
                let first = day(date)?.with_day(1).expect("every month has a first day");
                let release = data.release(&name);
                release.set("releaseDate", first.into(), origin(line));
            } else if let Some(date) = line.strip_prefix("Security updates will stop on ") {
                let last = day(date)?;
                data.release(&name).set("eol", last.into(), origin(line));
            }
        }
    }
    Ok(())
}

/// The JSON in the one line of the one script of the page that has the guide.
fn script(page: &Page) -> Result<String, ExtractError> {
    static OBJECT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\{.+\}").expect("a valid pattern"));
    let has_guide = |text: &&str| text.contains("guidedAssistant");
    let scripts = selector("script:not([src])");
    let document = Document::parse(&page.text(), []);
    let scripts: Vec<String> = document.select(&scripts).map(text_of).collect();
    let mut with_guide = scripts.iter().map(String::as_str).filter(has_guide);
    let script = with_guide.next().filter(|_| with_guide.next().is_none());
    let mut lines = script.unwrap_or_default().lines().filter(has_guide);
    let line = lines.next().filter(|_| lines.next().is_none());
    let object = line.and_then(|line| OBJECT.find(line));
    let what = "single script with a single line with `guidedAssistant`";
    let object = object.ok_or_else(|| ExtractError::missing(page, what))?;
    Ok(object.as_str().to_owned())
}
