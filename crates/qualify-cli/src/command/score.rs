//! `qualify score`: read, score, write, and say what came out.

use crate::Stop;
use crate::arguments::Score;
use crate::console::{Console, Format, Outcome};
use crate::project::{self, Opened};
use crate::report::cpu;
use crate::report::numbers::thousands;
use crate::report::summary::{Counting, Summary};
use qualify::typed::calendar::format_instant;
use qualify::typed::{Batch, LeadColumns, ScoreColumns, Tally};
use qualify::{Engine, Worker};
use qualify_data::{OutputError, RunError, RunOptions, RunReport, Stamp, Target, Writer};
use serde_json::json;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Scores all leads of a project.
pub fn run(arguments: &Score, console: &mut Console) -> Result<Outcome, Stop> {
    let opened = project::open_to_score(arguments, console)?;
    let (target, format) = target(arguments, &opened)?;
    if let Target::File(path) = &target {
        writable(path, format, arguments, &opened)?;
    }
    let engine = &opened.engine;
    let stamp = Stamp { as_of: opened.as_of };
    let writer = Writer::open(&target, format, engine.labels(), &stamp).map_err(cannot_write)?;
    let done = score(arguments, &opened, writer, console)?;
    let text = match console.format {
        Format::Json => json(&done),
        Format::Human => human(&done, &target, arguments),
    };
    match target {
        Target::Stdout => console.tell(&text), // the scores have standard output for themselves
        Target::File(_) => console.print(&text)?,
    }
    Ok(Outcome::Fine)
}

/// What a run did.
struct Done {
    summary: Summary,
    report: RunReport,
    times: Times,
}

/// How long it took, and how much processor time, where the system tells.
struct Times {
    wall: Duration,
    cpu: Option<Duration>,
    /// Of the processor time, what the rules took.
    score: Option<Duration>,
}

impl Times {
    fn leads_per_second(&self, leads: usize) -> usize {
        let micros = self.wall.as_micros().max(1);
        usize::try_from(leads as u128 * 1_000_000 / micros).unwrap_or(usize::MAX)
    }
}

/// One of those who share the work, and the processor time that it took.
struct Scorer<'e> {
    worker: Worker<'e>,
    time: Option<Duration>,
}

impl<'e> Scorer<'e> {
    fn of(engine: &'e Engine) -> Mutex<Scorer<'e>> {
        Mutex::new(Scorer { worker: engine.worker(), time: Some(Duration::ZERO) })
    }

    fn score(&mut self, batch: &Batch) -> ScoreColumns {
        let start = cpu::of_thread();
        let scores = self.worker.score(batch);
        let taken = cpu::of_thread().zip(start).and_then(|(end, start)| end.checked_sub(start));
        self.time = self.time.zip(taken).map(|(sum, taken)| sum + taken);
        scores
    }
}

/// Reads, scores and writes, all at the same time.
fn score(
    arguments: &Score,
    opened: &Opened,
    mut writer: Writer,
    console: &mut Console,
) -> Result<Done, Stop> {
    let (engine, start, cpu_before) = (&opened.engine, Instant::now(), cpu::of_process());
    let options = RunOptions {
        threads: arguments.threads.map_or(0, usize::from),
        memory: arguments.memory,
        read: arguments.reading.options(),
        looked_at: Some(engine.labels().written_attributes()),
        ..RunOptions::default()
    };
    let scorers: Vec<_> = (0..options.worker_count()).map(|_| Scorer::of(engine)).collect();
    let mut counting = Counting::new(engine.labels());
    let mut tally = Tally::new(engine.labels().rules.len());
    let report = qualify_data::run(
        &opened.project,
        engine.schema(),
        engine.needs(),
        &options,
        &mut project::ReadingBar::default(),
        &|number, batch| locked(&scorers[number]).score(batch),
        &mut |leads: &LeadColumns, scores: &ScoreColumns| {
            counting.add(scores);
            tally.add(&scores.tally);
            writer.write(leads, scores, engine.respond_by()).map_err(std::io::Error::other)
        },
    );
    let report = report.map_err(|error| match error {
        RunError::Data(errors) => project::refused(&errors, arguments.reading.rejects.is_none(), console),
        RunError::Output(error) => match error.downcast::<OutputError>() {
            Ok(error) => cannot_write(error),
            Err(error) => Stop::CouldNotRun(error.to_string()),
        },
    })?;
    writer.finish().map_err(cannot_write)?;
    let cpu = cpu::of_process().zip(cpu_before).and_then(|(end, before)| end.checked_sub(before));
    let mut score = Some(Duration::ZERO);
    for scorer in &scorers {
        score = score.zip(locked(scorer).time).map(|(sum, time)| sum + time);
    }
    let summary = counting.finish(&tally, format_instant(opened.as_of));
    Ok(Done { summary, report, times: Times { wall: start.elapsed(), cpu, score } })
}

/// Each has a thread for itself, so nobody waits.
fn locked<'s, 'e>(scorer: &'s Mutex<Scorer<'e>>) -> MutexGuard<'s, Scorer<'e>> {
    scorer.lock().unwrap_or_else(PoisonError::into_inner)
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
    } else if arguments.compiled.as_ref().is_some_and(|compiled| qualify_data::same_file(compiled, path)) {
        format!("{shown} is the compiled model; write the scores to another file with --output")
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

fn json(done: &Done) -> String {
    let Done { summary, report, times } = done;
    let seconds = |time: Duration| time.as_secs_f64();
    let json = json!({
        "summary": summary,
        "data": {
            "counts": report.counts, "warnings": report.warnings, "rejects": report.rejects,
            "spilled_bytes": report.spilled,
        },
        "seconds": {
            "wall": seconds(times.wall), "cpu": times.cpu.map(seconds), "score_cpu": times.score.map(seconds),
        },
        "leads_per_second": times.leads_per_second(summary.leads),
    });
    format!("{json:#}\n")
}

fn human(done: &Done, target: &Target, arguments: &Score) -> String {
    let Done { summary, report, times } = done;
    let mut out = String::new();
    let counts = &report.counts;
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
    out.push_str(&data_notes(report));
    let written = match target {
        Target::Stdout => "standard output".to_string(),
        Target::File(path) => path.display().to_string(),
    };
    let _ = writeln!(out, "\nwrote {written}\n{}", figures(summary.leads, times));
    out
}

/// `1,000,000 leads in 0.85 s (1.44 s of processor time, 0.24 of it for the rules): 1,176,470 leads per second`
fn figures(leads: usize, times: &Times) -> String {
    let seconds = |d: Duration| format!("{:.2}", d.as_secs_f64());
    let work = match (times.cpu, times.score) {
        (Some(cpu), Some(score)) => {
            // ticks of the process are coarser than those of a thread
            let (cpu, score) = (seconds(cpu.max(score)), seconds(score));
            format!(" ({cpu} s of processor time, {score} of it for the rules)")
        }
        _ => String::new(),
    };
    let rate = thousands(times.leads_per_second(leads));
    format!("{} leads in {} s{work}: {rate} leads per second", thousands(leads), seconds(times.wall))
}

/// What was rejected, and which values became unknown.
fn data_notes(report: &RunReport) -> String {
    let mut out = String::new();
    for group in &report.rejects {
        let _ = write!(out, "\nrejected {group}");
    }
    for warning in &report.warnings {
        let _ = write!(out, "\nwarning {warning}");
    }
    out
}
