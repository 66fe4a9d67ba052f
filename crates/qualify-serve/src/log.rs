//! What is logged: a line of JSON on standard error for each request and each load. Nothing of a lead is in it.

use jiff::Timestamp;
use serde_json::json;
use std::io::Write;
use std::time::Duration;

/// See the module.
pub(crate) struct Log {
    /// Every request, not only those that fail on our side.
    pub requests: bool,
}

impl Log {
    /// A request was answered. `route` is one of ours, never the path as it came.
    pub fn request(&self, id: u64, method: &str, route: &str, status: u16, leads: usize, took: Duration) {
        if !self.requests && status < 500 {
            return;
        }
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        write(json!({
            "time": Timestamp::now().to_string(), "message": "request", "request": id, "method": method,
            "route": route, "status": status, "leads": leads, "microseconds": micros,
        }));
    }

    /// Another model is served.
    pub fn reloaded(&self, digest: &str) {
        write(json!({ "time": Timestamp::now().to_string(), "message": "model loaded", "digest": digest }));
    }

    /// A model was refused. Messages about rule files quote these, and no lead.
    pub fn refused(&self, why: &str) {
        let time = Timestamp::now().to_string();
        write(json!({ "time": time, "message": "model refused, the one before serves on", "why": why }));
    }
}

fn write(line: serde_json::Value) {
    let mut line = line.to_string();
    line.push('\n');
    let _ = std::io::stderr().lock().write_all(line.as_bytes()); // there is nobody else to tell
}
