//! The way through the checker, from files to a model and its messages.

use crate::cycles::{self, Parts};
use crate::files;
use crate::lower::Lower;
use crate::outline::{Outline, outline};
use crate::params::{Override, read_overrides};
use crate::suppression::{Sifted, sift};
use crate::{analysis, damage, digest};
use qualify_diagnostics::{Code, Diagnostic, FileId, Part, Severity, Sources, Suppressed};
use qualify_model::calendar::Zone;
use qualify_model::{LetId, Model, Schema};
use qualify_syntax::MOST_MESSAGES;
use qualify_syntax::tree::LiteralKind;

/// How the checker gets at the files named in `use` and `list … from`: the path as written and the name of the
/// file that asks give the name to show and the text, or a message why not.
pub type Load<'a> = dyn Fn(&str, &str) -> Result<(String, String), String> + 'a;

/// What is given from outside.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Values of params that replace the declared ones: name and value as written in the language.
    pub params: Vec<(String, String)>,
}

/// What the checker found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// None if and only if there is an error among the diagnostics.
    pub model: Option<Model>,
    /// Sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// What comments in the files allow.
    pub suppressed: Vec<Suppressed>,
}

/// Checks the files `roots` with everything they use, as one model. Files that `use` names are added to `sources`.
pub fn check(sources: &mut Sources, roots: &[FileId], load: &Load, options: &Options) -> Checked {
    check_as(sources, roots, load, options, true)
}

/// As [`check`], without the study of what the model can and cannot do, which gives warnings alone.
pub fn check_without_study(
    sources: &mut Sources,
    roots: &[FileId],
    load: &Load,
    options: &Options,
) -> Checked {
    check_as(sources, roots, load, options, false)
}

fn check_as(sources: &mut Sources, roots: &[FileId], load: &Load, options: &Options, study: bool) -> Checked {
    let mut diagnostics = Vec::new();
    let files = files::read(sources, roots, load, &mut diagnostics);
    let overrides = read_overrides(sources, &options.params);
    let outline = outline(&files.trees);
    let mut lower = Lower::new(sources, &files, &outline);
    let model = lower.model(&overrides);
    lower.out.retain(|diagnostic| !damage::follows(diagnostic, &files.damaged));
    diagnostics.append(&mut lower.out);
    // a tree with holes may lower without a further message
    let model = model.filter(|_| !has_errors(&diagnostics));
    if let Some(model) = model.as_ref().filter(|_| study) {
        analysis::run(model, sources, &mut diagnostics);
    }
    // without the study a comment may allow what was not looked for
    let Sifted { shown: mut diagnostics, suppressed } = match study {
        true => sift(sources, diagnostics, Part::Check),
        false => Sifted { shown: diagnostics, suppressed: Vec::new() },
    };
    sort(&mut diagnostics);
    shorten(&mut diagnostics);
    debug_assert_eq!(model.is_none(), has_errors(&diagnostics), "a model is missing without a message");
    Checked { model, diagnostics, suppressed }
}

/// Checks the schema alone: records and events of the files `roots` and what they use; rules are passed over.
/// The schema is none if and only if there is an error in it.
pub fn check_schema(
    sources: &mut Sources,
    roots: &[FileId],
    load: &Load,
) -> (Option<Schema>, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let files = files::read(sources, roots, load, &mut diagnostics);
    let outline = outline(&files.trees);
    let mut lower = Lower::new(sources, &files, &outline);
    lower.build_schema();
    lower.out.retain(|diagnostic| !damage::follows(diagnostic, &files.damaged));
    diagnostics.append(&mut lower.out);
    let schema = Some(lower.schema).filter(|_| !has_errors(&diagnostics));
    sort(&mut diagnostics);
    shorten(&mut diagnostics);
    (schema, diagnostics)
}

fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|d| (d.place.span.file, d.place.span.start, d.place.span.end, d.code));
}

/// Keeps the first mistakes and the first warnings; the last of each says that there are more.
fn shorten(diagnostics: &mut Vec<Diagnostic>) {
    for (severity, what) in [(Severity::Error, "mistakes"), (Severity::Warning, "warnings")] {
        let mut seen = 0;
        diagnostics.retain_mut(|diagnostic| {
            if diagnostic.severity != severity {
                return true;
            }
            seen += 1;
            if seen == MOST_MESSAGES + 1 {
                let place = diagnostic.place.span;
                let message =
                    format!("there are more than {MOST_MESSAGES} {what}: from here on they are not shown");
                *diagnostic =
                    Diagnostic::new(diagnostic.code, place, message).note("mend the first ones first");
            }
            seen <= MOST_MESSAGES + 1
        });
    }
}

