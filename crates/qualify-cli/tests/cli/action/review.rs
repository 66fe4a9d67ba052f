//! `action/review.sh`, the one step of the action.

use super::server::Server;
use super::{git, has, path, repository, root};
use crate::program::Folder;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

const TOOLS: &[&str] = &["bash", "git", "curl", "jq"];

/// What a run of the action gave.
#[derive(Debug)]
struct Run {
    status: i32,
    log: String,
    summary: String,
    outputs: String,
}

/// Runs the script in a repository as a workflow does. `inputs` are those of the action.
fn review(repository: &Path, event: &Value, server: Option<&Server>, inputs: &[(&str, &str)]) -> Run {
    let temporary = tempfile::tempdir().expect("a folder");
    let at = |name: &str| temporary.path().join(name);
    std::fs::write(at("event.json"), event.to_string()).expect("the event");
    let mut command = Command::new("bash");
    command
        .arg(root().join("action/review.sh"))
        .env("PATH", path())
        .env("GITHUB_WORKSPACE", repository)
        .env("GITHUB_EVENT_PATH", at("event.json"))
        .env("GITHUB_STEP_SUMMARY", at("summary.md"))
        .env("GITHUB_OUTPUT", at("outputs"))
        .env("GITHUB_REPOSITORY", "team/rules")
        .env("RUNNER_TEMP", temporary.path())
        .env("INPUT_PROJECT", "rules")
        .env("INPUT_TOKEN", "secret");
    command.env("GITHUB_API_URL", server.map_or("http://127.0.0.1:9", |server| &server.address));
    command.envs(inputs.iter().copied());
    let output = command.output().expect("bash");
    let read = |name: &str| std::fs::read_to_string(at(name)).unwrap_or_default();
    let outputs = read("outputs");
    for file in outputs.lines().filter_map(|line| line.split_once('=')).map(|(_, file)| file) {
        assert!(Path::new(file).exists(), "{file} is named and not there");
    }
    Run {
        status: output.status.code().expect("a status"),
        log: String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr),
        summary: read("summary.md"),
        outputs,
    }
}

fn pull_request(base: &str) -> Value {
    json!({ "pull_request": { "number": 7, "base": { "sha": base } } })
}

/// Replaces words of the model.
fn change(repository: &Folder, old: &str, new: &str) {
    let file = repository.path().join("rules/model.qualify");
    let text = std::fs::read_to_string(&file).expect("the model");
    assert!(text.contains(old), "{text}");
    std::fs::write(file, text.replacen(old, new, 1)).expect("the model");
}

#[test]
fn a_change_is_reported_and_the_comment_is_kept_up_to_date() {
    if !has(TOOLS) {
        return;
    }
    let repository = repository();
    let base = git(repository.path(), &["rev-parse", "HEAD"]);
    // comments of others stand before ours, more than fit on a page
    let others = (1..=120).map(|id| json!({ "id": id, "body": format!("opinion {id}") })).collect();
    let server = Server::start(others);
    change(&repository, "requested demo within 30d add 40", "requested demo within 30d add 45");
    let run = review(repository.path(), &pull_request(&base), Some(&server), &[]);
    assert_eq!(run.status, 0, "{}", run.log);
    for words in [
        "## qualify: rules",
        "**layout**",
        "**check**: no problems",
        "**lint**",
        "**tests**",
        "45 points, was 40",
    ] {
        assert!(run.summary.contains(words), "{words}\n{}\n{}", run.summary, run.log);
    }
    // what is shown in the log can give the workflow no commands
    let stopped: Vec<&str> = run.log.lines().filter_map(|l| l.strip_prefix("::stop-commands::")).collect();
    assert_eq!(stopped.len(), 5, "layout, check, lint, tests, diff: {}", run.log);
    for token in &stopped {
        assert_eq!(run.log.lines().filter(|line| *line == format!("::{token}::")).count(), 1, "{token}");
    }
    assert!(["report=", "sarif=", "junit-check=", "junit-tests="].iter().all(|o| run.outputs.contains(o)));
    {
        let state = server.state.lock().expect("the state");
        assert_eq!(state.comments.len(), 121);
        let body = state.comments[120]["body"].as_str().expect("a body");
        assert_eq!(body, format!("<!-- qualify: rules -->\n{}", run.summary.trim_end_matches('\0')));
        assert!(state.tokens.iter().all(|token| token == "Bearer secret"));
    }
    change(&repository, "requested demo within 30d add 45", "requested demo within 30d add 50");
    let again = review(repository.path(), &pull_request(&base), Some(&server), &[]);
    assert_eq!(again.status, 0, "{}", again.log);
    let state = server.state.lock().expect("the state");
    assert_eq!(state.comments.len(), 121, "the comment is updated, not repeated");
    let body = state.comments[120]["body"].as_str().expect("a body");
    // the number alone may also be in the name of a revision
    assert!(body.contains("50 points, was 40") && !body.contains("45 points"), "{body}");
    assert_eq!(state.requests.last().expect("a request"), "PATCH /repos/team/rules/issues/comments/121");
}

