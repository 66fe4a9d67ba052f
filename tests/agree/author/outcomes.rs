//! What is no points: grades, segments, who is left out, stages, routes.
//!
//! Not in here: scores.

use super::Author;
use super::names::Place;
use qualify_model::Type;

impl Author<'_> {
    pub(super) fn grades(&mut self) {
        if self.dice.chance(50) {
            self.grade_set("", &["A", "B", "C"]);
        }
        if self.dice.chance(45) {
            self.grade_set("fit_grade", &["A", "B", "C"]);
            if self.dice.chance(60) {
                self.grade_set("size_band", &["1", "2", "3"]);
                if self.dice.chance(70) {
                    let rows = self.names.grades.iter().find(|(name, _)| name == "fit_grade").cloned();
                    let columns = self.names.grades.iter().find(|(name, _)| name == "size_band").cloned();
                    if let (Some((_, rows)), Some((_, columns))) = (rows, columns) {
                        self.line("grade overall = fit_grade size_band");
                        let joined = rows
                            .iter()
                            .flat_map(|row| columns.iter().map(move |column| format!("{row}{column}")));
                        let joined = joined.collect();
                        self.names.grades.push(("overall".into(), joined));
                    }
                }
            }
        }
    }

    /// The lines of a set read the scores and the sets before it.
    fn grade_set(&mut self, name: &str, labels: &[&str]) {
        let at = self.after_grades();
        let prefix = if name.is_empty() { String::new() } else { format!("{name}: ") };
        let wanted = 1 + self.dice.below(labels.len());
        let otherwise = self.dice.chance(70);
        for (place, label) in labels.iter().enumerate().take(wanted) {
            if place + 1 == wanted && otherwise && wanted > 1 {
                self.line(format!("grade {prefix}{label} otherwise"));
            } else {
                let depth = self.dice.below(2);
                let condition = self.condition(at, depth);
                self.line(format!("grade {prefix}{label} if {condition}"));
            }
        }
        if !name.is_empty() {
            let labels = labels.iter().take(wanted).map(|label| label.to_string()).collect();
            self.names.grades.push((name.into(), labels));
        }
    }

    pub(super) fn segments(&mut self) {
        for place in 0..self.dice.below(4) {
            let at = Place { segments: place, ..self.after_grades() };
            let depth = *self.dice.one(&[0, 0, 1, 2]);
            let condition = self.condition(at, depth);
            let because = if self.dice.chance(25) { " because \"it is\"" } else { "" };
            self.line(format!("segment seg_{place} if {condition}{because}"));
            self.names.segments.push(format!("seg_{place}"));
        }
    }

    pub(super) fn verdicts(&mut self) {
        if self.dice.chance(20) {
            let condition = self.condition(Place::facts(), 0);
            let because = self.because();
            self.line(format!("exclude leads where ({condition}){because}"));
        }
        for _ in 0..*self.dice.one(&[0, 0, 0, 1, 2]) {
            let at = if self.dice.chance(50) { Place::facts() } else { self.after_segments() };
            let condition = self.leaf(at);
            let because = self.because();
            self.line(format!("disqualify if {condition}{because}"));
        }
    }

    fn because(&mut self) -> String {
        if self.dice.chance(50) {
            format!(" because \"reason {}\"", self.dice.below(9))
        } else {
            String::new()
        }
    }

    pub(super) fn stages(&mut self) {
        if self.dice.chance(25) {
            return;
        }
        let stored = self.schema.attributes.iter().any(|a| a.ty == Type::Stage);
        let names = ["Lead", "MQL", "SQL", "Won"];
        let wanted = 1 + self.dice.below(names.len());
        if stored && self.dice.chance(50) {
            let except = match self.dice.below(3) {
                0 => format!(" except to {}", self.dice.one(&names[..wanted])),
                _ => String::new(),
            };
            self.line(format!("stages only move up{except}"));
        }
        // an attribute may be compared with stages that stand further down
        let all: Vec<String> = names.iter().take(wanted).map(|name| name.to_string()).collect();
        for (place, name) in names.iter().enumerate().take(wanted) {
            let at = Place { earlier_stages: place, ..self.after_segments() };
            let mut text = format!("stage {name}");
            if place > 0 || self.dice.chance(50) {
                let depth = self.dice.below(2);
                text += &format!(" if {}", self.condition(at, depth));
                if stored && self.dice.chance(25) {
                    text += &format!(" stays while {}", self.leaf(at));
                }
            }
            text += self.stage_because();
            self.line(text);
            self.names.stages = all[..=place].to_vec();
        }
        if self.dice.chance(40) {
            let at = self.after_segments();
            for name in ["Recycled", "Lost"].iter().take(1 + self.dice.below(2)) {
                let mut text = format!("side stage {name} if {}", self.condition(at, 0));
                if stored && self.dice.chance(25) {
                    text += &format!(" stays while {}", self.leaf(at));
                }
                text += self.stage_because();
                self.line(text);
                self.names.side_stages.push(name.to_string());
            }
        }
    }

    fn stage_because(&mut self) -> &'static str {
        if self.dice.chance(25) { " because \"it got here\"" } else { "" }
    }

    pub(super) fn routes(&mut self) {
        let wanted = self.dice.below(4);
        for place in 0..wanted {
            let at = Place { stage: true, ..self.after_segments() };
            let depth = self.dice.below(2);
            let mut text = match place + 1 == wanted && self.dice.chance(60) {
                true => format!("route \"r{place}\" otherwise"),
                false => format!("route \"r{place}\" if {}", self.condition(at, depth)),
            };
            if self.dice.chance(50) {
                text += &format!(" respond within {}", self.length());
            }
            if self.dice.chance(20) {
                text += " because \"theirs\"";
            }
            self.line(text);
        }
    }
}
