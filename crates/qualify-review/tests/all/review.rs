//! A whole review of a change of the example `leadforge`: what it says, what it does to the leads, how it stands to its
//! budgets, and how all of it is told.

use qualify::{Compiled, Model, Sources};
use qualify_data::{Most, Project, Quiet, Review};
use qualify_review::budget::{Budgets, Known, State};
use qualify_review::change::{Changes, Read, compare};
use qualify_review::impact::{Impact, Options, Points, measure};
use qualify_review::report::{Report, SHAPE, Version};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/leadforge")
}

/// So many leads of the example's are looked at: all of them take long without optimisation.
const LEADS: usize = 400;

/// The example with its first leads and what happened to them.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("leadforge-of-reviews");
        std::fs::create_dir_all(folder.join("data")).expect("the folder of tests can be written");
        let text =
            |name: &str| std::fs::read_to_string(example().join("data").join(name)).expect("it is there");
        let leads: Vec<String> = text("leads.csv").lines().take(LEADS + 1).map(str::to_string).collect();
        let keys: HashSet<&str> = leads.iter().skip(1).filter_map(|line| line.split(',').next()).collect();
        let write = |name: &str, lines: Vec<&str>| {
            std::fs::write(folder.join("data").join(name), lines.join("\n") + "\n")
                .expect("it can be written");
        };
        write("leads.csv", leads.iter().map(String::as_str).collect());
        for name in ["contacts.csv", "accounts.csv"] {
            write(name, text(name).lines().collect());
        }
        for name in ["touches.csv", "sessions.csv", "sales_activities.csv"] {
            let text = text(name);
            let head = text.lines().next().unwrap_or_default();
            let column =
                head.split(',').position(|column| column == "lead_id").expect("events name their lead");
            let of_them = |line: &&str| line.split(',').nth(column).is_some_and(|key| keys.contains(key));
            write(name, std::iter::once(head).chain(text.lines().skip(1).filter(of_them)).collect());
        }
        for name in ["qualify.toml", "model.qualify", "schema.qualify", "buying-titles.txt"] {
            std::fs::copy(example().join(name), folder.join(name)).expect("it can be copied");
        }
        folder
    })
}

fn project() -> Project {
    qualify_data::open(folder()).expect("the example opens")
}

/// The example with some texts replaced, in its model and its schema.
fn leadforge(edits: &[(&str, &str)]) -> Compiled {
    let text = |path: &str| std::fs::read_to_string(folder().join(path)).expect("the example is there");
    let mut left: Vec<&(&str, &str)> = edits.iter().collect();
    let mut edited = |path: &str| {
        let mut text = text(path);
        left.retain(|(old, new)| {
            let found = text.contains(old);
            text = text.replacen(old, new, 1);
            !found
        });
        text
    };
    let (model, schema) = (edited("model.qualify"), edited("schema.qualify"));
    assert!(left.is_empty(), "not in the example: {left:?}");
    let mut sources = Sources::new();
    let root = sources.add("model.qualify", model);
    let load = |path: &str, _: &str| match path {
        "schema.qualify" => Ok((path.to_string(), schema.clone())),
        path => Ok((path.to_string(), text(path))),
    };
    Model::compile(sources, &[root], &load, &[])
}

fn read(compiled: &Compiled) -> Read<'_> {
    let model = compiled.model.as_ref().unwrap_or_else(|| {
        panic!("{}", qualify::render_terminal(&compiled.sources, &compiled.diagnostics, false))
    });
    Read { model: model.typed(), sources: &compiled.sources }
}

/// At the example's instant alone.
fn measured(old: &Compiled, new: &Compiled, changes: &Changes) -> Impact {
    measured_as(old, new, changes, false)
}

/// The same; week by week too, if asked for.
fn measured_as(old: &Compiled, new: &Compiled, changes: &Changes, weeks: bool) -> Impact {
    let project = project();
    let as_of = project.manifest.as_of.expect("the example has an instant");
    let options = Options { weeks, ..Options::at(as_of) };
    measure(read(old).model, read(new).model, changes, &project, &options, &mut Quiet)
        .expect("the data are fine")
}

