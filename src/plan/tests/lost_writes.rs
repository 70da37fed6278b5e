//! What the history holds of writes that did or did not reach the file.

use super::*;

#[test]
fn a_lost_write_is_planned_again_with_its_day() {
    let file = product(&["1 eol 2027-01-31"]);
    let listed = ["1 eol 2027-02-28"];
    let (verdicts, history) = run(&History::default(), &file, &listed, "2026-11-24");
    assert_eq!(verdicts, ["1 eol: write"]);
    // The push was rejected, and again on the next day.
    let (verdicts, history) = run(&history, &file, &listed, "2026-11-25");
    assert_eq!(verdicts, ["1 eol: write, planned on 2026-11-24"]);
    let (verdicts, _) = run(&history, &file, &listed, "2026-11-26");
    assert_eq!(verdicts, ["1 eol: write, planned on 2026-11-25"]);
}

#[test]
fn a_value_that_was_read_in_the_file_and_taken_back_is_held() {
    let (before, after) = (["1 eol 2027-01-31"], ["1 eol 2027-02-28"]);
    let (old, new) = (product(&before), product(&after));
    let (_, history) = run(&History::default(), &old, &after, "2026-11-20");
    let (verdicts, history) = run(&history, &new, &after, "2026-11-21");
    assert!(verdicts.is_empty());
    let (verdicts, _) = run(&history, &old, &after, "2026-11-25");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
}

#[test]
fn of_the_writes_of_one_run_one_that_reads_shows_that_all_were_made() {
    let old = product(&["2 eol 2028-01-31", "1 eol 2027-01-31"]);
    let listed = ["2 eol 2028-02-29", "1 eol 2027-02-28"];
    let (_, history) = run(&History::default(), &old, &listed, "2026-11-20");
    // A person corrects one of them before the next run.
    let corrected = product(&["2 eol 2028-02-29", "1 eol 2027-01-31"]);
    let (verdicts, _) = run(&history, &corrected, &listed, "2026-11-21");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
}

#[test]
fn a_third_value_in_place_of_a_lost_write_is_held() {
    let listed = ["1 eol 2027-02-28"];
    let old = product(&["1 eol 2027-01-31"]);
    let (_, history) = run(&History::default(), &old, &listed, "2026-11-20");
    let third = product(&["1 eol 2027-06-30"]);
    let (verdicts, history) = run(&history, &third, &listed, "2026-11-21");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
    let (verdicts, _) = run(&history, &third, &listed, "2026-11-22");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
}

#[test]
fn a_correction_stays_held_when_an_unguarded_write_over_it_was_lost() {
    let (before, after) = (["1 eol 2027-01-31"], ["1 eol 2027-02-28"]);
    let (old, new) = (product(&before), product(&after));
    let (_, history) = run(&History::default(), &old, &after, "2026-11-20");
    let (_, history) = run(&history, &new, &after, "2026-11-21");
    let off = Policy {
        guard: GuardMode::Off,
        ..policy()
    };
    let (verdicts, history) = run_by(&off, &history, &old, &after, "2026-11-22");
    assert_eq!(verdicts, ["1 eol: write"]);
    let (verdicts, _) = run(&history, &old, &after, "2026-11-23");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
}

#[test]
fn an_acceptance_counts_until_its_value_reads_in_the_file() {
    let (file, listed) = (product(&["1 eol 2027-01-31"]), ["1 eol false"]);
    let (verdicts, history) = run(&History::default(), &file, &listed, "2026-11-20");
    assert_eq!(verdicts, ["1 eol: held by undated"]);
    let id = history.held.keys().next().unwrap().clone();
    let accepting = Policy {
        accepted: std::iter::once(id).collect(),
        ..policy()
    };
    let (verdicts, history) = run_by(&accepting, &history, &file, &listed, "2026-11-21");
    assert_eq!(verdicts, ["1 eol: write"]);
    // The write was lost; it need not be accepted twice.
    let (verdicts, history) = run(&history, &file, &listed, "2026-11-22");
    assert_eq!(verdicts, ["1 eol: write, planned on 2026-11-21"]);
    let written = product(&["1 eol false"]);
    let (_, history) = run(&history, &written, &listed, "2026-11-23");
    let (verdicts, _) = run(&history, &file, &listed, "2026-11-24");
    assert_eq!(verdicts, ["1 eol: held by undated"]);
}

