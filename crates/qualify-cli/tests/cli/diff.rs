//! `qualify diff` in a repository of its own: what is compared, what is refused, what is shown.

use crate::book::blocks::blocks;
use crate::program::{Folder, Run, qualify, qualify_at};
use std::path::Path;
use std::process::Command;

const SCHEMA: &str = "lead key lead_id { size integer from 1 to 1000 }\n";
const MANIFEST: &str =
    "model = \"model.qualify\"\nas_of = \"2026-01-31T00:00:00Z\"\n[[leads]]\nfiles = \"leads.csv\"\n";
const LEADS: &str = "lead_id,size\na,500\nb,5\nc,150\n";

fn model(line: u32) -> String {
    format!(
        "use \"schema.qualify\"\nwhen size > {line} add 20\nstage MQL if score >= 20\nstage SQL if score >= 90\n"
    )
}

fn git(arguments: &[&str], path: &Path) {
    let who = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"];
    let output =
        Command::new("git").args(who).args(arguments).current_dir(path).output().expect("git is there");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Two commits: the line is 100, then 200; on the disk it is 300.
fn repository() -> Folder {
    let folder = Folder::new(&[]);
    let project = folder.path().join("scoring");
    std::fs::create_dir(&project).expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(project.join(name), text).expect("a file");
    git(&["init", "-q", "-b", "main"], folder.path());
    write("schema.qualify", SCHEMA);
    write("qualify.toml", MANIFEST);
    write("leads.csv", LEADS);
    write("model.qualify", &model(100));
    git(&["add", "."], folder.path());
    git(&["commit", "-qm", "one"], folder.path());
    write("model.qualify", &model(200));
    git(&["commit", "-qam", "two"], folder.path());
    write("model.qualify", &model(300));
    folder
}

#[track_caller]
fn compares(run: &Run, old: u32, new: u32) {
    let sentence = format!("`size > {new}`: `size > {new}`, was `size > {old}`");
    assert!(run.status == 0 && run.out.contains(&sentence), "{sentence}\n{run:?}");
}

#[test]
fn files_folders_and_revisions() {
    let folder = repository();
    let here = |arguments: &[&str]| qualify(&[&["diff"], arguments].concat(), &folder);
    let inside =
        |arguments: &[&str]| qualify_at(&[&["diff"], arguments].concat(), &folder.path().join("scoring"));
    compares(&inside(&[]), 200, 300);
    compares(&inside(&["HEAD~1"]), 100, 300);
    compares(&inside(&["HEAD~1", "HEAD"]), 100, 200);
    compares(&inside(&["model.qualify"]), 200, 300);
    compares(&inside(&["HEAD~1", "--path", "model.qualify"]), 100, 300);
    compares(&inside(&["HEAD~1:./model.qualify", "model.qualify"]), 100, 300);
    compares(&here(&["--path", "scoring"]), 200, 300);
    compares(&here(&["--project", "scoring"]), 200, 300);
    compares(&here(&["scoring"]), 200, 300);
    compares(&here(&["HEAD~1", "main", "--path", "scoring"]), 100, 200);
    compares(&here(&["HEAD~1", "main", "--path", "scoring/model.qualify"]), 100, 200);
    compares(&here(&["HEAD~1:scoring", "scoring/qualify.toml"]), 100, 300);
    compares(&here(&["HEAD~1:scoring/model.qualify", "scoring/model.qualify"]), 100, 300);
    // a revision beside a path is that path as it was
    compares(&here(&["HEAD~1", "scoring"]), 100, 300);
    compares(&here(&["scoring/model.qualify", "HEAD~1"]), 300, 100);
    // both sides see the schema of their revision, and all leads are scored
    let run = inside(&["HEAD~1", "HEAD"]);
    assert!(run.out.contains("what it does to 3 leads") && run.out.contains("c  -20"), "{run:?}");
    // a version that is gone from the disk
    let run = here(&["HEAD~1:scoring/model.qualify", "HEAD:scoring/model.qualify", "--only", "changes"]);
    compares(&run, 100, 200);
}

#[test]
fn without_a_proof_it_is_said_why() {
    let rules = |days: u32| {
        format!(
            "lead key id {{ size integer }} event visited when visited in this month within {days}d add 10"
        )
    };
    let folder = Folder::new(&[("old.qualify", &rules(40)), ("new.qualify", &rules(41))]);
    let run = qualify(&["diff", "old.qualify", "new.qualify", "--only", "could"], &folder);
    assert!(run.out.contains("no proof because of how terms depend on each other"), "{run:?}");
    let markdown = ["diff", "old.qualify", "new.qualify", "--only", "could", "--format", "markdown"];
    let run = qualify(&markdown, &folder);
    assert!(!run.out.trim_end().contains("\n\n\n"), "an empty summary takes no lines: {run:?}");
}

#[test]
fn what_cannot_be_compared() {
    let folder = repository();
    let refused = |arguments: &[&str], status: i32, part: &str| {
        let run = qualify(&[&["diff"], arguments].concat(), &folder);
        assert!(run.status == status && run.err.contains(part), "{part}\n{run:?}");
    };
    refused(
        &["nope", "--path", "scoring"],
        2,
        "`nope` is neither a file or folder nor a revision that git knows",
    );
    refused(&["--upload-pack=x"], 2, "");
    refused(&["HEAD:nope", "scoring"], 2, "HEAD has no file or folder nope");
    refused(&["HEAD", "."], 2, "qualify.toml");
    refused(&["HEAD:scoring/qualify.tomm", "scoring"], 2, "HEAD has no file or folder scoring/qualify.tomm");
    refused(&["scoring", "--only", "leads", "--project", "nowhere"], 2, "nowhere");
    std::fs::write(folder.path().join("broken.qualify"), "when sise > 1 add 2").expect("a file");
    refused(&["scoring/model.qualify", "broken.qualify"], 2, "sise");
    refused(&["broken.qualify", "scoring/model.qualify"], 2, "does not check, so it cannot be compared");
    let alone = Folder::new(&[("a.qualify", "lead key id { size integer } when size > 1 add 2")]);
    let run = qualify(&["diff", "HEAD", "a.qualify"], &alone);
    assert!(run.status == 2 && run.err.contains("is in no git repository"), "{run:?}");
    let run = qualify(&["diff", "a.qualify", "a.qualify", "--only", "leads"], &alone);
    assert!(run.status == 2 && run.err.contains("--project"), "{run:?}");
    let run = qualify(&["diff", "a.qualify", "a.qualify"], &alone);
    assert!(run.status == 0 && run.out.contains("nothing changed"), "{run:?}");
}

#[test]
fn leads_that_are_not_there_are_a_note_unless_they_are_asked_for() {
    let folder = repository();
    std::fs::remove_file(folder.path().join("scoring/leads.csv")).expect("it was there");
    let run = qualify(&["diff", "scoring"], &folder);
    assert!(run.status == 0 && run.out.contains("nothing is said about them"), "{run:?}");
    let run = qualify(&["diff", "scoring", "--only", "leads"], &folder);
    assert_eq!(run.status, 2, "{run:?}");
}

#[test]
fn budgets_fail_until_they_are_approved() {
    let folder = repository();
    let project = folder.path().join("scoring");
    let check = |status: i32, part: &str| {
        let run = qualify_at(&["diff", "--check", "--only", "leads"], &project);
        assert!(run.status == status && run.out.contains(part), "{status} {part}\n{run:?}");
    };
    check(0, "there are no budgets to check");
    let manifest = |budget: &str| format!("{MANIFEST}[review]\nmax_lead_change = {budget}\n");
    std::fs::write(project.join("qualify.toml"), manifest("15")).expect("a file");
    // 500 stays beyond both lines
    check(0, "✓ max_lead_change");
    std::fs::write(project.join("model.qualify"), model(700)).expect("a file");
    check(1, "✗ max_lead_change (15 points): at most 0 up and 20 down for one lead");
    let approved = format!("# approve max_lead_change: the largest are somebody else's\n{}", model(700));
    std::fs::write(project.join("model.qualify"), approved).expect("a file");
    check(0, "approved: the largest are somebody else's");
    git(&["commit", "-qam", "three"], &project);
    std::fs::write(
        project.join("model.qualify"),
        format!("# approve max_lead_change: the largest are somebody else's\n{}", model(400)),
    )
    .expect("a file");
    check(1, "it came with an earlier change");
    // a change cannot loosen what it is held to
    std::fs::write(project.join("qualify.toml"), manifest("100")).expect("a file");
    check(1, "`[review]` itself changes");
    std::fs::write(project.join("qualify.toml"), manifest("\"much\"")).expect("a file");
    let run = qualify_at(&["diff"], &project);
    assert!(run.status == 2 && run.err.contains("expected a number of points"), "{run:?}");
}

#[test]
fn approvals_and_tests_in_files_that_only_the_manifest_names() {
    let folder = repository();
    let project = folder.path().join("scoring");
    let write = |name: &str, text: &str| std::fs::write(project.join(name), text).expect("a file");
    let manifest = format!("tests = \"tests.qualify\"\n{MANIFEST}[review]\nmax_lead_change = 15\n");
    let tests = "use \"model.qualify\"\ntest \"small\" { lead { size: 5 } expect score = 0 }\n";
    write("qualify.toml", &manifest);
    write("tests.qualify", tests);
    git(&["add", "."], &project);
    git(&["commit", "-qm", "three"], &project);
    write("model.qualify", &model(700));
    let check = |status: i32, parts: &[&str]| {
        let run = qualify_at(&["diff", "--check"], &project);
        let missing: Vec<_> = parts.iter().filter(|part| !run.out.contains(**part)).collect();
        assert!(run.status == status && missing.is_empty(), "{status} {missing:?}\n{run:?}");
    };
    check(1, &["✗ max_lead_change"]);
    let approved = format!("# approve max_lead_change: agreed with sales\n{tests}");
    write("tests.qualify", &approved);
    check(0, &["approved: agreed with sales"]);
    // tests are compared too
    write("tests.qualify", &approved.replace("size: 5", "size: 6"));
    check(0, &["tests only", "test \"small\" says something else"]);
    // and what is wrong with them stops nothing
    write("tests.qualify", &approved.replace("size", "sise"));
    check(0, &["approved: agreed with sales", "1 change of results"]);
    let digest = |project: &Path| {
        let json: serde_json::Value =
            serde_json::from_str(&qualify_at(&["diff", "--format", "json"], project).out).expect("JSON");
        json["new"]["digest"].as_str().expect("a text").to_string()
    };
    let with = digest(&project);
    std::fs::remove_file(project.join("tests.qualify")).expect("it was there");
    assert_eq!(digest(&project), with, "the digest is that of the results");
}

#[test]
fn changes_of_the_project_are_told() {
    let folder = repository();
    let project = folder.path().join("scoring");
    let write = |name: &str, text: &str| std::fs::write(project.join(name), text).expect("a file");
    write("model.qualify", &model(200));
    write(
        "qualify.toml",
        &MANIFEST.replace("2026-01-31", "2026-02-28").replace("leads.csv\"", "leads.csv\"\nnull = [\"n/a\"]"),
    );
    let run = |format: &[&str]| qualify(&[&["diff", "scoring"], format].concat(), &folder);
    let text = run(&[]);
    for part in [
        "what changed: 2 changes of the project",
        "leads are scored as of `2026-02-28T00:00:00Z`, was `2026-01-31T00:00:00Z`",
        "leads: now means unknown: `n/a`",
    ] {
        assert!(text.out.contains(part), "{part}\n{text:?}");
    }
    let json: serde_json::Value = serde_json::from_str(&run(&["--format", "json"]).out).expect("JSON");
    assert_eq!(json["changes"]["project"][1]["key"], "leads");
    for format in ["markdown", "html"] {
        let page = run(&["--format", format]).out;
        assert!(page.contains("now means unknown") && page.contains("no figure shows these"), "{page}");
    }
}

/// A score that only one version has goes from or to nothing; one under another name is the same.
#[test]
fn scores_of_one_side_count_in_budgets() {
    let folder = repository();
    let project = folder.path().join("scoring");
    let write = |name: &str, text: &str| std::fs::write(project.join(name), text).expect("a file");
    let rules = |named: &str, score: &str| {
        format!("use \"schema.qualify\"\n{named}\nscore = {score}\nstage MQL if score >= 20\n")
    };
    let fit = "score fit { when size > 100 add 20 }";
    let old = rules(fit, "fit");
    let manifest = |budgets: &str| format!("{MANIFEST}[review]\n{budgets}");
    let check = |old: &str, new: &str, budget: &str, status: i32, part: &str| {
        write("qualify.toml", &manifest(budget));
        write("model.qualify", old);
        git(&["commit", "-qam", "next", "--allow-empty"], &project);
        write("model.qualify", new);
        let run = qualify_at(&["diff", "--check", "--only", "leads"], &project);
        assert!(run.status == status && run.out.contains(part), "{status} {part}\n{run:?}");
    };
    let (lead, shift) = ("max_lead_change = 5", "max_score_shift = 5");
    // the total is the same, a score is new: two of three leads have 30 points there
    let more = rules(&format!("{fit} score heat {{ when size > 10 add 30 }}"), "fit");
    check(&old, &more, lead, 1, "score `heat`: at most 30 up and 0 down for one lead");
    check(&old, &more, shift, 1, "the mean score `heat` is 20, before no lead had one");
    check(&more, &old, lead, 1, "score `heat`: at most 0 up and 30 down for one lead");
    check(&more, &old, shift, 1, "no lead has a score `heat` any more, the mean was 20");
    let renamed = old.replace("fit", "fitness");
    check(&old, &renamed, lead, 0, "✓ max_lead_change");
    check(&old, &renamed, shift, 0, "✓ max_score_shift");
    check(&old, &renamed.replace("add 20", "add 40"), shift, 1, "✗ max_score_shift");
}

#[test]
fn formats() {
    let folder = repository();
    let run = |format: &str| qualify(&["diff", "scoring", "--format", format], &folder).out;
    let json: serde_json::Value = serde_json::from_str(&run("json")).expect("JSON");
    assert_eq!(json["shape"], 1);
    assert_eq!(json["changes"]["changes"][0]["kind"], "rule");
    assert_eq!(json["changes"]["changes"][0]["new"]["line"], 2);
    assert_eq!(json["leads"]["leads"], 3);
    assert!(run("markdown").starts_with("## Scoring rules: `HEAD:scoring` → `scoring`\n"));
    assert!(run("html").starts_with("<!doctype html>"));
    let sarif = qualify(&["diff", "scoring", "--format", "sarif"], &folder);
    assert_eq!(sarif.status, 2, "{sarif:?}");
}

/// The page about it: its rules and budgets are put into a copy of the example, and its commands are run in order.
#[test]
fn the_page_does_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("docs/diff.md")).expect("the page");
    let folder = Folder::new(&[]);
    let example = root.join("examples/quickstart");
    std::fs::create_dir(folder.path().join("data")).expect("a folder");
    for name in ["model.qualify", "schema.qualify", "qualify.toml", "data/leads.csv", "data/events.csv"] {
        std::fs::copy(example.join(name), folder.path().join(name)).expect("a file of the example");
    }
    git(&["init", "-q", "-b", "main"], folder.path());
    git(&["add", "."], folder.path());
    git(&["commit", "-qm", "one"], folder.path());
    let (mut ran, mut statuses) = (0, Vec::new());
    for block in blocks(&page) {
        match block.mark.as_str() {
            "qualify" => std::fs::write(folder.path().join("model.qualify"), &block.text).expect("a file"),
            "toml" => {
                let path = folder.path().join("qualify.toml");
                let text = std::fs::read_to_string(&path).expect("a manifest");
                std::fs::write(path, format!("{text}\n{}", block.text)).expect("a file");
            }
            "console" => {
                for part in block.text.split("$ qualify ").skip(1) {
                    let (line, shown) = part.split_once('\n').unwrap_or((part, ""));
                    let line = line.split(" || ").next().unwrap_or(line);
                    let words: Vec<&str> = line.split(' ').collect();
                    let run = qualify(&words, &folder);
                    assert!(shown.is_empty() || run.out.trim() == shown.trim(), "{line}\n{}", run.out);
                    assert!(!run.out.is_empty(), "{line}: {run:?}");
                    statuses.push(run.status);
                    ran += 1;
                }
            }
            other => panic!("docs/diff.md:{}: a block marked `{other}`", block.line),
        }
    }
    assert_eq!(ran, 7);
    // without leads their budgets are not known, and with them one is exceeded
    assert_eq!(statuses, [0, 0, 0, 0, 0, 1, 1]);
    let approved = qualify(&["diff", "--check", "--only", "leads"], &folder);
    assert!(approved.out.contains("approved: sales wants fewer and better leads"), "{approved:?}");
}

#[test]
fn what_no_proof_can_look_into_is_told_with_its_place() {
    let rules = "lead key id { size integer from 1 to 9, rate number from 0 to 5 }\n\
        score f {\n  when size > 3 add 5\n  when rate > 2 multiply by rate\n}\n";
    let same =
        rules.replace("rate > 2 multiply by rate", "rate > 2 and rate > 1 multiply by (rate + rate) / 2");
    let folder = Folder::new(&[("old.qualify", rules), ("new.qualify", &same)]);
    for format in ["human", "markdown", "html"] {
        let arguments = ["diff", "old.qualify", "new.qualify", "--only", "could", "--format", format];
        let run = qualify(&arguments, &folder);
        let plain = run.out.replace(['`', '*'], "").replace("<code>", "").replace("</code>", "");
        let told = "what is not constant (new.qualify:4, old.qualify:4 of the old version)";
        assert!(run.status == 0 && plain.contains(told), "{format}: {run:?}");
    }
}