#[test]
fn mistakes_are_annotated_and_fail_the_job() {
    if !has(TOOLS) {
        return;
    }
    let repository = repository();
    let base = git(repository.path(), &["rev-parse", "HEAD"]);
    let server = Server::start(Vec::new());
    change(&repository, "requested demo within 30d add 40", "requested dmeo   within 30d add 40");
    let run = review(repository.path(), &pull_request(&base), Some(&server), &[]);
    assert_ne!(run.status, 0, "{}", run.log);
    assert!(
        run.log.lines().any(|line| line.starts_with("::error file=rules/model.qualify,line=")),
        "{}",
        run.log
    );
    assert!(run.summary.contains("❌ **check**: 1 error"), "{}", run.summary);
    assert!(!run.summary.contains("**lint**"), "what does not check is told once: {}", run.summary);
    assert_eq!(server.state.lock().expect("the state").comments.len(), 1, "and the comment says it");
}

#[test]
fn a_fork_may_not_comment_and_fails_no_job_by_it() {
    if !has(TOOLS) {
        return;
    }
    let repository = repository();
    let base = git(repository.path(), &["rev-parse", "HEAD"]);
    let server = Server::start(Vec::new());
    server.state.lock().expect("the state").refuses = true;
    let run = review(repository.path(), &pull_request(&base), Some(&server), &[]);
    assert_eq!(run.status, 0, "{}", run.log);
    let warned =
        run.log.lines().find(|line| line.starts_with("::warning title=qualify::")).expect("a warning");
    assert!(warned.contains("403") && !run.log.contains("secret"), "{}", run.log);
    assert!(server.state.lock().expect("the state").requests.iter().all(|r| r.starts_with("GET ")));
    assert!(run.summary.contains("no problems"), "{}", run.summary);
}

#[test]
fn pushes_first_pushes_new_projects_and_missing_revisions() {
    if !has(TOOLS) {
        return;
    }
    let repository = repository();
    let first = git(repository.path(), &["rev-parse", "HEAD"]);
    change(&repository, "requested demo within 30d add 40", "requested demo within 30d add 45");
    git(repository.path(), &["commit", "--quiet", "-am", "More for demos"]);
    let before = "0".repeat(40);
    let unknown = "1".repeat(40);
    for (event, inputs, status, says) in [
        (json!({ "before": first }), &[][..], 0, "45 points, was 40"),
        (json!({ "before": before }), &[], 0, "**tests**"),
        (json!({}), &[("INPUT_BASE", "HEAD~1")], 0, "45 points, was 40"),
        (json!({ "before": unknown }), &[], 2, "**diff**: could not run"),
        (json!({}), &[("INPUT_BASE", "HEAD"), ("INPUT_PROJECT", "new/")], 0, "the project is new"),
        (json!({ "before": first }), &[("INPUT_DATA", "no")], 0, "45 points, was 40"),
    ] {
        if inputs.iter().any(|(_, value)| *value == "new/") {
            let made = crate::program::qualify(&["init", "new"], &repository);
            assert_eq!(made.status, 0, "{made:?}");
        }
        let run = review(repository.path(), &event, None, inputs);
        assert_eq!(run.status, status, "{event} {inputs:?}\n{}", run.log);
        assert!(run.summary.contains(says), "{event} {inputs:?}\n{}\n{}", run.summary, run.log);
    }
}

#[test]
fn warnings_fail_where_they_are_denied() {
    if !has(TOOLS) {
        return;
    }
    let repository = repository();
    change(
        &repository,
        "requested demo within 30d add 40",
        "requested demo within 30d add 40\n  when no requested where (item = demo) at least 0 times add 1 without decay",
    );
    let denied = review(repository.path(), &json!({}), None, &[("INPUT_DENY", "W0501 warnings")]);
    assert_ne!(denied.status, 0, "{}", denied.log);
}

#[test]
fn a_program_that_is_missing_is_built() {
    if !has(TOOLS) {
        return;
    }
    let folder = Folder::new(&[(
        "cargo",
        "#!/bin/bash\necho \"$@\" >>\"$(dirname \"$0\")/asked\"\nwhile [ \"$1\" != --root ]; do shift; done\n\
         mkdir -p \"$2/bin\"\nprintf '#!/bin/bash\\necho built\\n' >\"$2/bin/qualify\"\nchmod +x \"$2/bin/qualify\"\n",
    )]);
    let cargo = folder.path().join("cargo");
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).expect("permission");
    let find = |more: &[(&str, &str)]| {
        let mut command = Command::new("bash");
        command.arg(root().join("action/find-qualify.sh"));
        command.env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()));
        command.env_remove("QUALIFY").env("QUALIFY_ROOT", folder.path().join("built"));
        let output = command.envs(more.iter().copied()).output().expect("bash");
        String::from_utf8_lossy(&output.stdout).trim().to_string()
    };
    let built = folder.path().join("built/bin/qualify");
    assert_eq!(find(&[]), built.display().to_string());
    assert_eq!(find(&[]), built.display().to_string(), "and found the next time");
    let version = [("QUALIFY_VERSION", "v1"), ("QUALIFY_REPOSITORY", "team/qualify")];
    assert!(find(&version).ends_with("built/v1/bin/qualify"));
    assert_eq!(find(&[("QUALIFY", "/nowhere/qualify")]), "");
    let asked = std::fs::read_to_string(folder.path().join("asked")).expect("what cargo was asked");
    let asked: Vec<&str> = asked.lines().collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[0].contains("crates/qualify-cli") && asked[0].contains("--locked"), "{asked:?}");
    assert!(asked[1].ends_with("--git https://github.com/team/qualify --rev v1 qualify-cli"), "{asked:?}");
}
