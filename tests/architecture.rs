//! The invariants of `docs/architecture.md`, held against the manifests and the sources.

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};
use qualify_diagnostics::Code;
use qualify_tests::blocks::qualify_blocks;
use qualify_tests::workspace::{bare_code, files, has_word, read, root, shown};
use std::path::PathBuf;

/// The crates that may read, print and look at the clock.
const BORDERS: &[&str] = &[
    "qualify-data",
    "qualify-review",
    "qualify-serve",
    "qualify-cli",
    "qualify-embed",
    "qualify-python",
    "qualify-c",
    "qualify-tests",
    BENCHMARK,
];

/// It holds a hand-written program to compare with, which reads its data by itself.
const BENCHMARK: &str = "qualify-bench";

/// The bindings hand tables over in the memory layout of Arrow, and so name its types.
const BINDINGS: &[&str] = &["qualify-python", "qualify-c"];

/// Dependencies that stay in one place: the name, the crate, and in how many files of it.
const CONFINED: &[(&str, &str, usize)] = &[
    ("ariadne", "qualify-diagnostics", 1),
    ("logos", "qualify-syntax", 1),
    ("pest", "qualify-grammar", usize::MAX),
    ("pest_derive", "qualify-grammar", usize::MAX),
    ("pest_meta", "qualify-grammar", usize::MAX),
    ("arrow", "qualify-data", usize::MAX),
    ("parquet", "qualify-data", usize::MAX),
    ("cranelift_codegen", "qualify-jit", usize::MAX),
    ("cranelift_frontend", "qualify-jit", usize::MAX),
    ("cranelift_jit", "qualify-jit", usize::MAX),
    ("pyo3", "qualify-python", usize::MAX),
    ("pyo3-arrow", "qualify-python", usize::MAX),
    ("clap", "qualify-cli", usize::MAX),
    ("indicatif", "qualify-cli", usize::MAX),
];

/// Where unsafe code may stand.
const UNSAFE: &[&str] = &[
    "crates/qualify-vm/src/run.rs",
    "crates/qualify-jit/src/machine.rs",
    "crates/qualify-c/src/interface.rs",
    "crates/qualify-c/src/border.rs",
    "crates/qualify-c/src/state.rs",
];

/// No file of code is longer, in lines.
const LONGEST_FILE: usize = 1_000;

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(root().join("Cargo.toml")).no_deps().other_options(["--offline".to_string()]);
    command.exec().expect("cargo describes the workspace")
}

/// What a crate is built from (not what its tests use).
fn dependencies(package: &Package) -> Vec<&str> {
    let built = package.dependencies.iter().filter(|d| d.kind != DependencyKind::Development);
    built.map(|d| d.name.as_str()).collect()
}

/// The sources of the crates that `wanted` names, each as crate, path and bare code; without their tests.
fn sources(wanted: impl Fn(&str) -> bool) -> Vec<(String, PathBuf, String)> {
    let mut found = Vec::new();
    for path in files("crates", ".rs") {
        let place = shown(&path);
        let mut parts = place.split('/').skip(1);
        let name = parts.next().unwrap_or_default().to_string();
        let rest: Vec<&str> = parts.collect();
        let tests = rest.iter().any(|part| matches!(*part, "tests" | "tests.rs"));
        if wanted(&name) && rest.first() == Some(&"src") && !tests {
            let code = bare_code(&read(&path));
            found.push((name, path, code));
        }
    }
    found
}

fn report(mistakes: Vec<String>) {
    assert!(mistakes.is_empty(), "\n{}\n", mistakes.join("\n"));
}

/// A row of the table of crates: the layer, the crate, and the crates that it uses (none: all that there are).
struct Room {
    layer: u32,
    name: String,
    uses: Option<Vec<String>>,
}

/// The table of crates on the page of the architecture.
fn rooms() -> Vec<Room> {
    let page = read(&root().join("docs/architecture.md"));
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows = rows.filter_map(|row| {
        let cells: Vec<&str> = row.split(" | ").collect();
        let &[layer, name, _, uses] = &cells[..] else { return None };
        let full = |name: &str| match name {
            "qualify" => name.to_string(),
            part => format!("qualify-{part}"),
        };
        Some(Room {
            layer: layer.parse().ok()?,
            name: name.trim_matches('`').to_string(),
            uses: match uses {
                "all" => None,
                "–" => Some(Vec::new()),
                some => Some(some.split(", ").map(full).collect()),
            },
        })
    });
    rows.collect()
}

