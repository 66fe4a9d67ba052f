//! A progress bar on a terminal for what takes longer than a second; nothing in a pipe.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(1);

/// The bar of one phase of the work.
pub struct Progress {
    bar: ProgressBar,
    started: Instant,
    shown: bool,
    done: u64,
}

impl Progress {
    /// A bar for `total` units of work called `what`; not seen yet. Bytes are shown as such.
    pub fn new(what: &str, total: u64, bytes: bool) -> Progress {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let unit = if bytes { "{bytes} of {total_bytes}" } else { "{human_pos} of {human_len}" };
        let template = format!("{{msg}} {{wide_bar}} {unit}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_string());
        Progress { bar, started: Instant::now(), shown: false, done: 0 }
    }

    /// So many more units are done.
    pub fn advance(&mut self, units: u64) {
        self.done += units;
        if !self.shown && self.started.elapsed() > PATIENCE && io::stderr().is_terminal() {
            self.shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        if self.shown {
            self.bar.set_position(self.done);
        }
    }

    /// The work is done; the bar goes away.
    pub fn finish(&mut self) {
        self.bar.finish_and_clear();
    }
}
