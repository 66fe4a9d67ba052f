//! The header is that of the code, and C programs that use it run without a mistake in memory.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_header_is_current() {
    let config = cbindgen::Config::from_file(here().join("cbindgen.toml")).expect("cbindgen.toml is right");
    let mut builder = cbindgen::Builder::new().with_config(config);
    for file in ["interface", "state", "failure", "options"] {
        builder = builder.with_src(here().join("src").join(file).with_extension("rs"));
    }
    let mut made = Vec::new();
    builder.generate().expect("the functions can be written as C").write(&mut made);
    let made = String::from_utf8(made).expect("a header is text");
    let path = here().join("include/qualify.h");
    if env::var_os("UPDATE_HEADER").is_some() {
        fs::write(&path, &made).expect("the header can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "include/qualify.h is out of date: UPDATE_HEADER=1 cargo test -p qualify-c");
}

/// Compiles a program against the static library, with the checks of memory that the compiler knows.
fn compiled(source: &Path, folder: &Path) -> PathBuf {
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into()); // Rust links with it too
    let test = env::current_exe().expect("a test knows where it is");
    let library = test.parent().expect("it stands in a folder").join("libqualify_c.a");
    let program = folder.join("program");
    let mut command = Command::new(&compiler);
    command.args(["-std=gnu11", "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-I"]);
    command.arg(here().join("include")).arg(source).arg(library).args(["-lpthread", "-ldl", "-lm", "-o"]);
    let done = command.arg(&program).output().expect("there is a C compiler, or the variable CC names one");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    program
}

/// What the program prints.
fn run(command: &mut Command) -> String {
    let done = command.output().expect("the program runs");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}\n{said}", done.status);
    String::from_utf8_lossy(&done.stdout).into_owned()
}

#[test]
fn batches_threads_and_errors() {
    let folder = tempfile::tempdir().expect("a folder for the program");
    let program = compiled(&here().join("tests/c/batch.c"), folder.path());
    let said = run(&mut Command::new(program));
    assert!(said.ends_with("all is well\n"), "{said}");
}

#[test]
fn states_of_leads() {
    let folder = tempfile::tempdir().expect("a folder for the program");
    let program = compiled(&here().join("tests/c/states.c"), folder.path());
    assert_eq!(run(&mut Command::new(program)), "all is well\n");
}

#[test]
fn the_example_does_what_it_says() {
    let example = here().join("../../examples/embed-c");
    let folder = tempfile::tempdir().expect("a folder for the program");
    let program = compiled(&example.join("main.c"), folder.path());
    let leads = fs::File::open(example.join("leads.jsonl")).expect("the leads are there");
    let mut command = Command::new(program);
    command.arg(example.join("model.qualify")).arg("2026-01-01T00:00:00Z").stdin(leads);
    let said = run(&mut command);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].contains("\"lead_id\":\"L1\"") && lines[0].contains("\"score\":50,"), "{said}");
    assert_eq!(lines[1], "  because for each visited pricing within 7d add 20 up to 60");
}
