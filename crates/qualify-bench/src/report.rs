//! Measurements as tables to read.

use crate::rows::{Section, Work};
use crate::run::{Measured, Run};
use std::fmt::Write;

/// Seconds in the unit that suits them.
pub fn seconds(seconds: f64) -> String {
    match seconds {
        s if s >= 10.0 => format!("{s:.1} s"),
        s if s >= 0.1 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.1} ms", s * 1e3),
        s => format!("{:.2} µs", s * 1e6),
    }
}

/// What the figures were measured on.
pub fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let processor = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processor.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let (system, kind) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("{system} {kind}, {model}, {cores} cores\n\n")
}

/// A table for each section.
pub fn tables(run: &Run) -> String {
    let mut text = String::new();
    let mut sections: Vec<Section> = run.rows.iter().map(|measured| measured.row.section).collect();
    sections.dedup();
    for section in sections {
        let base = run.usage(section.base());
        let _ = writeln!(text, "## {}\n", section.title());
        let _ =
            writeln!(text, "| what | CPU | wall | peak | CPU ratio | scores |\n|---|--:|--:|--:|--:|---|");
        for measured in run.rows.iter().filter(|measured| measured.row.section == section) {
            let name = &measured.row.name;
            let Some(usage) = measured.usage() else {
                let why = if let Work::Missing(why) = &measured.row.work { why } else { "not measured" };
                let _ = writeln!(text, "| {name} | {why} | | | | |");
                continue;
            };
            let ratio = base.map_or(String::new(), |base| format!("{:.2}", usage.cpu / base.cpu));
            let (cpu, wall, peak) = (seconds(usage.cpu), seconds(usage.wall), usage.peak);
            let _ = writeln!(
                text,
                "| {name} | {cpu} | {wall} | {peak:.0} MiB | {ratio} | {} |",
                checked(measured)
            );
        }
        text.push('\n');
    }
    text
}

fn checked(measured: &Measured) -> String {
    match measured.agreement {
        None => String::new(),
        Some(agreement) if agreement.on_threshold == 0 => {
            format!("same, to {:.1e} points", agreement.difference)
        }
        Some(agreement) => {
            let (difference, leads) = (agreement.difference, agreement.on_threshold);
            format!("same, to {difference:.1e} points; {leads} on a threshold")
        }
    }
}

/// All measurements, one in a line.
pub fn raw(run: &Run) -> String {
    let mut text = String::from("row\trepetition\tcpu_s\twall_s\tpeak_mib\n");
    for measured in &run.rows {
        for (repetition, usage) in measured.usages.iter().enumerate() {
            let (id, repetition) = (&measured.row.id, repetition + 1);
            let _ =
                writeln!(text, "{id}\t{repetition}\t{:.9}\t{:.9}\t{:.1}", usage.cpu, usage.wall, usage.peak);
        }
    }
    text
}
