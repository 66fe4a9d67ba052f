//! What a piece of work used: processor time, wall time, memory. A process measures itself, or a program that it
//! ran to its end; one process for each, because the most memory used so far never falls again.

use crate::failure::Failure;
use cpu_time::ProcessTime;
use std::ffi::OsString;
use std::fmt::{self, Display, Formatter};
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{fs, io};
use wait4::Wait4;

/// What a piece of work used.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// Seconds of processor time, of the user and of the system, all threads together.
    pub cpu: f64,
    /// Seconds.
    pub wall: f64,
    /// The most memory of the process so far, in MiB.
    pub peak: f64,
}

const MARK: &str = "measured";

impl Display for Usage {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{MARK} {:.9} {:.9} {:.1}", self.cpu, self.wall, self.peak)
    }
}

impl Usage {
    /// The last line of an output that tells a usage, as [`Display`] writes it.
    pub fn parse(output: &str) -> Option<Usage> {
        let line = output.lines().rev().find_map(|line| line.strip_prefix(MARK))?;
        let mut numbers = line.split_whitespace().map(|number| number.parse::<f64>().ok());
        Some(Usage { cpu: numbers.next()??, wall: numbers.next()??, peak: numbers.next()?? })
    }

    /// Of some work in this process.
    pub fn of<T>(work: impl FnOnce() -> T) -> (Usage, T) {
        let (start, before) = (Instant::now(), ProcessTime::now());
        let result = work();
        let (cpu, wall) = (before.elapsed().as_secs_f64(), start.elapsed().as_secs_f64());
        (Usage { cpu, wall, peak: own_peak() }, result)
    }

    /// Of a program that runs to its end. Its output is dropped, its messages are shown if it fails.
    pub fn of_program(command: &[OsString]) -> Result<Usage, Failure> {
        let (program, arguments) =
            command.split_first().ok_or_else(|| Failure::new("no program is named"))?;
        let at = |error: io::Error| Failure::new(format!("{}: {error}", program.to_string_lossy()));
        let start = Instant::now();
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
        let used = command.spawn().and_then(Wait4::wait4).map_err(at)?;
        let wall = start.elapsed().as_secs_f64();
        if !used.status.success() {
            return Err(Failure::new(format!("{} failed ({})", program.to_string_lossy(), used.status)));
        }
        let cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
        Ok(Usage { cpu, wall, peak: used.rusage.maxrss as f64 / MEBIBYTE })
    }
}

const MEBIBYTE: f64 = 1024.0 * 1024.0;

/// The most memory of this process so far, in MiB; 0 where the system does not tell it so.
fn own_peak() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    kibibytes.unwrap_or(0.0) / 1024.0
}

/// The middle of some numbers; 0 of none.
pub fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.into_iter().collect();
    numbers.sort_by(f64::total_cmp);
    match numbers.len() {
        0 => 0.0,
        n if n % 2 == 1 => numbers[n / 2],
        n => (numbers[n / 2 - 1] + numbers[n / 2]) / 2.0,
    }
}

/// The middle of each.
pub fn medians(usages: &[Usage]) -> Usage {
    Usage {
        cpu: median(usages.iter().map(|usage| usage.cpu)),
        wall: median(usages.iter().map(|usage| usage.wall)),
        peak: median(usages.iter().map(|usage| usage.peak)),
    }
}
