//! What two models read of their schemas, by name.

use crate::proof::walk;
use qualify_model::*;
use std::collections::HashSet;

/// What either of two models reads.
#[derive(Default)]
pub(super) struct Reads {
    /// Paths of attributes.
    pub(super) attributes: HashSet<String>,
    /// Events, by name.
    pub(super) events: HashSet<String>,
    /// Events of any type.
    pub(super) any_event: bool,
    /// Events whose object is asked for.
    pub(super) objects: HashSet<String>,
    /// Properties, as `event.property`.
    pub(super) properties: HashSet<String>,
    /// Those of them whose values are counted, summed or given as points.
    pub(super) counted: HashSet<String>,
    /// The stage that a lead came with.
    pub(super) current_stage: bool,
}

impl Reads {
    pub(super) fn of(old: &Model, new: &Model) -> Reads {
        let mut reads = Reads::default();
        for model in [old, new] {
            reads.expressions(model);
            reads.steps(model);
            reads.rules(model);
            let stays = model.stages.iter().any(|stage| stage.stays_while.is_some());
            reads.current_stage |= model.only_move_up.is_some() || stays;
        }
        reads
    }

    fn expressions(&mut self, model: &Model) {
        walk::everything(model, &mut |expr| match &expr.kind {
            ExprKind::Attribute(id) => {
                self.attributes.insert(model.schema.attribute(*id).path());
            }
            ExprKind::Property(property) => self.properties.extend(paths(model, property)),
            ExprKind::CountDifferent(property, term) => {
                self.count(model, property);
                self.counts(model, term);
            }
            ExprKind::Aggregate(_, property, term) => {
                self.count(model, property);
                self.counts(model, term);
            }
            ExprKind::Happens(term)
            | ExprKind::Count(term)
            | ExprKind::DaysSinceLast(term)
            | ExprKind::DaysWith(term) => self.counts(model, term),
            ExprKind::CurrentStageAtLeast(_) => self.current_stage = true,
            _ => {}
        });
    }

    fn steps(&mut self, model: &Model) {
        let names = |step: &Step| -> Vec<String> {
            match step.kind {
                Some(kind) => vec![model.schema.event(kind).name.clone()],
                None => model.schema.events.iter().map(|event| event.name.clone()).collect(),
            }
        };
        walk::steps(model, &mut |step| {
            self.any_event |= step.kind.is_none();
            self.events.extend(names(step));
            if step.object.is_some() {
                self.objects.extend(names(step));
                for event in model.schema.events.iter().filter(|event| names(step).contains(&event.name)) {
                    let object = event.properties.first();
                    self.properties
                        .extend(object.map(|property| format!("{}.{}", event.name, property.name)));
                }
            }
        });
    }

    fn rules(&mut self, model: &Model) {
        for rule in &model.rules {
            match &rule.kind {
                RuleKind::ForEach { term, amount, .. } => {
                    self.counts(model, term);
                    self.amount(model, &amount.value);
                }
                RuleKind::ForEachDifferent { property, term, amount, .. } => {
                    self.count(model, property);
                    self.counts(model, term);
                    self.amount(model, &amount.value);
                }
                _ => {}
            }
        }
    }

    /// Points that read the event in hand.
    fn amount(&mut self, model: &Model, amount: &Expr) {
        qualify_model::below(amount, &mut |expr| {
            if let ExprKind::Property(property) = &expr.kind {
                self.count(model, property);
            }
        });
    }

    fn counts(&mut self, model: &Model, term: &Term) {
        for count in &term.counts {
            if let Count::TimesPerValue(_, property) = count {
                self.count(model, property);
            }
        }
    }

    fn count(&mut self, model: &Model, property: &Property) {
        self.properties.extend(paths(model, property));
        self.counted.extend(paths(model, property));
    }
}

/// A property of each event that has it.
fn paths(model: &Model, property: &Property) -> Vec<String> {
    let of = |(kind, place): (usize, &Option<u32>)| {
        let event = &model.schema.events[kind];
        Some(format!("{}.{}", event.name, event.properties[(*place)? as usize].name))
    };
    property.places.iter().enumerate().filter_map(of).collect()
}