/// The line of MQL, points of a rule, a count, a row of a table.
const CHANGE: [(&str, &str); 4] = [
    (
        "param mql_line  = 65",
        "# approve max_points_change: prices were looked at by those who bought\nparam mql_line  = 70",
    ),
    ("when visited pricing within 14d add 5\n", "when visited pricing within 14d add 12\n"),
    ("manufacturing           : 10", "manufacturing           : 12"),
    ("when touch at least 3 times within 7d add 4", "when touch at least 4 times within 7d add 4"),
];

fn review() -> Review {
    Review {
        max_stage_change: Some(Most::Share(50_000)),
        max_route_change: Some(Most::Leads(100)),
        max_points_change: Some(5_0000),
        max_lead_change: Some(10_0000),
        require_because: true,
        ..Review::default()
    }
}

fn report() -> Report {
    let (old, new) = (leadforge(&[]), leadforge(&CHANGE));
    let changes = compare(read(&old), read(&new));
    let leads = measured(&old, &new, &changes);
    let known =
        Known { old: read(&old), new: read(&new), changes: &changes, leads: Some(&leads), could: None };
    let budgets = Budgets::of(&review(), &known);
    let version = |name: &str| Version { name: name.to_string(), digest: "0".repeat(64) };
    Report {
        shape: SHAPE,
        old: version("main"),
        new: version("feature"),
        changes: Some(changes),
        leads: Some(leads),
        could: None,
        budgets: Some(budgets),
        notes: vec!["a note with `code` & <tags>".to_string()],
    }
}

#[test]
fn all_ways_to_tell_it() {
    let report = report();
    insta::assert_snapshot!("text", report.text(false));
    insta::assert_snapshot!("markdown", report.markdown());
    insta::assert_snapshot!("html", report.html());
    insta::assert_snapshot!("json", serde_json::to_string_pretty(&report).expect("plain data serialises"));
    assert!(report.text(true).contains("\u{1b}["), "colours where they are asked for");
    // one page that asks for nothing else
    let html = report.html();
    for outside in ["http://", "https://", "src=", "<link", "@import", "url("] {
        assert!(!html.contains(outside), "{outside}");
    }
    assert!(html.contains("&lt;tags&gt;") && !html.contains("<tags>"));
    words_of_others_are_no_markup(report.clone());
    a_long_one_still_fits_a_comment(report);
}

fn words_of_others_are_no_markup(mut report: Report) {
    let ids =
        ["L1|<b>x</b>`", "</td><script>alert(2)</script>", "a\u{1b}[31m\n::error::x", "@team *b* [c](d)"];
    let keys: Vec<String> = ids.iter().map(|id| id.to_string()).collect();
    let impact = report.leads.as_mut().expect("leads were read");
    for (mover, key) in impact.movers.iter_mut().zip(&keys) {
        mover.lead.clone_from(key);
        mover.why[0].text = "because \"one; two\" | `x".to_string();
    }
    let limit = &mut report.budgets.as_mut().expect("there are budgets").limits[0];
    assert_eq!(limit.state, State::Exceeded);
    limit.behind.push("a `<i>` without its partner: ` <script>".to_string());
    limit.keys = keys;
    let (text, markdown, html) = (report.text(false), report.markdown(), report.html());
    for (report, name) in [(&text, "text"), (&markdown, "markdown"), (&html, "html")] {
        assert!(!report.contains('\u{1b}'), "{name}");
        assert!(!report.lines().any(|line| line.trim_start().starts_with("::error")), "{name}");
    }
    for part in ["<script", "<b>", "</td>", "@team", "*b*", "[c]"] {
        assert!(!markdown.contains(part), "{part}\n{markdown}");
    }
    assert!(markdown.contains("because \"one; two\" \\| 'x`"), "{markdown}");
    assert!(!html.contains("<script"));
}

fn a_long_one_still_fits_a_comment(mut report: Report) {
    let changes = report.changes.as_mut().expect("there are changes");
    let one = changes.changes[0].clone();
    changes.changes = vec![one; 4000];
    let text = report.markdown();
    assert!(text.len() < 65_536, "{}", text.len());
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
}