#[test]
fn what_two_runs_at_once_planned_is_joined() {
    let file = product(&["2 eol 2028-01-31", "1 eol 2027-01-31"]);
    let seen = History::default();
    let plan = |listed: &[&str]| plan(&policy(), &seen, &file, listed, "2026-11-20");
    let (first, second) = (plan(&["1 eol 2027-02-28"]), plan(&["2 eol 2028-02-29"]));
    let now = first.history_after(&seen, seen.clone(), day("2026-11-20"));
    let mut now = second.history_after(&seen, now, day("2026-11-20"));
    // Only the first reached the file; the second is planned again.
    let file = product(&["2 eol 2028-01-31", "1 eol 2027-02-28"]);
    now.settle(&file);
    let listed = ["2 eol 2028-02-29", "1 eol 2027-02-28"];
    let (verdicts, _) = run(&now, &file, &listed, "2026-11-21");
    assert_eq!(verdicts, ["2 eol: write, planned on 2026-11-20"]);
    let taken_back = product(&["2 eol 2028-01-31", "1 eol 2027-01-31"]);
    let (verdicts, _) = run(&now, &taken_back, &listed, "2026-11-22");
    assert_eq!(
        verdicts,
        [
            "2 eol: write, planned on 2026-11-20",
            "1 eol: held by corrected"
        ]
    );
}

#[test]
fn a_write_that_the_sources_no_longer_want_is_forgotten() {
    let file = product(&["1 eol 2027-01-31"]);
    let (_, history) = run(
        &History::default(),
        &file,
        &["1 eol 2027-02-28"],
        "2026-11-20",
    );
    let same = ["1 eol 2027-01-31"];
    let (verdicts, history) = run(&history, &file, &same, "2026-11-21");
    assert!(verdicts.is_empty());
    let (verdicts, _) = run(&history, &file, &["1 eol 2027-02-28"], "2026-11-22");
    assert_eq!(verdicts, ["1 eol: write"]);
}

#[test]
fn a_value_that_an_earlier_run_planned_too_shows_nothing_of_a_later_run() {
    let old = product(&["2 eol 2028-01-31", "1 eol 2027-01-31"]);
    // The pull request of the first day stays open; the push of the second is rejected.
    let one = ["2 eol 2028-02-29", "1 eol 2027-01-31"];
    let both = ["2 eol 2028-02-29", "1 eol 2027-02-28"];
    let (_, history) = run(&History::default(), &old, &one, "2026-11-20");
    let (_, history) = run(&history, &old, &both, "2026-11-21");
    // The pull request is merged.
    let merged = product(&["2 eol 2028-02-29", "1 eol 2027-01-31"]);
    let (verdicts, _) = run(&history, &merged, &both, "2026-11-22");
    assert_eq!(verdicts, ["1 eol: write, planned on 2026-11-21"]);
    // A value that the second run alone planned shows that all of it was made.
    let pushed = product(&["2 eol 2028-01-31", "1 eol 2027-02-28"]);
    let (verdicts, _) = run(&history, &pushed, &both, "2026-11-22");
    assert_eq!(verdicts, ["2 eol: held by corrected"]);
}

#[test]
fn what_an_earlier_run_wrote_is_no_third_value() {
    let old = product(&["1 eol 2027-01-31"]);
    let (_, history) = run(
        &History::default(),
        &old,
        &["1 eol 2027-02-28"],
        "2026-11-20",
    );
    let later = ["1 eol 2027-03-31"];
    let (_, history) = run(&history, &old, &later, "2026-11-21");
    // Of the two the first reached the file.
    let merged = product(&["1 eol 2027-02-28"]);
    let (verdicts, _) = run(&history, &merged, &later, "2026-11-22");
    assert_eq!(verdicts, ["1 eol: write, planned on 2026-11-21"]);
}

