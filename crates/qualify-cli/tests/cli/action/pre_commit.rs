//! The hooks: by themselves, and in the real pre-commit where it is installed.

use super::{git, has, path, repository, root};
use crate::program::Folder;
use std::path::Path;
use std::process::{Command, Output};

fn run(command: &mut Command, folder: &Path) -> Output {
    command.current_dir(folder).env("PATH", path()).output().expect("it starts")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn hooks_run_the_program_where_the_commit_is_made() {
    if !has(&["bash", "git"]) {
        return;
    }
    let repository = repository();
    let hook = |arguments: &[&str]| {
        run(Command::new("bash").arg(root().join("action/hook.sh")).args(arguments), repository.path())
    };
    let checked = hook(&["check", "rules"]);
    assert!(checked.status.success() && text(&checked).contains("no problems"), "{}", text(&checked));
    std::fs::write(repository.path().join("bad.qualify"), "when").expect("a file");
    assert_eq!(hook(&["check", "bad.qualify"]).status.code(), Some(1));
}

#[test]
fn every_hook_runs_a_command_that_there_is() {
    let hooks = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let entries: Vec<&str> = hooks.lines().filter_map(|line| line.trim().strip_prefix("entry: ")).collect();
    assert_eq!(entries, ["action/hook.sh fmt", "action/hook.sh check", "action/hook.sh test"]);
}

/// A repository that holds the hooks alone.
fn hooks() -> Folder {
    let folder = Folder::new(&[]);
    std::fs::create_dir(folder.path().join("action")).expect("a folder");
    for name in [".pre-commit-hooks.yaml", "action/hook.sh", "action/find-qualify.sh"] {
        std::fs::copy(root().join(name), folder.path().join(name)).expect("a copy");
    }
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "Hooks"]);
    folder
}

#[test]
fn pre_commit_runs_them() {
    if !has(&["bash", "git", "pre-commit"]) {
        return;
    }
    let (hooks, repository) = (hooks(), repository());
    let example = std::fs::read_to_string(root().join("examples/ci/pre-commit-config.yaml")).expect("it");
    let config = example
        .replace("https://github.com/OWNER/qualify", &hooks.path().display().to_string())
        .replace("rev: REVISION", &format!("rev: {}", git(hooks.path(), &["rev-parse", "HEAD"])))
        .replace("scoring", "rules");
    std::fs::write(repository.path().join(".pre-commit-config.yaml"), &config).expect("a file");
    git(repository.path(), &["add", "."]);
    let pre_commit = || {
        let mut command = Command::new("pre-commit");
        command.args(["run", "--all-files", "--color", "never"]);
        run(command.env("PRE_COMMIT_HOME", hooks.path().join("home")), repository.path())
    };
    let passed = pre_commit();
    assert!(passed.status.success(), "{}\n{config}", text(&passed));
    assert_eq!(text(&passed).matches("Passed").count(), 3, "{}", text(&passed));
    let model = repository.path().join("rules/model.qualify");
    let rules = std::fs::read_to_string(&model).expect("the model");
    std::fs::write(&model, rules.replacen("add 40", "add    40", 1)).expect("the model");
    let laid_out = pre_commit();
    assert!(!laid_out.status.success() && text(&laid_out).contains("files were modified by this hook"));
    assert_eq!(std::fs::read_to_string(&model).expect("the model"), rules, "and it is as it was");
}