#[test]
fn each_change_alone_is_what_it_is_by_itself_and_all_parts_sum_to_the_whole() {
    let (old, new) = (leadforge(&[]), leadforge(&CHANGE));
    let all = measured(&old, &new, &compare(read(&old), read(&new)));
    let parts = all.attribution.expect("there are changes");
    assert_eq!(parts.alone.len(), CHANGE.len());
    let mut points = parts.rest.points.0;
    for edit in CHANGE {
        let single = leadforge(&[edit]);
        let changes = compare(read(&old), read(&single));
        let impact = measured(&old, &single, &changes);
        let sentence = &changes.changes[0].sentence;
        let part = parts.alone.iter().find(|alone| alone.sentences.contains(sentence)).expect("it was tried");
        assert_eq!(part.impossible, None);
        assert_eq!(part.part.points, impact.score.sum, "{sentence}");
        assert_eq!(part.part.moves, impact.stages.moved(), "{sentence}");
        assert_eq!(part.part.scores, impact.score.up + impact.score.down, "{sentence}");
        points += part.part.points.0;
    }
    assert_eq!(Points(points), parts.whole.points);
    assert_eq!(parts.whole.points, all.score.sum);
    assert_eq!(parts.whole.moves, all.stages.moved());
}

#[test]
fn matrix_and_movers_are_those_of_the_reference() {
    let (old, new) = (leadforge(&[]), leadforge(&CHANGE));
    let impact = measured(&old, &new, &compare(read(&old), read(&new)));
    let project = project();
    let as_of = project.manifest.as_of.expect("the example has an instant");
    let schema = old.model.as_ref().expect("it checks").schema();
    let set =
        qualify_data::read(&project, schema, &mut Quiet, &Default::default()).expect("the data are fine");
    let judge =
        |compiled: &Compiled| compiled.model.as_ref().expect("it checks").score(&set.leads, as_of, || ());
    let (was, is) = (judge(&old), judge(&new));
    let moved = was.iter().zip(&is).filter(|(a, b)| (&a.stage, a.status) != (&b.stage, b.status)).count();
    assert_eq!(impact.stages.moved(), moved as u64);
    let routed = was.iter().zip(&is).filter(|(a, b)| a.route != b.route).count();
    assert_eq!(impact.routes.changed, routed as u64);
    let most = was.iter().zip(&is).map(|(a, b)| (b.score.unwrap_or(0) - a.score.unwrap_or(0)).abs()).max();
    assert_eq!(Some(impact.movers[0].change.0.abs()), most);
    for mover in &impact.movers {
        let at = set.leads.iter().position(|lead| lead.key == mover.lead).expect("a lead of the data");
        assert_eq!((mover.before, mover.after), (was[at].score.map(Points), is[at].score.map(Points)));
        // the lines that are different make the difference
        let sum: i64 =
            mover.why.iter().map(|why| why.after.map_or(0, |p| p.0) - why.before.map_or(0, |p| p.0)).sum();
        assert_eq!(Points(sum), mover.change, "{}", mover.lead);
    }
}

#[test]
fn two_schemas_that_no_reading_serves_give_the_same() {
    let (old, new) = (leadforge(&[]), leadforge(&CHANGE));
    let together = measured(&old, &new, &compare(read(&old), read(&new)));
    // a further word: what it reads elsewhere is not known
    let more = [&CHANGE[..], &[("region    one of (US, UK)", "region    one of (US, UK, DE)")]].concat();
    let new = leadforge(&more);
    let changes = compare(read(&old), read(&new));
    let apart = measured(&old, &new, &changes);
    assert_eq!(together.stages.counts, apart.stages.counts);
    assert_eq!(together.score.sum, apart.score.sum);
    let movers = |impact: &Impact| serde_json::to_string(&impact.movers).expect("plain data serialises");
    assert_eq!(movers(&together), movers(&apart));
    let volume = |impact: &Impact| serde_json::to_string(&impact.volume).expect("plain data serialises");
    assert_eq!(volume(&together), volume(&apart));
    let parts = apart.attribution.expect("there are changes");
    assert_eq!(parts.alone.iter().filter(|alone| alone.impossible.is_some()).count(), 1);
    // an attribute that only one of both knows needs no second reading, and changes nothing
    let new = leadforge(&[(
        "  created_at time required",
        "  wealth text from \"contact_id\"\n  created_at time required",
    )]);
    let impact = measured(&old, &new, &compare(read(&old), read(&new)));
    assert_eq!(impact.changed, 0);
}