#[test]
fn crates_point_one_way_as_the_page_says() {
    let rooms = rooms();
    let layer = |name: &str| rooms.iter().find(|room| room.name == name).map(|room| room.layer);
    let mut mistakes = Vec::new();
    for package in &metadata().packages {
        let mut used = dependencies(package);
        used.retain(|name| *name == "qualify" || name.starts_with("qualify-"));
        used.sort_unstable();
        let name = package.name.as_str();
        let Some(room) = rooms.iter().find(|room| room.name == name) else {
            mistakes.push(format!("{name} has no row in the table of docs/architecture.md"));
            continue;
        };
        let higher = used.iter().filter(|used| layer(used).is_none_or(|layer| layer >= room.layer));
        mistakes.extend(higher.map(|higher| format!("{name} uses {higher}, which is not below it")));
        if let Some(mut said) = room.uses.clone() {
            said.sort();
            if said != used {
                let used = used.join(", ");
                mistakes.push(format!("{name} uses {used}; the page says {}", said.join(", ")));
            }
        }
    }
    report(mistakes);
}

#[test]
fn the_tests_crate_is_used_by_nobody() {
    for package in &metadata().packages {
        assert!(!dependencies(package).contains(&"qualify-tests"), "{}", package.name);
    }
}

#[test]
fn confined_dependencies_stay_in_their_place() {
    let mut mistakes = Vec::new();
    for (dependency, home, most) in CONFINED {
        for package in &metadata().packages {
            let name = package.name.as_str();
            let allowed =
                name == *home || name == BENCHMARK || (*dependency == "arrow" && BINDINGS.contains(&name));
            if !allowed && dependencies(package).contains(dependency) {
                mistakes.push(format!("{name} depends on {dependency}, which belongs to {home}"));
            }
        }
        let uses = |code: &str| {
            code.contains(&format!("{dependency}::")) || code.contains(&format!("use {dependency};"))
        };
        let used: Vec<String> =
            sources(|name| name != BENCHMARK).iter().filter(|s| uses(&s.2)).map(|s| shown(&s.1)).collect();
        if used.len() > *most {
            mistakes.push(format!("{dependency} is used in more than {most} file(s): {}", used.join(", ")));
        }
    }
    report(mistakes);
}

#[test]
fn no_floating_point_below_the_data() {
    let mut mistakes = Vec::new();
    for (_, path, code) in sources(|name| !BORDERS.contains(&name)) {
        for name in ["f32", "f64"] {
            if has_word(&code, name) {
                mistakes.push(format!("{}: {name}", shown(&path)));
            }
        }
    }
    report(mistakes);
}

#[test]
fn nothing_below_the_data_reads_prints_or_looks_at_a_clock() {
    let outside = [
        "std::fs",
        "std::net",
        "std::process",
        "std::env",
        "File::",
        "println!",
        "print!",
        "eprintln!",
        "eprint!",
        "dbg!",
        "SystemTime",
        "Instant::now",
        "Timestamp::now",
        "Zoned::now",
    ];
    let mut mistakes = Vec::new();
    for (name, path, code) in sources(|name| !BORDERS.contains(&name)) {
        for word in outside.iter().filter(|word| code.contains(**word)) {
            mistakes.push(format!("{}: {word}", shown(&path)));
        }
        // sentences of the grammar are made by chance, from a seed that the caller gives
        let chance = code.match_indices("rand::").any(|(at, _)| !code[..at].ends_with(char::is_alphanumeric));
        if name != "qualify-grammar" && chance {
            mistakes.push(format!("{}: rand", shown(&path)));
        }
        if code.contains("rand::rng(") || code.contains("rand::random") {
            mistakes.push(format!("{}: chance without a seed", shown(&path)));
        }
    }
    report(mistakes);
}

