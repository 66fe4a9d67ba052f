//! What a change could do, in sentences.

use crate::proof::{Comparison, Obstacle, Place, PlaceKind, PointRange, Proof, Verdict};
use qualify_model::exact;

/// Places that are named of each obstacle.
const MOST_PLACES: usize = 3;

/// The verdict.
pub(super) fn verdict(could: &Comparison) -> String {
    match &could.verdict {
        Verdict::Same { by: Proof::Structure } => {
            "no lead can be scored differently: both models come to the same conditions and sums".to_string()
        }
        Verdict::Same { by: Proof::Solver } => {
            "no lead can be scored differently: proved for all facts and instants".to_string()
        }
        Verdict::Differs(example) => {
            let all: Vec<String> = example
                .differences
                .iter()
                .map(|d| format!("{} {} instead of {}", d.what, d.after, d.before))
                .collect();
            format!("a lead can be scored differently, confirmed by scoring it: {}", all.join(", "))
        }
        Verdict::Unknown { why, searched } => {
            let names = obstacles(why);
            let between = if names.iter().any(|name| name.contains(", ")) { "; " } else { ", " };
            let why = if names.is_empty() {
                String::new()
            } else {
                format!(" (no proof because of {})", names.join(between))
            };
            format!(
                "no lead was found that is scored differently, among {} that were tried{why}",
                searched.leads
            )
        }
    }
}

/// What stands in the way of a proof, each once with the places where it stands: "the order of events
/// (`model.qualify:12`)".
fn obstacles(why: &[Obstacle]) -> Vec<String> {
    let mut all: Vec<(&str, Vec<String>)> = Vec::new();
    for obstacle in why {
        let place = obstacle.place.as_ref().map(|place| {
            let version = if obstacle.old { " of the old version" } else { "" };
            format!("`{place}`{version}")
        });
        let known = all.iter().position(|(what, _)| *what == obstacle.what);
        let known = known.unwrap_or_else(|| {
            all.push((&obstacle.what, Vec::new()));
            all.len() - 1
        });
        let places = &mut all[known].1;
        if let Some(place) = place.filter(|place| !places.contains(place)) {
            places.push(place);
        }
    }
    let told = |(what, places): (&str, Vec<String>)| match places.len() {
        0 => what.to_string(),
        n if n > MOST_PLACES => {
            format!("{what} ({} and {} more)", places[..MOST_PLACES].join(", "), n - MOST_PLACES)
        }
        _ => format!("{what} ({})", places.join(", ")),
    };
    all.into_iter().map(told).collect()
}

/// The test that shows a difference.
pub(super) fn example(could: &Comparison) -> Option<&str> {
    match &could.verdict {
        Verdict::Differs(example) if !example.test.is_empty() => Some(&example.test),
        _ => None,
    }
}

/// What a test of a difference is, in words.
pub(super) fn example_is(could: &Comparison) -> &'static str {
    match &could.verdict {
        Verdict::Differs(example) if !example.accepted_by_one.is_empty() => "a test of the new version",
        _ => "a test that fails before the change",
    }
}

/// What only one of both versions accepts of a lead that shows a difference.
pub(super) fn accepted_by_one(could: &Comparison) -> &[String] {
    match &could.verdict {
        Verdict::Differs(example) => &example.accepted_by_one,
        _ => &[],
    }
}

/// Why there is no test of a difference, where there is none.
pub(super) fn no_example(could: &Comparison) -> Option<String> {
    let Verdict::Differs(found) = &could.verdict else { return None };
    if !found.test.is_empty() {
        return None;
    }
    if !found.accepted_by_one.is_empty() {
        return Some(
            "there is no test of it: one of the new version cannot say what only the old one accepts".into(),
        );
    }
    let all = |is: fn(&str) -> bool| found.differences.iter().all(|difference| is(&difference.what));
    let what = if all(|what| what == "respond by") {
        "the time to respond"
    } else if all(|what| what.starts_with("segment ")) {
        "a segment whose name needs quotes"
    } else {
        "what is different here"
    };
    Some(format!("there is no test of it: an `expect` cannot ask for {what}"))
}

/// Ranges that changed, as `name`, before, after.
pub(super) fn ranges(could: &Comparison) -> Vec<(String, String, String)> {
    let of = |range: &Option<PointRange>| match range {
        None => "none".to_string(),
        Some(range) => {
            let end = |units: Option<i128>, without: &str| {
                units.map_or_else(|| without.to_string(), |n| exact::format(n, 4))
            };
            format!("{} to {}", end(range.low, "no least"), end(range.high, "no greatest"))
        }
    };
    let changed = could.ranges.iter().filter(|range| range.before != range.after);
    changed
        .map(|range| {
            let name = range.score.clone().unwrap_or_else(|| "score".to_string());
            (name, of(&range.before), of(&range.after))
        })
        .collect()
}

/// What lead can be or get only now, or no longer.
pub(super) fn reach(could: &Comparison) -> Vec<String> {
    let told = |place: &Place| {
        let kind = match place.kind {
            PlaceKind::Stage => "stage",
            PlaceKind::Grade => "grade",
            PlaceKind::Segment => "segment",
            PlaceKind::Route => "route",
        };
        let set = place.set.as_ref().map_or_else(String::new, |set| format!("{set} "));
        format!("{kind} `{set}{}`", place.name)
    };
    let can = could.appearing.iter().map(|place| format!("{} can now be reached", told(place)));
    let cannot =
        could.vanishing.iter().map(|place| format!("{} can no longer be reached by any lead", told(place)));
    can.chain(cannot).collect()
}
