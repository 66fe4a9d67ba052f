//! The page about reviewing rules: its commands are run in their order, and what it shows is what they print; the
//! files that it shows are those of `examples/ci/`.

use crate::book::blocks::{Block, blocks};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace")
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/ci.md")).expect("the page")
}

/// A person at a terminal: a folder to stand in.
struct Terminal {
    folder: PathBuf,
}

impl Terminal {
    /// Runs a command; gives what it prints, and whether all went well.
    fn run(&mut self, command: &str) -> (String, bool) {
        let built = Path::new(env!("CARGO_BIN_EXE_qualify")).parent().expect("a folder");
        let path = format!("{}:{}", built.display(), std::env::var("PATH").unwrap_or_default());
        let mut bash = Command::new("bash");
        bash.args(["-c", &format!("exec 2>&1\n{command}\nstatus=$?; printf '\\0%s' \"$PWD\"; exit $status")]);
        bash.current_dir(&self.folder).env("PATH", path);
        for name in ["AUTHOR", "COMMITTER"] {
            bash.env(format!("GIT_{name}_NAME"), "a").env(format!("GIT_{name}_EMAIL"), "a@example.com");
        }
        let output = bash.output().expect("bash");
        let text = String::from_utf8(output.stdout).expect("text");
        let (text, folder) = text.rsplit_once('\0').expect("a folder");
        self.folder = PathBuf::from(folder);
        (text.to_string(), output.status.success())
    }
}

/// The commands of a block, each with the lines shown below it.
fn commands(block: &Block) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for line in block.text.lines() {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(command), _) => found.push((command.to_string(), Vec::new())),
            (None, Some((_, shown))) => shown.push(line.to_string()),
            (None, None) => panic!("line {}: `{line}` stands before any command", block.line),
        }
    }
    found
}

/// Whether the lines are those shown. `…` alone stands for any number of lines, at the end of one for its rest.
fn fits(shown: &[String], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "…" => (0..=lines.len()).any(|skip| fits(rest, &lines[skip..])),
        Some((first, rest)) => {
            let fits_line = |line: &&str| match first.strip_suffix('…') {
                Some(start) => line.starts_with(start.trim_end()),
                None => line == first,
            };
            lines.first().is_some_and(fits_line) && fits(rest, &lines[1..])
        }
    }
}

#[test]
fn its_commands_do_what_it_says() {
    if Command::new("bash").arg("--version").output().is_err() {
        return; // the page is written for a shell
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut terminal = Terminal { folder: folder.path().to_path_buf() };
    // what a clone would hold, as far as the page uses it
    let (copied, well) = terminal.run(&format!(
        "mkdir -p qualify/examples && cp -r '{}' qualify/examples/",
        root().join("examples/leadforge").display()
    ));
    assert!(well, "{copied}");
    let (mut count, mut wrong) = (0, Vec::new());
    for block in blocks(&page()).iter().filter(|block| block.mark == "console") {
        for (command, shown) in commands(block) {
            count += 1;
            let (text, well) = terminal.run(&command);
            let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
            if !well || !(shown.is_empty() || fits(&shown, &lines)) {
                wrong.push(format!("line {}: {command}\n{text}", block.line));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(count > 20, "only {count} commands were found");
}

#[test]
fn the_files_it_names_are_there_and_name_what_there_is() {
    let page = page();
    let named = blocks(&page).into_iter().filter(|block| block.mark == "yaml");
    let named: Vec<String> = named.map(|block| block.text).collect();
    let mut shown = Vec::new();
    for entry in std::fs::read_dir(root().join("examples/ci")).expect("the files") {
        let path = entry.expect("a file").path();
        let text = std::fs::read_to_string(&path).expect("its text");
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        assert!(named.contains(&text), "docs/ci.md does not show examples/ci/{name} as it is");
        shown.push(text);
    }
    assert_eq!(shown.len(), named.len());
}

/// The inputs of the action, its script and the page are the same.
#[test]
fn the_action_has_the_inputs_that_the_page_tells() {
    let read = |name: &str| std::fs::read_to_string(root().join(name)).expect("a file");
    let (action, page) = (read("action/action.yml"), page());
    let scripts = read("action/review.sh") + &read("action/comment.sh");
    let section = |name: &str| {
        let rest = action.split(&format!("\n{name}:\n")).nth(1).expect("a section");
        let lines = rest.lines().take_while(|line| line.is_empty() || line.starts_with(' '));
        let names = lines.filter_map(|line| line.strip_prefix("  ")?.strip_suffix(':'));
        names.filter(|name| !name.starts_with(' ')).map(str::to_string).collect::<Vec<_>>()
    };
    let (inputs, outputs) = (section("inputs"), section("outputs"));
    assert!(inputs.len() == 9 && outputs.len() == 4, "{inputs:?} {outputs:?}");
    for input in inputs {
        assert!(page.contains(&format!("| `{input}` |")), "docs/ci.md does not tell the input {input}");
        let name = format!("INPUT_{}", input.to_uppercase());
        assert!(action.contains(&format!("{name}: ${{{{ inputs.{input} }}}}")), "{name} is not passed on");
        assert!(scripts.contains(&name), "no script reads {name}");
    }
    for output in outputs {
        assert!(page.contains(&format!("`{output}`")), "docs/ci.md does not tell the output {output}");
        assert!(scripts.contains(&format!("{output}=%s")), "no script gives {output}");
    }
}