#[test]
fn budgets_and_approvals() {
    let check = |edits: &[(&str, &str)], review: Review, expected: &[(&str, State)]| {
        let (old, new) = (leadforge(&[]), leadforge(edits));
        let changes = compare(read(&old), read(&new));
        let leads = measured(&old, &new, &changes);
        let known =
            Known { old: read(&old), new: read(&new), changes: &changes, leads: Some(&leads), could: None };
        let budgets = Budgets::of(&review, &known);
        let states: Vec<_> = budgets.limits.iter().map(|limit| (limit.name, limit.state)).collect();
        assert_eq!(states, expected, "{edits:?}");
        let good = |state: &State| matches!(state, State::Within | State::Approved);
        assert_eq!(budgets.passes, expected.iter().all(|(_, state)| good(state)));
        budgets
    };
    let budgets = check(
        &CHANGE,
        review(),
        &[
            ("max_stage_change", State::Exceeded),
            ("max_route_change", State::Within),
            ("max_points_change", State::Approved),
            ("max_lead_change", State::Exceeded),
            ("require_because", State::Exceeded),
        ],
    );
    assert!(budgets.limits[0].leads.is_some_and(|n| n > 20), "{budgets:?}");
    let keys: HashSet<&String> = budgets.limits[0].keys.iter().collect();
    assert_eq!(keys.len(), 5, "each lead is named once");
    assert_eq!(budgets.limits[2].approved.as_deref(), Some("prices were looked at by those who bought"));

    let points = |limit: i64| Review { max_points_change: Some(limit), ..Review::default() };
    let row = ("manufacturing           : 10", "manufacturing           : 12");
    check(&[row], points(2_0000), &[("max_points_change", State::Within)]);
    check(&[row], points(1_9999), &[("max_points_change", State::Exceeded)]);
    let new_rule =
        ("  when touch at least 3", "  when touch at least 9 times within 7d add 7\n  when touch at least 3");
    check(&[new_rule], points(6_0000), &[("max_points_change", State::Exceeded)]);

    let stage = Review { max_stage_change: Some(Most::Leads(0)), ..Review::default() };
    check(&[], stage, &[("max_stage_change", State::Within)]);
    let personal = Review { forbid_new_personal: true, ..Review::default() };
    let guarded = ("region    one of (US, UK)", "region    one of (US, UK) protected");
    check(&[guarded], personal.clone(), &[("forbid_new_personal", State::Within)]);
    let guarded = ("name      text from", "name      text personal from");
    let reads = (
        "  when demographics.mailbox is unknown add 1",
        "  when account.name is known add 1 when demographics.mailbox is unknown add 1",
    );
    check(&[guarded, reads], personal, &[("forbid_new_personal", State::Exceeded)]);

    // approvals that do not count
    let approve = |line: &'static str| ("param mql_line  = 65", line);
    let notes = |budgets: Budgets| {
        budgets.approvals.into_iter().map(|a| a.note.unwrap_or_default()).collect::<Vec<_>>()
    };
    let line = approve(
        "# approve max_points_change: needless\n# approve max_stage: x\n# approve require_because\n# approve max_score_shift: not set\nparam mql_line  = 65",
    );
    let told = notes(check(&[line], points(1), &[("max_points_change", State::Within)]));
    assert_eq!(told.len(), 4);
    for (note, part) in
        told.iter().zip(["not exceeded", "there is no budget `max_stage`", "gives no reason", "not set"])
    {
        assert!(note.contains(part), "{note}");
    }
}

#[test]
fn what_cannot_be_known_is_not_passed_over() {
    let (old, new) = (leadforge(&[]), leadforge(&CHANGE));
    let changes = compare(read(&old), read(&new));
    let known = Known { old: read(&old), new: read(&new), changes: &changes, leads: None, could: None };
    let review = Review {
        max_stage_change: Some(Most::Leads(9)),
        forbid_unreachable_stage: true,
        ..Review::default()
    };
    let budgets = Budgets::of(&review, &known);
    assert!(!budgets.passes);
    assert!(budgets.limits.iter().all(|limit| limit.state == State::Unknown), "{budgets:?}");
}
