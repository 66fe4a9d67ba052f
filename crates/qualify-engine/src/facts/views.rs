//! What blocks see: the events of a lead in order of time, without those that are ignored.

use super::steps::{BoundStep, Lead};
use crate::pass::{Pass, Rows};
use qualify_plan::{Bound, Plan};

/// The views of a plan.
#[derive(Clone, Debug)]
pub(crate) struct Views {
    pub views: Vec<BoundView>,
}

#[derive(Clone, Debug)]
pub(crate) struct BoundView {
    /// The view around it, which stands before it.
    pub within: Option<u32>,
    pub ignores: Vec<BoundStep>,
    /// It, or a view around it, ignores what depends on arguments.
    pub late: bool,
}

/// What the views show of a block. Events are places in the block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sights {
    /// All known events that any matcher means.
    all: Sight,
    /// For each view that is the same for all facts what is left, if it was asked for.
    of_view: Vec<Sight>,
    /// For a late view.
    late: Vec<u32>,
    scratch: Scratch,
}

#[derive(Clone, Debug, Default)]
struct Sight {
    ready: bool,
    events: Vec<u32>,
    /// Lead `i` has `events[starts[i]..starts[i + 1]]`, by time.
    starts: Vec<u32>,
}

#[derive(Clone, Debug, Default)]
struct Scratch {
    left: Vec<u32>,
    found: Vec<u32>,
    /// For each event of the block whether it is ignored; all false between uses.
    ignored: Vec<bool>,
}

impl Sight {
    fn of_row(&self, row: usize) -> &[u32] {
        match (self.starts.get(row), self.starts.get(row + 1)) {
            (Some(from), Some(to)) => self.events.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        }
    }

    fn clear(&mut self) {
        self.ready = false;
        self.events.clear();
        self.starts.clear();
        self.starts.push(0);
    }
}

impl Sights {
    /// Puts the events of a new block in order of time.
    pub fn begin(&mut self, pass: &Pass, rows: &Rows<'_>, views: usize) {
        self.of_view.resize_with(views, Sight::default);
        self.of_view.iter_mut().for_each(Sight::clear);
        let all = &mut self.all;
        all.clear();
        let range = rows.range();
        let times = &rows.events.times[range.clone()];
        self.scratch.ignored.clear();
        self.scratch.ignored.resize(times.len(), false);
        for row in rows.leads.clone() {
            let from = all.events.len();
            let of_row = match (rows.events.offsets.get(row), rows.events.offsets.get(row + 1)) {
                (Some(from), Some(to)) => *from as usize - range.start..*to as usize - range.start,
                _ => 0..0,
            };
            let counts = |event: &usize| pass.class_of[*event] != 0 && times[*event] <= rows.bound.as_of;
            all.events.extend(of_row.filter(counts).map(|event| event as u32));
            let time = |event: &u32| times[*event as usize];
            let of_lead = &mut all.events[from..];
            if !of_lead.is_sorted_by_key(time) {
                of_lead.sort_unstable_by_key(time);
            }
            all.starts.push(all.events.len() as u32);
        }
    }
}

impl Views {
    pub fn new(plan: &Plan, bound: &Bound) -> Views {
        let mut views: Vec<BoundView> = Vec::with_capacity(plan.views.len());
        for view in &plan.views {
            let ignores: Vec<BoundStep> =
                view.ignores.iter().map(|step| BoundStep::new(step, bound)).collect();
            // a view stands behind the one around it
            let within = view.within.filter(|around| (*around as usize) < views.len());
            let around = within.is_some_and(|around| views[around as usize].late);
            let late = around || ignores.iter().any(BoundStep::is_late);
            views.push(BoundView { within, ignores, late });
        }
        Views { views }
    }

    /// Finds the windows of ignores again at another instant.
    pub fn move_to(&mut self, plan: &Plan, bound: &Bound) {
        for (bound_view, view) in self.views.iter_mut().zip(&plan.views) {
            let ignores = bound_view.ignores.iter_mut().zip(&view.ignores);
            ignores.for_each(|(ignore, step)| ignore.move_to(step, bound));
        }
    }

    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// Makes ready what a view shows of the block, if that is the same for all facts.
    pub fn see(&self, view: u32, sights: &mut Sights, pass: &Pass, rows: &Rows<'_>) {
        let Some(bound) = self.views.get(view as usize).filter(|view| !view.late) else { return };
        if bound.ignores.is_empty() && bound.within.is_none() || sights.of_view[view as usize].ready {
            return;
        }
        if let Some(around) = bound.within {
            self.see(around, sights, pass, rows);
        }
        let lead = Lead::new(pass, rows, &[]);
        let mut sight = std::mem::take(&mut sights.of_view[view as usize]);
        for row in 0..rows.leads.len() {
            sights.scratch.left.clear();
            let seen = match bound.within {
                Some(around) => self.fixed(around, &sights.of_view, &sights.all).of_row(row),
                None => sights.all.of_row(row),
            };
            sights.scratch.left.extend_from_slice(seen);
            sights.scratch.ignore(&bound.ignores, &lead);
            sight.events.extend_from_slice(&sights.scratch.left);
            sight.starts.push(sight.events.len() as u32);
        }
        sight.ready = true;
        sights.of_view[view as usize] = sight;
    }

    /// What a view shows that is the same for all facts and was made ready.
    fn fixed<'s>(&self, view: u32, of_view: &'s [Sight], all: &'s Sight) -> &'s Sight {
        match self.views.get(view as usize) {
            Some(bound) if bound.ignores.is_empty() && bound.within.is_none() => all,
            Some(_) => &of_view[view as usize],
            None => all,
        }
    }

    /// What a view shows of a lead, in order of time. [`Views::see`] comes first.
    pub fn of_lead<'s>(&self, view: u32, sights: &'s mut Sights, row: usize, lead: &Lead<'_>) -> &'s [u32] {
        if !self.views.get(view as usize).is_some_and(|view| view.late) {
            return self.fixed(view, &sights.of_view, &sights.all).of_row(row);
        }
        sights.scratch.left.clear();
        sights.scratch.left.extend_from_slice(sights.all.of_row(row));
        self.narrow(view, &mut sights.scratch, lead);
        std::mem::swap(&mut sights.late, &mut sights.scratch.left);
        &sights.late
    }

    fn narrow(&self, view: u32, scratch: &mut Scratch, lead: &Lead<'_>) {
        let Some(bound) = self.views.get(view as usize) else { return };
        if let Some(around) = bound.within {
            self.narrow(around, scratch, lead);
        }
        scratch.ignore(&bound.ignores, lead);
    }
}

impl Scratch {
    /// Takes out of the events in hand what steps ignore; each looks at all of them. An unknown one ignores
    /// nothing.
    fn ignore(&mut self, ignores: &[BoundStep], lead: &Lead<'_>) {
        self.found.clear();
        for step in ignores {
            let before = self.found.len();
            if !step.find(&self.left, lead, &mut self.found) {
                self.found.truncate(before);
            }
        }
        if self.found.is_empty() {
            return;
        }
        self.found.iter().for_each(|event| self.ignored[*event as usize] = true);
        self.left.retain(|event| !self.ignored[*event as usize]);
        self.found.iter().for_each(|event| self.ignored[*event as usize] = false);
    }
}
