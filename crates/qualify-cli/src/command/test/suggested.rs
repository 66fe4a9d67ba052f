//! Suggested tests in a file: added to one that is there, or a new one with what its tests need to run. Nothing is
//! written before it is known that the tests will run.

use crate::arguments::Compile;
use crate::test_groups::Group;
use crate::{Stop, project, rule_files};
use qualify::{FileId, Model, Severity, Sources};
use qualify_review::suggestion::Suggestions;
use qualify_review::trials;
use std::path::Path;

/// Adds the tests of all groups to the file. Of a new file each answer says how the tests of that group come to run.
pub fn write(
    file: &Path,
    found: &[(&Group, &Suggestions)],
    compile: &Compile,
) -> Result<Vec<Option<String>>, Stop> {
    let params = rule_files::params(&compile.params)?;
    let before = match std::fs::read_to_string(file) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(Stop::CouldNotRun(format!("{} cannot be read: {error}", file.display()))),
    };
    let tests = tests(found);
    let text = match &before {
        Some(before) => format!("{before}{}{tests}", if before.is_empty() { "" } else { "\n" }),
        None => new_file(file, &tests, found),
    };
    for (group, _) in found {
        // a new file names its models itself
        let beside: Vec<&Path> = match before {
            Some(_) => group.files.iter().map(|path| path.as_path()).collect(),
            None => Vec::new(),
        };
        if let Some(mistake) = mistake(file, &text, &beside, &params)? {
            return Err(Stop::CouldNotRun(refused(file, before.is_some(), found, &mistake)));
        }
    }
    super::write(file, &text)?;
    let how = |group: &Group| before.is_none().then(|| how_to_run(file, group));
    Ok(found.iter().map(|(group, _)| how(group)).collect())
}

/// The tests of all groups with their comment; what several suggest stands there once.
fn tests(found: &[(&Group, &Suggestions)]) -> String {
    let mut all: Option<Suggestions> = None;
    for (_, suggestions) in found {
        match &mut all {
            None => all = Some((*suggestions).clone()),
            Some(all) => {
                let known = |text: &str| all.tests.iter().any(|test| test.text == text);
                let more: Vec<_> =
                    suggestions.tests.iter().filter(|test| !known(&test.text)).cloned().collect();
                all.tests.extend(more);
            }
        }
    }
    all.map_or_else(String::new, |all| all.file())
}

/// The tests with the version of the language and the files of the models behind their comment, laid out.
fn new_file(file: &Path, tests: &str, found: &[(&Group, &Suggestions)]) -> String {
    let states_tests = |path: &Path| trials::states_tests(&std::fs::read_to_string(path).unwrap_or_default());
    let mut uses: Vec<String> = Vec::new();
    for (group, _) in found {
        for (i, path) in group.files.iter().enumerate() {
            // the first is the model's, others may be tests of it
            if i == 0 || !states_tests(path) {
                uses.push(format!("use \"{}\"\n", from_folder_of(file, path)));
            }
        }
    }
    let mut seen = std::collections::HashSet::new();
    uses.retain(|line| seen.insert(line.clone()));
    let (comment, tests) = tests.split_once("\n\n").unwrap_or(("", tests));
    let text = format!("{comment}\n\nlanguage 1\n{}\n{tests}", uses.concat());
    qualify::format_rules(FileId(0), &text).unwrap_or(text)
}

/// The first error of the file with that text, checked beside others.
fn mistake(
    file: &Path,
    text: &str,
    beside: &[&Path],
    params: &[(String, String)],
) -> Result<Option<String>, Stop> {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let mut sources = Sources::new();
    let mut roots = Vec::new();
    for path in beside.iter().filter(|path| whole(path) != whole(file)) {
        let text = qualify_data::rule_text(path).map_err(|why| format!("{}: {why}", path.display()))?;
        roots.push(sources.add(path.display().to_string(), text));
    }
    roots.push(sources.add(file.display().to_string(), text));
    let compiled = Model::compile(sources, &roots, &qualify_data::used_rule_text, params);
    let first = compiled.diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
    Ok(first.map(|diagnostic| diagnostic.message.clone()))
}

fn refused(file: &Path, there: bool, found: &[(&Group, &Suggestions)], mistake: &str) -> String {
    let file = file.display();
    let left = if there { format!("{file} is left as it is") } else { format!("{file} is not written") };
    let names: Vec<&str> = found.iter().map(|(group, _)| group.name.as_str()).collect();
    match names.as_slice() {
        [name] => format!("{left}: with the tests of {name} it would have errors: {mistake}"),
        names => format!(
            "{left}: tests of several models do not fit into one file ({mistake}); run it for each of {}, each with \
             a file of its own",
            names.join(", ")
        ),
    }
}

fn how_to_run(file: &Path, group: &Group) -> String {
    let path = Path::new(&group.name);
    if !project::is_project(path) {
        return format!("`qualify test {}` runs them\n", file.display());
    }
    let manifest = if path.is_dir() { path.join("qualify.toml") } else { path.to_path_buf() };
    format!(
        "{} is new: write `tests = \"{}\"` at the top of {}, or add it to the `tests` there, so that they run\n",
        file.display(),
        from_folder_of(&manifest, file),
        manifest.display()
    )
}

/// A path as seen from the folder of a file, with `/` between its parts.
fn from_folder_of(file: &Path, path: &Path) -> String {
    // of a file that is not there yet, its folder tells where it is
    let whole = |path: &Path| {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf())
    };
    let (here, there) = (whole(file), whole(path));
    let same = here.components().zip(there.components()).take_while(|(a, b)| a == b).count();
    let up = here.components().skip(same).map(|_| "..".to_string());
    let down = there.components().skip(same).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    up.chain(down).chain(name).collect::<Vec<_>>().join("/")
}
