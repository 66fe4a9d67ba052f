//! What is made of warnings: arguments and the manifest make some errors and allow others.

use crate::Stop;
use crate::arguments::Compile;
use qualify::{Allowance, Code, Diagnostic, Severity, Suppressed};
use qualify_data::Project;

/// Warnings that are errors, and warnings that are allowed. A code counts for more than `warnings`, an argument for
/// more than the manifest.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// The most important first.
    orders: Vec<Order>,
}

#[derive(Clone, Debug)]
struct Order {
    /// None: every warning.
    code: Option<Code>,
    level: Level,
    by_manifest: bool,
    /// Who says so, in words.
    by: String,
}

/// What is made of a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Deny,
    Warn,
    Allow,
}

impl Levels {
    /// What the arguments say.
    pub fn of_arguments(compile: &Compile) -> Result<Levels, Stop> {
        let mut levels = Levels::default();
        levels.add(&compile.deny, Level::Deny, "--deny")?;
        levels.add(&compile.allow, Level::Allow, "--allow")?;
        Ok(levels.sorted())
    }

    /// What the arguments say, then what the manifests of these projects say.
    pub fn of_projects(compile: &Compile, projects: &[Project]) -> Result<Levels, Stop> {
        let mut levels = Levels::of_arguments(compile)?;
        for project in projects {
            let (check, path) = (&project.manifest.check, project.path.display());
            levels.add(&check.deny, Level::Deny, &format!("`deny` in {path}"))?;
            levels.add(&check.allow, Level::Allow, &format!("`allow` in {path}"))?;
        }
        Ok(levels.sorted())
    }

    /// What the arguments say of lints, then what the manifests of these projects say.
    pub fn of_lints(compile: &Compile, projects: &[Project]) -> Result<Levels, Stop> {
        let mut levels = Levels::default();
        levels.add(&compile.deny, Level::Deny, "--deny")?;
        levels.add(&compile.allow, Level::Allow, "--allow")?;
        for project in projects {
            let (lint, path) = (&project.manifest.lint, project.path.display());
            levels.add(&lint.deny, Level::Deny, &format!("`deny` in {path}"))?;
            levels.add(&lint.warn, Level::Warn, &format!("`warn` in {path}"))?;
            levels.add(&lint.allow, Level::Allow, &format!("`allow` in {path}"))?;
        }
        Ok(levels.sorted())
    }

    /// For commands that work with a model: what a manifest denies stops `qualify check`, and nothing else.
    pub fn without_denials_of_manifests(mut self) -> Levels {
        self.orders.retain(|order| !(order.level == Level::Deny && order.by_manifest));
        self
    }

    /// Codes first; otherwise as they were added.
    fn sorted(mut self) -> Levels {
        self.orders.sort_by_key(|order| order.code.is_none());
        self
    }

    fn add(&mut self, words: &[String], level: Level, by: &str) -> Result<(), Stop> {
        for word in words {
            let code =
                match word.as_str() {
                    "warnings" | "all" => None,
                    text => Some(Code::parse(text).ok_or_else(|| {
                        format!("{by} takes `warnings` or a code such as W0501, not `{text}`")
                    })?),
                };
            if let Some(code) =
                code.filter(|code| level == Level::Allow && code.severity() == Severity::Error)
            {
                return Err(Stop::CouldNotRun(format!(
                    "{by} cannot allow {code}: it is an error, and with it the model means nothing"
                )));
            }
            let by_manifest = !by.starts_with("--");
            let same = |order: &&Order| order.code == code && order.by_manifest == by_manifest;
            if let Some(other) = self.orders.iter().find(|order| same(order) && order.level != level) {
                return Err(Stop::CouldNotRun(format!("{} and {by} both name {word}", other.by)));
            }
            self.orders.push(Order { code, level, by_manifest, by: by.to_string() });
        }
        Ok(())
    }

    /// Makes warnings errors, and moves those that are allowed to what is suppressed.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>, suppressed: &mut Vec<Suppressed>) {
        if self.orders.is_empty() {
            return;
        }
        let mut shown = Vec::with_capacity(diagnostics.len());
        for mut diagnostic in diagnostics.drain(..) {
            let code = diagnostic.code;
            let warning = code.severity() == Severity::Warning;
            let order = self.orders.iter().find(|o| warning && o.code.is_none_or(|c| c == code));
            match order {
                Some(order) if order.level == Level::Deny => diagnostic.severity = Severity::Error,
                Some(order) if order.level == Level::Allow => {
                    let reason = format!("allowed by {}", order.by);
                    suppressed.push(Suppressed { diagnostic, by: Allowance::Outside, reason });
                    continue;
                }
                Some(_) | None => {}
            }
            shown.push(diagnostic);
        }
        *diagnostics = shown;
    }
}