impl Lower<'_> {
    /// Lowers everything; a model comes of it only if nothing has a mistake.
    fn model(&mut self, overrides: &[Override]) -> Option<Model> {
        self.edition();
        let timezone = self.timezone();
        self.build_schema();
        self.enter_schema();
        self.enter_names();
        self.needs_schema();
        self.lower_params(overrides);
        self.lower_lists();
        self.collect_labels();
        self.expect_lets();
        self.lower_lets();
        self.not_yet_statements();
        let decays = self.score_decays();
        let scores = self.lower_scores();
        let (rules, ignores) = self.lower_rules(&decays);
        let total = self.lower_total();
        self.no_loose_rules(&rules);
        let grades = self.lower_grades();
        let only_move_up = self.lower_only_move_up();
        let stages = self.lower_stages();
        let segments = self.lower_segments();
        let routes = self.lower_routes();
        let excludes = self.lower_verdicts(&self.outline.excludes);
        let disqualifies = self.lower_verdicts(&self.outline.disqualifies);
        let tests = self.lower_tests();
        let parts = Parts {
            scores: &scores,
            rules: &rules,
            total: total.as_ref(),
            lets: (0..self.outline.lets.len()).map(|i| self.lets.value(LetId(i as u32))).collect(),
            grades: &grades,
            stages: &stages,
            segments: &segments,
            disqualifies: &disqualifies,
        };
        let mut loops = Vec::new();
        cycles::report(&parts, &mut loops);
        self.out.append(&mut loops);
        let params = all(std::mem::take(&mut self.params))?;
        let file_ids: Vec<FileId> = self.files.trees.iter().map(|(id, _)| *id).collect();
        let model = Model {
            edition: 1,
            schema: std::mem::take(&mut self.schema),
            timezone,
            lists: all(std::mem::take(&mut self.lists))?,
            lets: self.lets.take()?,
            ignores: all(ignores)?,
            excludes: all(excludes)?,
            disqualifies: all(disqualifies)?,
            scores: all(scores)?,
            rules: all(rules)?,
            total: total?,
            grades: all(grades)?,
            only_move_up: only_move_up?,
            stages: all(stages)?,
            segments: all(segments)?,
            routes: all(routes)?,
            tests: all(tests)?,
            digest: digest::digest(self.sources, &file_ids, &self.files.list_texts, &params),
            params,
        };
        if !has_errors(&self.out) {
            self.report_unused(&model);
        }
        Some(model)
    }

    fn edition(&mut self) {
        for literal in &self.outline.languages {
            let first = match &literal.kind {
                LiteralKind::Amount(amount) => amount.number.units == 1 && amount.number.scale == 0,
                _ => false,
            };
            if !first {
                let words = self.words(literal.span);
                let message = format!(
                    "this program knows edition 1 of the language, and the model is written in {words}"
                );
                self.report(Diagnostic::new(Code::E0419, literal.span, message).fix(
                    "write `1`",
                    literal.span,
                    "1",
                ));
            }
        }
    }

    fn timezone(&mut self) -> String {
        let Some((first, further)) = self.outline.timezones.split_first() else { return "UTC".to_string() };
        for again in further.iter().filter(|zone| zone.text != first.text) {
            self.twice("timezone", &again.text, again.span, first.span);
        }
        if Zone::named(&first.text).is_none() {
            let message = format!("no timezone is called `{}`", first.text);
            let mut diagnostic = Diagnostic::new(Code::E0423, first.span, message).note(
                "timezones are named by their place, such as \"Europe/Berlin\" or \"America/New_York\"",
            );
            if let Some(near) = crate::nearest::nearest(&first.text, Zone::names()) {
                diagnostic = diagnostic.fix(format!("write `{near}`"), first.span, format!("\"{near}\""));
            }
            self.report(diagnostic);
        }
        first.text.clone()
    }

    /// Rules need something to read: without a schema one message is said, and no name is looked for.
    fn needs_schema(&mut self) {
        if !self.outline.leads.is_empty() {
            return;
        }
        let Some(rule) = self.outline.first_rule else { return };
        self.blind = true;
        if self.files.incomplete {
            return;
        }
        let message = "no schema says what is known of a lead";
        let note = "write `use \"my.schema.qualify\"`, or declare the attributes: `lead key id { … }`";
        let end = self.sources.text(rule).find('\n').map_or(rule.end, |line| rule.start + line as u32);
        let place = qualify_diagnostics::Span { end, ..rule };
        self.report(Diagnostic::new(Code::E0417, place, message).note(note));
    }

    fn not_yet_statements(&mut self) {
        let outline: &Outline = self.outline;
        for (record, _) in &outline.per_record {
            let message = format!("rules for each `{}` cannot be written yet", record.text);
            let note = "rules score leads; the attributes of the lead's account can be read: `account.name`";
            self.report(Diagnostic::new(Code::E0901, record.span, message).note(note));
        }
    }
}

/// All of them, if none is missing.
fn all<T>(parts: Vec<Option<T>>) -> Option<Vec<T>> {
    parts.into_iter().collect()
}
