//! Running the built program in a folder of its own.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run gave.
#[derive(Debug)]
pub struct Run {
    /// Exit status.
    pub status: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// A folder that goes away with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// A folder with these files.
    pub fn new(files: &[(&str, &str)]) -> Folder {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("a file in it");
        }
        Folder(folder)
    }

    /// Whether it has that file.
    pub fn exists(&self, name: &str) -> bool {
        self.0.path().join(name).exists()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

fn command(arguments: &[&str], folder: &Folder) -> Command {
    command_at(arguments, folder.path())
}

fn command_at(arguments: &[&str], path: &Path) -> Command {
    let mut command = Command::new(PathBuf::from(env!("CARGO_BIN_EXE_qualify")));
    command.args(arguments).current_dir(path).stdin(Stdio::null()).env_remove("NO_COLOR");
    command
}

/// The program with its output caught.
pub fn qualify(arguments: &[&str], folder: &Folder) -> Run {
    finish(command(arguments, folder).output().expect("the program starts"))
}

/// The program with text on its standard input.
pub fn with_input(arguments: &[&str], folder: &Folder, input: &str) -> Run {
    let mut command = command(arguments, folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut pipe = child.stdin.take().expect("its input");
    pipe.write_all(input.as_bytes()).expect("it reads its input");
    drop(pipe);
    finish(child.wait_with_output().expect("the program ends"))
}

/// The program in a folder that stays.
pub fn qualify_at(arguments: &[&str], path: &Path) -> Run {
    finish(command_at(arguments, path).output().expect("the program starts"))
}

/// The program with an output whose reader has gone; gives the status.
pub fn into_closed_pipe(arguments: &[&str], folder: &Folder) -> i32 {
    let mut child = command(arguments, folder).stdout(Stdio::piped()).spawn().expect("the program starts");
    drop(child.stdout.take());
    child.wait().expect("the program ends").code().expect("it was not killed")
}

/// The program with an output that is full.
pub fn into_full_disk(arguments: &[&str], folder: &Folder) -> Run {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("/dev/full");
    finish(command(arguments, folder).stdout(full).output().expect("the program starts"))
}

fn finish(output: std::process::Output) -> Run {
    Run {
        status: output.status.code().expect("it was not killed"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Whether these programs are there.
#[allow(clippy::print_stdout)] // a test that tests nothing says so
pub fn has(tools: &[&str]) -> bool {
    let found = |tool: &&str| Command::new(tool).arg("--version").output().is_ok_and(|o| o.status.success());
    let missing: Vec<_> = tools.iter().filter(|tool| !found(tool)).collect();
    if !missing.is_empty() {
        println!("not tested, these are missing: {missing:?}");
    }
    missing.is_empty()
}
