//! Outputs of a job of GitHub Actions: variables, and a log without foreign workflow commands.
//!
//! An output variable with many lines is written between two delimiters. The delimiter is
//! random, and no line of the value can be it. In a log, a line that starts with `::` is a
//! command to the runner; [`escape_workflow_commands`] sees to it that no foreign text ever starts one.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use super::commit_message::commit_message;
use super::outcome::{Ended, Outcome, Report};
use super::render::written;
use crate::text::{escape_json, visible};

/// The output variables of a run: `commit_message` where something changed, and `warning`;
/// how many products are `changed`, `failed`, `timed_out`, `degraded`, and have something
/// `held`; and `products`, the names of those that changed, as JSON. `delimiter` is random text
/// of letters and digits.
pub fn outputs(report: &Report, delimiter: &str) -> String {
    let count =
        |of: fn(&Outcome) -> bool| report.outcomes.iter().filter(|outcome| of(outcome)).count();
    let warnings = warnings(report).into_iter().map(|line| line + "\n");
    let changed = report.changed();
    written(|out| {
        if let Some(message) = commit_message(report) {
            write_lines(out, "commit_message", &message, delimiter)?;
        }
        write_lines(out, "warning", &warnings.collect::<String>(), delimiter)?;
        writeln!(
            out,
            "changed={}\nfailed={}\ntimed_out={}\ndegraded={}\nheld={}\nproducts={}",
            changed.len(),
            count(Outcome::is_failed),
            count(Outcome::is_timed_out),
            report.degraded_count(),
            count(|outcome| outcome.held_count() > 0),
            escape_json(&serde_json::json!(changed).to_string())
        )
    })
}

fn write_lines(out: &mut String, name: &str, value: &str, delimiter: &str) -> fmt::Result {
    let mut delimiter = delimiter.to_owned();
    while value.lines().any(|line| line == delimiter) {
        delimiter.push('x');
    }
    writeln!(out, "{name}<<{delimiter}\n{value}\n{delimiter}")
}

/// The lines of the output `warning`, product by product. Jobs that read them know their words.
pub(super) fn warnings(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    for outcome in &report.outcomes {
        let product = visible(&outcome.product);
        let stopped = match &outcome.ended {
            Ended::Failed { failure, .. } => Some(("failed to process", failure.whole())),
            Ended::TimedOut(phase) => Some(("not processed", phase.to_string())),
            _ => None,
        };
        let stopped =
            stopped.map(|(what, why)| format!("{product}: {what} ({}), skipping", visible(&why)));
        lines.extend(stopped);
        let notices = outcome.notices().iter();
        let notices = notices.filter_map(|notice| notice.warning(&outcome.product, report.today));
        lines.extend(notices.map(|line| visible(&line).into_owned()));
    }
    lines
}

/// A text for a log that a runner reads, with nothing in it that the runner could take for a command.
pub fn escape_workflow_commands(text: &str) -> Cow<'_, str> {
    let commands = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
    if !text.lines().any(commands) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("::") {
            out.push_str("\u{b7} ");
        }
        out.push_str(&line.replace("##[", "# #["));
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Notice;
    use crate::report::Failure;

    #[test]
    fn nothing_changed_is_no_message() {
        let outputs = outputs(
            &Report::of_test(vec![Outcome::planned("b", Vec::new(), Vec::new())]),
            "D",
        );
        assert_eq!(
            outputs,
            "warning<<D\n\nD\nchanged=0\nfailed=0\ntimed_out=0\ndegraded=0\nheld=0\nproducts=[]\n"
        );
    }

    #[test]
    fn a_value_can_not_end_its_variable() {
        let notice = Notice::UnmatchedRelease {
            name: "1\nD\nchanged=9".into(),
            release: Box::default(),
            missing: Vec::new(),
        };
        let outcome = Outcome::planned("D", Vec::new(), vec![notice]);
        let outputs = outputs(&Report::of_test(vec![outcome]), "D");
        assert_eq!(outputs.lines().next(), Some("warning<<D"));
        assert_eq!(
            outputs.lines().nth(1),
            Some(r"D:1\nD\nchanged=9 is not declared")
        );
        assert_eq!(
            outputs
                .lines()
                .filter(|line| line.starts_with("changed="))
                .count(),
            1
        );
        let out = written(|out| write_lines(out, "x", "a\nD\nb\n", "D"));
        assert_eq!(out, "x<<Dx\na\nD\nb\n\nDx\n");
    }

    #[test]
    fn a_failure_is_a_warning_too() {
        let failure = Failure::new(&std::io::Error::other("no\nway"));
        let outcome = Outcome::failed("b", failure);
        assert_eq!(
            warnings(&Report::of_test(vec![outcome])),
            [r"b: failed to process (no\nway), skipping"]
        );
    }

    #[test]
    fn no_line_of_a_log_is_a_command() {
        assert_eq!(
            escape_workflow_commands("a\n  ::error::x\nb ##[add-mask]y\n"),
            "a\n·   ::error::x\nb # #[add-mask]y\n"
        );
        assert_eq!(escape_workflow_commands("a::b\n"), "a::b\n");
    }
}
