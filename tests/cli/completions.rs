//! `completions` as a command.

use std::process::Command;

use super::shelflife;

#[test]
fn completions_of_each_shell_name_commands_and_options() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = shelflife(&["completions", shell]);
        assert_eq!((run.code, &*run.stderr), (0, ""), "{shell}");
        for name in ["update", "dry-run", "release-data"] {
            assert!(run.stdout.contains(name), "{shell}: no {name}");
        }
    }
}

#[cfg(unix)]
#[test]
fn bash_reads_its_completions() {
    let run = shelflife(&["completions", "bash"]);
    let read = "eval \"$1\" && complete -p shelflife";
    let bash = Command::new("bash")
        .args(["-c", read, "bash", &run.stdout])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(bash.stderr).unwrap(), "");
    let registered = String::from_utf8(bash.stdout).unwrap();
    assert!(registered.contains(" -F _shelflife "), "{registered}");
}

#[test]
fn a_shell_that_is_not_known_is_refused_with_those_that_are() {
    let run = shelflife(&["completions", "tcsh"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("[possible values: bash, elvish, fish, powershell, zsh]"),
        "{}",
        run.stderr
    );
}