#[test]
fn unsafe_code_has_its_places_and_every_crate_obeys_the_lints() {
    let mut mistakes = Vec::new();
    for (_, path, code) in sources(|_| true) {
        if has_word(&code, "unsafe") && !UNSAFE.contains(&shown(&path).as_str()) {
            mistakes.push(format!("{}: unsafe", shown(&path)));
        }
    }
    for package in &metadata().packages {
        let manifest = read(package.manifest_path.as_std_path());
        if !manifest.contains("[lints]\nworkspace = true") {
            mistakes.push(format!("{} does not take the lints of the workspace", package.name));
        }
    }
    report(mistakes);
}

#[test]
fn a_lib_file_is_a_table_of_contents() {
    let mut libs = files("crates", "src/lib.rs");
    libs.extend(files("crates", ".rs").into_iter().filter(|path| path.ends_with("src/lib.rs")));
    libs.push(root().join("tests/lib.rs"));
    let mut mistakes = Vec::new();
    for path in libs {
        let code = bare_code(&read(&path));
        for statement in code.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            let words = statement.trim_start_matches("pub ").trim_start_matches("pub(crate) ");
            let attribute = words.starts_with("#[") || words.starts_with("#![");
            if !(words.starts_with("mod ") || words.starts_with("use ") || attribute)
                || words.contains(" fn ")
            {
                mistakes.push(format!("{}: {statement}", shown(&path)));
            }
        }
    }
    report(mistakes);
}

#[test]
fn files_are_short_and_named_by_what_they_hold() {
    let mut mistakes = Vec::new();
    for path in files("crates", ".rs").into_iter().chain(files("tests", ".rs")) {
        if path.ends_with("mod.rs") {
            mistakes.push(format!("{}: name the file after the module", shown(&path)));
        }
        let lines = read(&path).lines().count();
        if lines > LONGEST_FILE {
            mistakes.push(format!("{}: {lines} lines", shown(&path)));
        }
    }
    report(mistakes);
}

#[test]
fn every_dependency_has_its_line_and_every_line_its_dependency() {
    let page = read(&root().join("docs/dependencies.md"));
    let manifest = read(&root().join("Cargo.toml"));
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    let names = section.lines().filter(|line| !line.starts_with('#') && !line.contains("path ="));
    let mut names: Vec<&str> = names.filter_map(|line| line.split_once(" =")).map(|(name, _)| name).collect();
    names.sort_unstable();
    let mut described: Vec<&str> =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    described.sort_unstable();
    let missing = names.iter().filter(|name| !described.contains(name));
    let left_over = described.iter().filter(|name| !names.contains(name));
    let mistakes = missing.map(|name| format!("docs/dependencies.md does not say what {name} is for"));
    report(mistakes.chain(left_over.map(|name| format!("{name} is described but not used"))).collect());
}

#[test]
fn every_dependency_is_named_once_in_the_workspace() {
    let mut mistakes = Vec::new();
    for package in &metadata().packages {
        let manifest = read(package.manifest_path.as_std_path());
        let body = manifest.split("dependencies]").skip(1).collect::<String>();
        for dependency in &package.dependencies {
            if !body.contains(&format!("{}.workspace = true", dependency.name))
                && !body.contains(&format!("{} = {{ workspace = true", dependency.name))
            {
                mistakes.push(format!("{}: {} has a version of its own", package.name, dependency.name));
            }
        }
    }
    report(mistakes);
}

#[test]
fn every_row_of_the_page_is_a_crate() {
    let packages = metadata().packages;
    let missing = rooms().into_iter().filter(|room| !packages.iter().any(|p| p.name.as_str() == room.name));
    report(
        missing.map(|room| format!("docs/architecture.md names {}, which is no crate", room.name)).collect(),
    );
}

#[test]
fn every_code_has_a_page_with_an_example() {
    let mut mistakes = Vec::new();
    for code in Code::ALL {
        let page = code.page();
        if !page.starts_with(&format!("# {code}: {}\n", code.title())) {
            mistakes.push(format!("{code}: the page does not begin with `# {code}: {}`", code.title()));
        }
        if qualify_blocks(page).is_empty() {
            mistakes.push(format!("{code}: the page has no example in a ```qualify block"));
        }
    }
    for path in files("crates/qualify-diagnostics/pages", ".md") {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if Code::parse(&name).is_none() {
            mistakes.push(format!("{}: no such code in the catalogue", shown(&path)));
        }
    }
    report(mistakes);
}
