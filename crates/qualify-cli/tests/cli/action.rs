//! The action for GitHub workflows and the hooks of pre-commit: their scripts are run as their hosts run them, with
//! a repository, an event and a server of our own. Where the system lacks a tool that they need, nothing is tested.

mod pre_commit;
mod review;
mod server;

use crate::program::Folder;
use crate::program::has;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A path with the built program on it, before all others.
fn path() -> String {
    let built = Path::new(env!("CARGO_BIN_EXE_qualify")).parent().expect("a folder");
    format!("{}:{}", built.display(), std::env::var("PATH").unwrap_or_default())
}

/// Runs git in a folder and gives what it prints.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.com"]).args(arguments);
    let output = command.output().expect("git");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_string()
}

/// A repository with the project that `qualify init` makes, in its folder `rules`.
fn repository() -> Folder {
    let folder = Folder::new(&[]);
    let made = crate::program::qualify(&["init", "rules"], &folder);
    assert_eq!(made.status, 0, "{made:?}");
    git(folder.path(), &["init", "--quiet", "--initial-branch=main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "The model"]);
    folder
}
