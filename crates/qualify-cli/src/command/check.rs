//! `qualify check`: all problems of all files in one run, in every form that is asked for.

use crate::arguments::{Check, CheckOutputs};
use crate::checked::{self, Group};
use crate::console::{Console, FormatChoice, Outcome};
use crate::levels::Levels;
use crate::report::junit_of_check;
use crate::{Stop, project, rule_files};
use qualify::{Compiled, Part};
use qualify_data::{ReadOptions, RunError, RunOptions};
use qualify_review::profile::check_data;
use std::path::{Path, PathBuf};

/// Checks the files, each project on its own, and shows what was found.
pub fn run(arguments: &Check, console: &mut Console) -> Result<Outcome, Stop> {
    let (found, outcome) = checked::each(&arguments.paths, console, |group, console| {
        let levels = Levels::of_projects(&arguments.compile, group.project.as_slice())?;
        let mut compiled = rule_files::compile_with(&group.files, &arguments.compile, &levels)?;
        if arguments.data {
            look_at_data(arguments, group, &levels, &mut compiled, console)?;
        }
        Ok(compiled)
    })?;
    write(&found, &arguments.outputs, console)?;
    show(&found, console)?;
    Ok(outcome)
}

/// Adds what the data say about the model, if there is one.
fn look_at_data(
    arguments: &Check,
    group: &Group,
    levels: &Levels,
    compiled: &mut Compiled,
    console: &mut Console,
) -> Result<(), Stop> {
    let Some(project) = &group.project else {
        return Err(Stop::CouldNotRun("--data takes projects: folders with a qualify.toml".to_string()));
    };
    let Some(model) = &compiled.model else { return Ok(()) };
    let as_of = project::as_of(arguments.as_of.as_deref(), project)?;
    let read = ReadOptions { leave_out_bad_rows: true, ..ReadOptions::default() };
    let options = RunOptions { read, ..RunOptions::default() };
    let mut bar = project::ReadingBar::default();
    let known = &compiled.diagnostics;
    let found = match check_data(model, project, as_of, known, &options, &mut bar) {
        Ok(found) => found,
        Err(RunError::Data(errors)) => return Err(project::refused(&errors, false, console)),
        Err(RunError::Output(error)) => return Err(Stop::CouldNotRun(error.to_string())),
    };
    let (leads, rejected) = (found.leads, found.report.counts.rejected);
    let few = if found.too_few { ", too few to say anything about them" } else { "" };
    console.tell(&format!("data of {leads} leads{few}\n"));
    if rejected > 0 {
        console.tell(&format!("rows that cannot be read are left out: {rejected}\n"));
    }
    let sifted = qualify::sift(&compiled.sources, found.diagnostics, Part::Data);
    let mut shown = sifted.shown;
    compiled.suppressed.extend(sifted.suppressed);
    levels.apply(&mut shown, &mut compiled.suppressed);
    compiled.diagnostics.extend(shown);
    compiled.diagnostics.sort_by_key(|d| (d.place.span.file, d.place.span.start, d.place.span.end, d.code));
    Ok(())
}

/// What is printed.
pub fn show(compiled: &Compiled, console: &mut Console) -> Result<(), Stop> {
    match console.choice {
        FormatChoice::Json => console.print(&json(compiled)),
        FormatChoice::Sarif => console.print(&sarif(compiled)),
        FormatChoice::Github => {
            console.print(&github(compiled))?;
            console.tell(&format!("{}\n", rule_files::count(compiled)));
            Ok(())
        }
        FormatChoice::Human | FormatChoice::Markdown | FormatChoice::Html => {
            let color = console.colors_output();
            let text = qualify::render_terminal(&compiled.sources, &compiled.diagnostics, color);
            let gap = if text.is_empty() { "" } else { "\n" };
            let count = rule_files::count(compiled);
            let hint = match compiled.diagnostics.first() {
                Some(first) => format!("; `qualify explain-code {}` tells more", first.code),
                None => String::new(),
            };
            console.print(&format!("{text}{gap}{count}{hint}\n"))
        }
    }
}

/// The files beside what is printed.
pub fn write(compiled: &Compiled, outputs: &CheckOutputs, console: &mut Console) -> Result<(), Stop> {
    type Render<'r> = &'r dyn Fn(&Compiled) -> String;
    let wanted: [(&Option<PathBuf>, Render<'_>); 4] = [
        (&outputs.sarif, &sarif),
        (&outputs.github, &github),
        (&outputs.json, &json),
        (&outputs.junit, &|compiled| junit_of_check::render(compiled, &now())),
    ];
    for (path, render) in wanted {
        let Some(path) = path else { continue };
        let text = render(compiled);
        if path == Path::new("-") {
            console.print(&text)?;
        } else {
            write_file(path, &text)?;
        }
    }
    Ok(())
}

fn write_file(path: &Path, text: &str) -> Result<(), Stop> {
    std::fs::write(path, text)
        .map_err(|error| Stop::CouldNotRun(format!("{} cannot be written: {error}", path.display())))
}

fn json(compiled: &Compiled) -> String {
    let Compiled { sources, diagnostics, suppressed, .. } = compiled;
    qualify::render_json_with(sources, diagnostics, suppressed) + "\n"
}

fn sarif(compiled: &Compiled) -> String {
    let Compiled { sources, diagnostics, suppressed, .. } = compiled;
    qualify::render_sarif(sources, diagnostics, suppressed, env!("CARGO_PKG_VERSION")) + "\n"
}

fn github(compiled: &Compiled) -> String {
    qualify::render_github(&compiled.sources, &compiled.diagnostics)
}

/// The moment without its zone, as JUnit files want it.
fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S").to_string()
}
