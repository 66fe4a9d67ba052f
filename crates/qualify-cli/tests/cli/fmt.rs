//! `qualify fmt` on files, folders and standard input.

use crate::program::{Folder, qualify, with_input};

const LOOSE: &str = "when a  add 5 # why\n";
const TIDY: &str = "when a add 5  # why\n";

fn read(folder: &Folder, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).expect("the file is there")
}

#[test]
fn it_writes_in_place_and_says_what_it_did() {
    let folder = Folder::new(&[("a.qualify", LOOSE), ("b.qualify", TIDY), ("c.qualify", "when a add")]);
    let run = qualify(&["fmt", "."], &folder);
    assert_eq!(run.status, 1, "one has an error: {run:?}");
    assert_eq!(read(&folder, "a.qualify"), TIDY);
    assert_eq!(read(&folder, "b.qualify"), TIDY);
    assert_eq!(read(&folder, "c.qualify"), "when a add");
    assert!(run.err.contains("E0102") && run.err.contains("c.qualify"), "{run:?}");
    assert!(run.err.contains("1 file formatted, 1 file is well laid out, 1 file with errors"), "{run:?}");
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder").count(), 3, "nothing is left behind");
}

#[test]
fn check_lists_and_writes_nothing() {
    let folder = Folder::new(&[("a.qualify", LOOSE), ("b.qualify", TIDY)]);
    let run = qualify(&["fmt", "--check", "a.qualify", "b.qualify"], &folder);
    assert_eq!((run.status, run.out.as_str()), (1, "a.qualify\n"), "{run:?}");
    assert_eq!(read(&folder, "a.qualify"), LOOSE);
    let run = qualify(&["fmt", "--check", "b.qualify"], &folder);
    assert_eq!((run.status, run.out.as_str()), (0, ""), "{run:?}");
    let run = qualify(&["fmt", "--check", "--format", "json", "."], &folder);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("json");
    assert_eq!(json["would_change"][0], "./a.qualify");
}

#[test]
fn diff_shows_what_would_change() {
    let folder = Folder::new(&[("a.qualify", LOOSE)]);
    let run = qualify(&["fmt", "--diff", "a.qualify"], &folder);
    let diff = "--- a.qualify\n+++ a.qualify\n@@ -1 +1 @@\n-when a  add 5 # why\n+when a add 5  # why\n";
    assert_eq!((run.status, run.out.as_str()), (1, diff), "{run:?}");
    assert_eq!(read(&folder, "a.qualify"), LOOSE);
    let run = qualify(&["fmt", "--diff", "--color", "always", "a.qualify"], &folder);
    assert!(run.out.contains("\u{1b}[31m-when"), "{run:?}");
}

#[test]
fn standard_input_goes_to_standard_output() {
    let folder = Folder::new(&[]);
    let run = with_input(&["fmt", "-"], &folder, LOOSE);
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (0, TIDY, ""), "{run:?}");
    let run = with_input(&["fmt", "--check", "-"], &folder, LOOSE);
    assert_eq!((run.status, run.out.as_str()), (1, "<stdin>\n"), "{run:?}");
    let run = with_input(&["fmt", "-"], &folder, "when a add");
    assert_eq!((run.status, run.out.as_str()), (1, ""), "{run:?}");
}

#[test]
fn what_is_not_there_cannot_be_formatted() {
    let folder = Folder::new(&[("a.txt", "")]);
    assert_eq!(qualify(&["fmt", "a.qualify"], &folder).status, 2);
    assert_eq!(qualify(&["fmt", "."], &folder).status, 2);
    let run = qualify(&["fmt", "a.txt"], &folder);
    assert!(run.status == 2 && run.err.contains("a.txt: it is no rule file"), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_a_mode_stays_a_mode() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("a.qualify", LOOSE)]);
    let (file, link) = (folder.path().join("a.qualify"), folder.path().join("link.qualify"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("a mode");
    std::os::unix::fs::symlink("a.qualify", &link).expect("a link");
    assert_eq!(qualify(&["fmt", "link.qualify"], &folder).status, 0);
    assert!(link.is_symlink());
    assert_eq!(read(&folder, "a.qualify"), TIDY);
    assert_eq!(std::fs::metadata(&file).expect("the file").permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_read_only_file_is_left_as_it_is() {
    let folder = Folder::new(&[("a.qualify", LOOSE), ("tidy.qualify", TIDY)]);
    for name in ["a.qualify", "tidy.qualify"] {
        let file = folder.path().join(name);
        let mut permissions = std::fs::metadata(&file).expect("the file").permissions();
        permissions.set_readonly(true);
        std::fs::set_permissions(&file, permissions).expect("a mode");
    }
    let run = qualify(&["fmt", "a.qualify"], &folder);
    let said = "qualify: a.qualify: it is read-only, so it is left as it is\n";
    assert_eq!((run.status, run.err.as_str()), (2, said), "{run:?}");
    assert_eq!(read(&folder, "a.qualify"), LOOSE);
    // the others are laid out all the same
    std::fs::write(folder.path().join("b.qualify"), LOOSE).expect("a file");
    let run = qualify(&["fmt"], &folder);
    assert_eq!((run.status, read(&folder, "b.qualify").as_str()), (2, TIDY), "{run:?}");
    assert!(run.err.contains("1 file formatted") && run.err.contains("1 file left as it is"), "{run:?}");
    // what changes nothing needs no right to
    assert_eq!(qualify(&["fmt", "tidy.qualify"], &folder).status, 0);
    assert_eq!(qualify(&["fmt", "--check", "a.qualify"], &folder).status, 1);
}
