//! `qualify score`: read, score, write, and say what came out.

use crate::Stop;
use crate::arguments::Score;
use crate::console::{Console, Format, Outcome};
use crate::project::{self, Opened};
use crate::report::numbers::thousands;
use crate::report::progress::Progress;
use crate::report::summary::Summary;
use qualify::typed::calendar::format_instant;
use qualify_data::{LeadSet, OutputError, Stamp, Target};
use serde_json::json;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Scores all leads of a project.
pub fn run(arguments: &Score, console: &mut Console) -> Result<Outcome, Stop> {
    let opened = project::open_with_model(&arguments.reading, console)?;
    let (target, format) = target(arguments, &opened)?;
    if let Target::File(path) = &target {
        writable(path, format, arguments, &opened)?;
    }
    let start = Instant::now();
    let set = opened.read(&arguments.reading, console)?;
    let read = start.elapsed();
    let outcomes = score(&opened, &set);
    let scored = start.elapsed();
    let stamp = Stamp { as_of: opened.as_of };
    qualify_data::write(&outcomes, opened.model.typed(), &stamp, &target, format).map_err(cannot_write)?;
    let times = Times { read, score: scored - read, write: start.elapsed() - scored };

    let summary = Summary::new(opened.model.typed(), &outcomes, format_instant(opened.as_of));
    let text = match console.format {
        Format::Json => json(&summary, &set, &times),
        Format::Human => human(&summary, &set, &times, &target, arguments),
    };
    match target {
        Target::Stdout => console.tell(&text), // the scores have standard output for themselves
        Target::File(_) => console.print(&text)?,
    }
    Ok(Outcome::Fine)
}

/// How long each part took.
struct Times {
    read: Duration,
    score: Duration,
    write: Duration,
}

impl Times {
    fn total(&self) -> Duration {
        self.read + self.score + self.write
    }

    fn leads_per_second(&self, leads: usize) -> usize {
        let micros = self.total().as_micros().max(1);
        usize::try_from(leads as u128 * 1_000_000 / micros).unwrap_or(usize::MAX)
    }
}

fn score(opened: &Opened, set: &LeadSet) -> Vec<qualify::Outcome> {
    let mut bar = Progress::new("scoring", set.leads.len() as u64, false);
    let outcomes = opened.model.score(&set.leads, opened.as_of, || bar.advance(1));
    bar.finish();
    outcomes
}

/// Where scores go: `--output`, else the manifest's, else `scores.parquet` in the project.
fn target(arguments: &Score, opened: &Opened) -> Result<(Target, Option<qualify_data::Format>), Stop> {
    let named = |name: &String| {
        qualify_data::Format::named(name).ok_or_else(|| {
            let known = qualify_data::Format::NAMES.join(", ");
            Stop::CouldNotRun(format!("--output-format takes one of {known}, not `{name}`"))
        })
    };
    let asked = arguments.output_format.as_ref().map(named).transpose()?;
    let project = &opened.project;
    let manifest = project.manifest.output.as_ref();
    if let Some(path) = &arguments.output {
        return Ok((Target::of(path), asked));
    }
    let format = asked.or(manifest.and_then(|o| o.format));
    match (manifest, project.output_file()) {
        (Some(_), None) => Ok((Target::Stdout, format)),
        (_, Some(file)) => Ok((Target::File(file), format)),
        (None, None) => {
            let file: PathBuf = project.folder.join("scores.parquet");
            Ok((Target::File(file), format.or(Some(qualify_data::Format::Parquet))))
        }
    }
}

/// Stops before any work if the scores could not be written, or would replace what the run reads or rejects.
fn writable(
    path: &Path,
    format: Option<qualify_data::Format>,
    arguments: &Score,
    opened: &Opened,
) -> Result<(), Stop> {
    let shown = path.display();
    let rejects = arguments.reading.rejects.as_deref();
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let why = if opened.project.reads(path) {
        format!("{shown} is read by this run; write the scores to another file with --output")
    } else if rejects.is_some_and(|rejects| opened.project.reads(rejects)) {
        "--rejects names a file that this run reads; name another".to_string()
    } else if rejects.is_some_and(|rejects| rejects == path || qualify_data::same_file(rejects, path)) {
        "--rejects and --output name the same file; name two".to_string()
    } else if folder.is_some_and(|folder| !folder.is_dir()) {
        format!("{shown} cannot be written: there is no such folder")
    } else if path.is_dir() {
        format!("{shown} is a folder; name a file in it")
    } else if format.is_none() && qualify_data::Storage::of(path).format.is_none() {
        let known = qualify_data::Format::NAMES.join(", ");
        format!("the name {shown} does not tell a format; --output-format takes one of {known}")
    } else {
        return Ok(());
    };
    Err(Stop::CouldNotRun(why))
}

fn cannot_write(error: OutputError) -> Stop {
    match error {
        OutputError::BrokenPipe => Stop::ReaderGone,
        other => Stop::CouldNotRun(other.to_string()),
    }
}

fn json(summary: &Summary, set: &LeadSet, times: &Times) -> String {
    let json = json!({
        "summary": summary,
        "data": { "counts": set.counts, "warnings": set.warnings, "rejects": set.rejects },
        "seconds": {
            "read": times.read.as_secs_f64(), "score": times.score.as_secs_f64(),
            "write": times.write.as_secs_f64(),
        },
        "leads_per_second": times.leads_per_second(summary.leads),
    });
    format!("{json:#}\n")
}

fn human(summary: &Summary, set: &LeadSet, times: &Times, target: &Target, arguments: &Score) -> String {
    let mut out = String::new();
    let counts = &set.counts;
    let number = |n: u64| thousands(usize::try_from(n).unwrap_or(usize::MAX));
    // writing to a String does not fail
    let _ = writeln!(out, "as of     {}", summary.as_of);
    out.push_str(&summary.render_status());
    let mut notes = Vec::new();
    if counts.duplicates > 0 {
        notes.push(format!("{} repeated deliveries left out", number(counts.duplicates)));
    }
    if counts.ignored > 0 {
        notes.push(format!("{} left out as the manifest says", number(counts.ignored)));
    }
    let _ = writeln!(out, "events    {:>9}   {}", number(counts.events), notes.join(" · "));
    let file = match &arguments.reading.rejects {
        Some(file) if counts.rejected > 0 => {
            format!("   of {} rows; see {}", number(counts.rows), file.display())
        }
        _ => format!("   of {} rows", number(counts.rows)),
    };
    let _ = writeln!(out, "rejected  {:>9}{file}", number(counts.rejected));
    out.push_str(&summary.render(arguments.rules));
    out.push_str(&data_notes(set));
    let seconds = |d: Duration| format!("{:.2}", d.as_secs_f64());
    let written = match target {
        Target::Stdout => "standard output".to_string(),
        Target::File(path) => path.display().to_string(),
    };
    let _ = writeln!(
        out,
        "\nwrote {written}\n{} leads in {} s (read {}, score {}, write {}): {} leads per second",
        thousands(summary.leads),
        seconds(times.total()),
        seconds(times.read),
        seconds(times.score),
        seconds(times.write),
        thousands(times.leads_per_second(summary.leads)),
    );
    out
}

/// What was rejected, and which values became unknown.
fn data_notes(set: &LeadSet) -> String {
    let mut out = String::new();
    for group in &set.rejects {
        let _ = write!(out, "\nrejected {group}");
    }
    for warning in &set.warnings {
        let _ = write!(out, "\nwarning {warning}");
    }
    out
}