#[test]
fn an_acceptance_does_not_allow_writing_over_a_later_correction() {
    let (file, listed) = (product(&["1 eol 2027-01-31"]), ["1 eol false"]);
    let (_, history) = run(&History::default(), &file, &listed, "2026-11-20");
    let accepting = Policy {
        accepted: history.held.keys().cloned().collect(),
        ..policy()
    };
    let (_, history) = run_by(&accepting, &history, &file, &listed, "2026-11-21");
    // A run of another kind in between does not lose it.
    let off = Policy {
        guard: GuardMode::Off,
        ..policy()
    };
    let (_, history) = run_by(&off, &history, &file, &listed, "2026-11-22");
    let (verdicts, history) = run(&history, &file, &listed, "2026-11-23");
    assert_eq!(verdicts, ["1 eol: write, planned on 2026-11-22"]);
    let corrected = product(&["1 eol 2027-06-30"]);
    let (verdicts, _) = run(&history, &corrected, &listed, "2026-11-24");
    assert_eq!(verdicts, ["1 eol: held by undated"]);
}

#[test]
fn suspicious_sources_leave_what_is_pending_as_it_is_and_nothing_of_them_is_accepted_alone() {
    let ends = |end: &str| -> Vec<String> {
        let cycles = (1..=6).rev();
        cycles.map(|cycle| format!("{cycle} eol {end}")).collect()
    };
    let (old, new) = (ends("2027-01-31"), ends("2027-02-28"));
    let [old, new] = [&old, &new].map(|ends| ends.iter().map(String::as_str).collect::<Vec<_>>());
    let (file, made) = (product(&old), product(&new));
    let (_, history) = run(&History::default(), &file, &new, "2026-11-20");
    let broken = ["6 eol 2027-03-31"];
    let (verdicts, broken_history) = run(&history, &file, &broken, "2026-11-21");
    assert_eq!(verdicts, ["6 eol: held by source"]);
    let accepting = Policy {
        accepted: {
            let plan = plan(&policy(), &history, &file, &broken, "2026-11-21");
            let alone = plan.objections().filter(|held| held.change.is_some());
            alone.map(|held| held.hold.id.clone()).collect()
        },
        ..policy()
    };
    let (verdicts, _) = run_by(&accepting, &history, &file, &broken, "2026-11-21");
    assert_eq!(verdicts, ["6 eol: held by source"]);
    // The first writes are merged, and a person takes one back.
    let (_, history) = run(&broken_history, &made, &new, "2026-11-22");
    let mut corrected = new.clone();
    corrected[5] = "1 eol 2027-01-31";
    let (verdicts, _) = run(&history, &product(&corrected), &new, "2026-11-23");
    assert_eq!(verdicts, ["1 eol: held by corrected"]);
}

#[test]
fn sources_held_by_collect_stay_held_when_a_merge_follows_and_are_free_when_they_heal() {
    let file = product(&["1 eol 2027-01-31"]);
    let many: Vec<String> = (1..=9)
        .map(|cycle| format!("{cycle} eol 2027-01-31"))
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let plan = |history: &History, listed: &[&str], today: &str| {
        plan(&policy(), history, &file, listed, today)
    };
    let since = |plan: &Plan| plan.objections().next().map(|held| held.hold.since);
    let first = plan(&History::default(), &many, "2026-11-20");
    let history = first.history_after_collecting(History::default(), day("2026-11-20"));
    let broken = plan(&history, &many[..1], "2026-11-21");
    assert_eq!(since(&broken), Some(None));
    let history = broken.history_after_collecting(history, day("2026-11-21"));
    // The merge sees the release data of the day before.
    let merged = plan(&history, &many, "2026-11-21");
    let history = merged.history_after(&history, history.clone(), day("2026-11-21"));
    let again = plan(&history, &many[..1], "2026-11-22");
    assert_eq!(since(&again), Some(Some(day("2026-11-21"))));
    let healed = plan(&history, &many, "2026-11-23");
    let history = healed.history_after_collecting(history, day("2026-11-23"));
    let later = plan(&history, &many[..1], "2027-03-21");
    assert_eq!(since(&later), Some(None));
}
