//! What the data hold, as tables.

use super::numbers::{share, thousands};
use super::table::{Align, table};
use qualify_data::{EventProfile, Profile, ValueProfile};
use std::fmt::Write;

const COLUMNS: [(&str, Align); 5] = [
    ("attribute", Align::Left),
    ("known", Align::Right),
    ("distinct", Align::Right),
    ("range", Align::Left),
    ("most frequent", Align::Left),
];

/// Attributes, then event types with their properties.
pub fn render(profile: &Profile) -> String {
    let rows: Vec<Vec<String>> = profile.attributes.iter().map(|a| row(a, &a.name)).collect();
    let mut out = format!("{} leads, {} events\n\n", number(profile.leads), number(profile.events));
    out.push_str(&table(&COLUMNS, &rows, 0, 80));
    out.push_str(&never_seen(&profile.attributes, ""));
    for event in &profile.event_types {
        let _ = write!(out, "\n{}", render_event(event)); // writing to a String does not fail
    }
    out
}

fn render_event(event: &EventProfile) -> String {
    let span = match (&event.first, &event.last) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    let name = &event.name;
    let mut out = format!("{name}: {} events of {} leads{span}\n", number(event.count), number(event.leads));
    if !event.properties.is_empty() {
        let rows: Vec<Vec<String>> = event.properties.iter().map(|p| row(p, &p.name)).collect();
        let mut columns = COLUMNS;
        columns[0].0 = "property";
        out.push_str(&table(&columns, &rows, 2, 80));
        out.push_str(&never_seen(&event.properties, "  "));
    }
    out
}

fn row(profile: &ValueProfile, name: &str) -> Vec<String> {
    let range = match (&profile.least, &profile.greatest) {
        (Some(least), Some(greatest)) => format!("{least} to {greatest}"),
        _ => String::new(),
    };
    let top: Vec<String> = profile.top.iter().map(|f| format!("{} {}", f.value, number(f.count))).collect();
    let top = if profile.personal { "(personal)".to_string() } else { top.join(", ") };
    let known = share(size(profile.known), size(profile.total));
    vec![name.to_string(), known, number(profile.distinct), range, top]
}

/// Words of a vocabulary that no row has.
fn never_seen(profiles: &[ValueProfile], indent: &str) -> String {
    let mut out = String::new();
    for profile in profiles.iter().filter(|p| !p.never_seen.is_empty()) {
        let words = profile.never_seen.join(", ");
        let _ = writeln!(out, "{indent}never seen in {}: {words}", profile.name); // a String does not fail
    }
    out
}

fn number(count: u64) -> String {
    thousands(size(count))
}

fn size(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}
