//! Larger models of the same kind: variants of the rules of LS60 with other windows, objects and points.

use crate::data_set::{MODEL, words};

/// Rules in the model of LS60, and so in each variant of it.
pub const RULES: usize = 60;

/// Objects that rules of LS60 name; variants name others.
const OBJECTS: [&str; 5] = ["pricing", "demo", "webinar", "docs", "careers"];

/// The model with at least so many rules, a multiple of 60. The first variant is LS60 itself.
pub fn model(rules: usize) -> String {
    let variants = rules.div_ceil(RULES).max(1);
    let objects = words::objects();
    let mut text = String::new();
    // the lines of the score in hand
    let mut inside: Option<Vec<&str>> = None;
    for line in MODEL.lines() {
        if line == "}" {
            let rules = inside.take().unwrap_or_default();
            for variant in 1..variants {
                for rule in &rules {
                    text.push_str(&varied(rule, variant, &objects));
                    text.push('\n');
                }
            }
        }
        if let Some(rules) = &mut inside {
            rules.push(line);
        } else if line.starts_with("score ") && line.ends_with('{') {
            inside = Some(Vec::new());
        }
        text.push_str(line);
        text.push('\n');
    }
    text
}

/// A rule with other numbers and objects.
fn varied(rule: &str, variant: usize, objects: &[String]) -> String {
    let mut before = "";
    let words = rule.split(' ').map(|word| {
        let said = before;
        before = word;
        let bare = word.trim_end_matches([',', ')']);
        let changed = match said {
            "within" | "every" => days(bare, variant),
            "least" | "most" | ">=" => threshold(bare, variant),
            "add" | "subtract" | ":" => points(bare, variant),
            _ if said.ends_with(':') => points(bare, variant),
            _ => None,
        };
        let other = || {
            let place = OBJECTS.iter().position(|object| *object == bare)?;
            Some(objects[(place + 7 * variant) % objects.len()].clone())
        };
        match changed.or_else(other) {
            Some(changed) => format!("{changed}{}", &word[bare.len()..]),
            None => word.to_string(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// `14d` and some days.
fn days(word: &str, variant: usize) -> Option<String> {
    let days: usize = word.strip_suffix('d')?.parse().ok()?;
    Some(format!("{}d", days + variant % 40))
}

/// A number and some more.
fn threshold(word: &str, variant: usize) -> Option<String> {
    let number: usize = word.replace('_', "").parse().ok()?;
    Some((number + variant).to_string())
}

/// Points and some tenths, with the same sign.
fn points(word: &str, variant: usize) -> Option<String> {
    let points: f64 = word.parse().ok().filter(|points| *points != 0.0)?;
    let more = (variant % 10) as f64 / 10.0;
    Some(format!("{:.1}", points + more.copysign(points)))
}
