//! Measures rows: each in a process of its own, all of them once, then all again, so that a machine that is slow
//! for a while is slow for all. The scores of every row are checked the first time.

use crate::comparison::{self, Agreement};
use crate::failure::Failure;
use crate::rows::{Row, Section, Wanted, Work, scores_file};
use crate::usage::{Usage, medians};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A row with its measurements; none if it cannot be measured.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The row.
    pub row: Row,
    /// In the order in which they were taken.
    pub usages: Vec<Usage>,
    /// How its scores agree with those of the hand-written program.
    pub agreement: Option<Agreement>,
}

impl Measured {
    /// The middle of the measurements.
    pub fn usage(&self) -> Option<Usage> {
        (!self.usages.is_empty()).then(|| medians(&self.usages))
    }
}

/// All rows with their measurements.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// In the order of the report.
    pub rows: Vec<Measured>,
}

impl Run {
    /// The middle of the measurements of a row.
    pub fn usage(&self, id: &str) -> Option<Usage> {
        self.rows.iter().find(|measured| measured.row.id == id)?.usage()
    }
}

/// Measures every row so many times. Scores that differ from the hand-written ones are a failure.
pub fn all(
    rows: &[Row],
    wanted: &Wanted,
    repeat: usize,
    report: &mut dyn FnMut(&str),
) -> Result<Run, Failure> {
    let new = |row: &Row| Measured { row: row.clone(), usages: Vec::new(), agreement: None };
    let mut run = Run { rows: rows.iter().map(new).collect() };
    for repetition in 1..=repeat {
        for measured in &mut run.rows {
            let row = &measured.row;
            if let Some(folder) = row.scores.as_ref().and_then(|scores| scores.parent()) {
                fs::create_dir_all(folder).map_err(Failure::at(folder))?;
            }
            let Some(usage) = one(&wanted.bench, &row.work).map_err(|why| named(row, &why))? else {
                continue;
            };
            report(&format!("{repetition}/{repeat} {}: {:.3} s of CPU", row.id, usage.cpu));
            measured.usages.push(usage);
            if let Some(scores) = row.scores.clone().filter(|_| repetition == 1) {
                let expected = expected(row, wanted)?;
                let agreement = comparison::compare(&expected, &scores);
                measured.agreement = Some(agreement.map_err(|why| named(row, &why))?);
            }
        }
    }
    Ok(run)
}

fn named(row: &Row, why: &Failure) -> Failure {
    Failure::new(format!("{}: {why}", row.id))
}

/// One measurement.
fn one(bench: &Path, work: &Work) -> Result<Option<Usage>, Failure> {
    let command = match work {
        Work::Missing(_) => return Ok(None),
        Work::Tells(command) => command.clone(),
        Work::Program(command) => {
            let mut through = vec![bench.as_os_str().to_os_string(), "measure".into(), "--".into()];
            through.extend(command.iter().cloned());
            through
        }
    };
    let output = output(&command)?;
    let usage = Usage::parse(&output);
    usage.map(Some).ok_or_else(|| Failure::new(format!("it told no measurement but `{}`", output.trim())))
}

fn output(command: &[OsString]) -> Result<String, Failure> {
    let (program, arguments) = command.split_first().ok_or_else(|| Failure::new("no program is named"))?;
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|why| Failure::new(format!("{}: {why}", program.to_string_lossy())))?;
    if !output.status.success() {
        return Err(Failure::new(String::from_utf8_lossy(&output.stderr).trim().to_string()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The scores that a row must have: those of the variant of the hand-written program that tests each event
/// against each rule, which is the plainest.
fn expected(row: &Row, wanted: &Wanted) -> Result<PathBuf, Failure> {
    let data = match row.section {
        Section::Large => wanted.large.unwrap_or(wanted.data),
        _ => wanted.data,
    };
    let file = scores_file(data, "expected");
    if !file.exists() {
        let mut command: Vec<OsString> = vec![wanted.bench.clone().into()];
        command.extend(["reference", "--one-pass", "--data"].map(OsString::from));
        command.extend([data.folder.clone().into(), OsString::from("--out"), file.clone().into()]);
        output(&command)?;
    }
    Ok(file)
}

/// The program `qualify`: the one that is named, or the one beside this program, built first by cargo if this
/// program is one that cargo built.
pub fn qualify(named: Option<&Path>, report: &mut dyn FnMut(&str)) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return named.canonicalize().map_err(Failure::at(named));
    }
    let own = std::env::current_exe()?;
    let beside = own.with_file_name(format!("qualify{}", std::env::consts::EXE_SUFFIX));
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
    if manifest.exists() {
        report("building qualify");
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--quiet", "--release", "-p", "qualify-cli", "--manifest-path"]).arg(&manifest);
        let status = cargo.status().map_err(|why| Failure::new(format!("cargo: {why}")))?;
        if !status.success() {
            return Err(Failure::new("qualify could not be built; name one with --qualify"));
        }
    }
    if beside.exists() {
        Ok(beside)
    } else {
        Err(Failure::new(format!("there is no {}; name one with --qualify", beside.display())))
    }
}
