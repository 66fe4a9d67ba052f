//! How much work was done, apart from how long it took: processor time, where the system tells it.

use std::time::Duration;

/// Of this process with all its threads.
pub fn of_process() -> Option<Duration> {
    const TICK: u64 = 10; // milliseconds, on every Linux there is
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, behind_the_name) = text.rsplit_once(')')?;
    let mut fields = behind_the_name.split_whitespace().skip(11);
    let (user, system) = (fields.next()?.parse::<u64>().ok()?, fields.next()?.parse::<u64>().ok()?);
    Some(Duration::from_millis((user + system) * TICK))
}

/// Of this thread.
pub fn of_thread() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}
