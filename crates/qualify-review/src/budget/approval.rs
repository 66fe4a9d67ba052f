//! Approvals: lines `# approve NAME: reason` in rule files.

use super::{Limit, State};
use qualify_data::Review;
use qualify_diagnostics::Sources;
use serde::Serialize;

/// An approval as it stands in the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// Which budget.
    pub budget: String,
    /// Why.
    pub reason: String,
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// It is new, has a reason, and names a budget.
    pub counts: bool,
    /// What is wrong with it or worth knowing.
    pub note: Option<String>,
}

/// The approvals in the new rules that the old ones do not have, and those of a form that cannot count.
pub fn approvals(old: &Sources, new: &Sources) -> Vec<Approval> {
    let before: Vec<(String, String)> = lines(old).map(|(_, _, budget, reason)| (budget, reason)).collect();
    let mut out = Vec::new();
    for (file, line, budget, reason) in lines(new) {
        let note = if !Review::NAMES.contains(&budget.as_str()) {
            Some(format!("there is no budget `{budget}`; there are {}", Review::NAMES.join(", ")))
        } else if reason.is_empty() {
            Some(format!("it gives no reason; write `# approve {budget}: why`"))
        } else if before.contains(&(budget.clone(), reason.clone())) {
            Some("it came with an earlier change and does not count for this one".to_string())
        } else {
            None
        };
        out.push(Approval { budget, reason, file, line, counts: note.is_none(), note });
    }
    out
}

/// File, line, budget and reason of each.
fn lines(sources: &Sources) -> impl Iterator<Item = (String, usize, String, String)> {
    sources.files().flat_map(|(_, file)| {
        file.text.lines().enumerate().filter_map(|(at, line)| {
            let text = line.trim().strip_prefix('#')?.trim_start();
            let text = text.strip_prefix("approve")?;
            // `# approved by nobody` is a comment like any other
            let text = text.strip_prefix([' ', '\t'])?.trim();
            let (budget, reason) = text.split_once(':').unwrap_or((text, ""));
            let budget = budget.trim();
            let is_name =
                !budget.is_empty() && budget.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            is_name.then(|| (file.name.clone(), at + 1, budget.to_string(), reason.trim().to_string()))
        })
    })
}

impl Approval {
    /// Says so if nothing needed it.
    pub(super) fn judge(&mut self, limits: &[Limit]) {
        if !self.counts {
            return;
        }
        self.note = match limits.iter().find(|limit| limit.name == self.budget) {
            None => Some("this budget is not set, so nothing needs the approval".to_string()),
            Some(limit) if limit.state == State::Within => {
                Some("this budget is not exceeded, so nothing needs the approval".to_string())
            }
            Some(_) => None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_lines_count() {
        let check = |old: &str, new: &str, expected: &[(&str, &str, bool)]| {
            let sources = |text: &str| {
                let mut sources = Sources::new();
                sources.add("m", text);
                sources
            };
            let found = approvals(&sources(old), &sources(new));
            let found: Vec<_> =
                found.iter().map(|a| (a.budget.as_str(), a.reason.as_str(), a.counts)).collect();
            assert_eq!(found, expected, "{new}");
        };
        check("", "# approve max_stage_change: sales asked", &[("max_stage_change", "sales asked", true)]);
        check("", "  #approve   max_stage_change :  a: b ", &[("max_stage_change", "a: b", true)]);
        check("", "# approve max_stage_change", &[("max_stage_change", "", false)]);
        check("", "# approve max_stag: x", &[("max_stag", "x", false)]);
        check("", "# approved by nobody\n# approve of all this", &[]);
        let line = "# approve max_points_change: once";
        check(line, line, &[("max_points_change", "once", false)]);
        check(line, "# approve max_points_change: twice", &[("max_points_change", "twice", true)]);
    }
}
