//! Views and steps while the events of a lead pass by in the order of their times.

use super::super::steps::{BoundStep, Lead};
use super::super::views::BoundView;
use super::Walker;
use qualify_model::calendar::Interval;

/// A step that has seen the events so far.
#[derive(Clone, Debug)]
struct Passing<'b> {
    step: &'b BoundStep,
    /// What lies in its windows.
    interval: Interval,
    /// The latest instant of its events before that of the event in hand, and that of the event in hand.
    before: Option<i64>,
    latest: Option<i64>,
}

impl<'b> Passing<'b> {
    fn new(step: &'b BoundStep, interval: Interval) -> Passing<'b> {
        Passing { step, interval, before: None, latest: None }
    }

    fn begin(&mut self) {
        (self.before, self.latest) = (None, None);
    }

    /// Whether the step takes the next event of the view.
    #[inline]
    fn takes(&mut self, event: u32, lead: &Lead<'_>) -> bool {
        if !lead.means(self.step, event) {
            return false;
        }
        let time = lead.time(event);
        let Some(silence) = &self.step.silence else {
            return self.interval.contains(time);
        };
        if self.latest != Some(time) {
            (self.before, self.latest) = (self.latest, Some(time));
        }
        let silent = |nearest: i64| nearest <= lead.bound.before(time, silence);
        self.interval.contains(time) && self.before.is_some_and(silent)
    }
}

/// What a view shows.
#[derive(Clone, Debug)]
pub(super) struct Sight<'b> {
    view: u32,
    /// It depends on arguments of the fact.
    is_late: bool,
    /// For each view what it ignores of the one around it, from the outermost on.
    ignores: Vec<Vec<Passing<'b>>>,
}

impl Sight<'_> {
    /// Another walk begins.
    pub fn begin(&mut self) {
        self.ignores.iter_mut().flatten().for_each(Passing::begin);
    }

    /// Whether it is what a view shows, for all facts.
    pub fn is_of(&self, view: u32) -> bool {
        self.view == view && !self.is_late
    }

    /// Whether it shows all events.
    pub fn is_clear(&self) -> bool {
        self.ignores.is_empty()
    }

    /// Whether it shows the next event.
    #[inline]
    pub fn shows(&mut self, event: u32, lead: &Lead<'_>) -> bool {
        self.ignores.iter_mut().all(|ignores| {
            // each looks at all events of the view around
            let looks = |ignored: bool, step: &mut Passing<'_>| step.takes(event, lead) | ignored;
            !ignores.iter_mut().fold(false, looks)
        })
    }
}

/// The steps of a fact, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Sequence<'b> {
    steps: Vec<Reached<'b>>,
    /// The instant of the event in hand.
    now: Option<i64>,
}

/// A step of a sequence, and the instants of the newest events that reached it: before that of the event in hand, and at
/// it. One that lies further back decides nothing.
#[derive(Clone, Debug)]
struct Reached<'b> {
    passing: Passing<'b>,
    before: Option<i64>,
    now: Option<i64>,
}

impl Sequence<'_> {
    /// Another walk begins.
    pub fn begin(&mut self) {
        self.now = None;
        for step in &mut self.steps {
            step.passing.begin();
            (step.before, step.now) = (None, None);
        }
    }

    /// The events among those of a piece that can matter: of a single step those in its windows.
    pub fn part<'e>(&self, events: &'e [u32], lead: &Lead<'_>) -> &'e [u32] {
        match &self.steps[..] {
            [Reached { passing, .. }] if passing.step.silence.is_none() => {
                lead.during(passing.interval, events)
            }
            _ => events,
        }
    }

    /// Whether the next event that is seen reaches the last step.
    #[inline]
    pub fn reaches(&mut self, event: u32, lead: &Lead<'_>) -> bool {
        if let [only] = &mut self.steps[..] {
            return only.passing.takes(event, lead);
        }
        let time = lead.time(event);
        if self.now != Some(time) {
            self.now = Some(time);
            self.steps.iter_mut().for_each(|step| step.before = step.now.take().or(step.before));
        }
        let mut is_reached = false;
        let mut nearest: Option<i64> = None;
        for (place, step) in self.steps.iter_mut().enumerate() {
            let in_gap = |nearest: i64| match &step.passing.step.gap {
                Some(gap) => nearest > lead.bound.before(time, gap),
                None => true,
            };
            let takes = step.passing.takes(event, lead);
            is_reached = takes && (place == 0 || nearest.is_some_and(in_gap));
            nearest = step.before;
            if is_reached {
                step.now = Some(time);
            }
        }
        is_reached
    }
}

impl Walker<'_> {
    /// What a view shows; an ignore with an unknown window ignores nothing.
    pub(super) fn sight<'b>(
        &mut self,
        views: &'b [BoundView],
        view: u32,
        numbers: &[Option<i64>],
    ) -> Sight<'b> {
        let view_at = |place: u32| views.get(place as usize);
        let is_late = view_at(view).is_some_and(|view| view.late);
        let mut around = Vec::new();
        let mut next = view_at(view);
        while let Some(view) = next {
            around.push(view);
            next = view.within.and_then(view_at);
        }
        let mut sight = Sight { view, is_late, ignores: Vec::new() };
        for view in around.into_iter().rev().filter(|view| !view.ignores.is_empty()) {
            // seen from within the view around, that is not what the finished one shows
            let around = Sight { is_late: true, ..sight.clone() };
            let ignores = view.ignores.iter().filter_map(|step| self.passing(step, &around, numbers));
            let ignores = ignores.collect();
            sight.ignores.push(ignores);
        }
        sight
    }

    /// The steps of a fact; none if a window is unknown.
    pub(super) fn sequence<'b>(
        &mut self,
        steps: &'b [BoundStep],
        sight: &Sight<'_>,
        numbers: &[Option<i64>],
    ) -> Option<Sequence<'b>> {
        let reached = |step| {
            let passing = self.passing(step, sight, numbers)?;
            Some(Reached { passing, before: None, now: None })
        };
        Some(Sequence { steps: steps.iter().map(reached).collect::<Option<_>>()?, now: None })
    }

    /// A step with its windows; none if one is unknown.
    fn passing<'b>(
        &mut self,
        step: &'b BoundStep,
        sight: &Sight<'_>,
        numbers: &[Option<i64>],
    ) -> Option<Passing<'b>> {
        let interval = step.interval_by(numbers, &mut |of| self.newest(of, sight, numbers))?;
        Some(Passing::new(step, interval))
    }

    /// The instant of the newest event of a step in a view, if there is one; none around it if a window is unknown. Takes
    /// a walk of its own, unless it was asked before.
    fn newest(
        &mut self,
        step: &BoundStep,
        sight: &Sight<'_>,
        numbers: &[Option<i64>],
    ) -> Option<Option<i64>> {
        let is_late = sight.is_late || step.is_late();
        let asked = self.asked.iter().find(|(view, asked, _)| *view == sight.view && asked == step);
        if let Some((.., newest)) = asked.filter(|_| !is_late) {
            return Some(*newest);
        }
        let mut passing = self.passing(step, sight, numbers)?;
        let mut sight = sight.clone();
        let mut newest = None;
        self.walk(&mut |piece, _| {
            let lead = Lead::new(piece.pass, piece.rows, numbers);
            for event in piece.known {
                if sight.shows(*event, &lead) && passing.takes(*event, &lead) {
                    newest = Some(lead.time(*event));
                }
            }
        });
        if !is_late {
            self.asked.push((sight.view, step.clone(), newest));
        }
        Some(newest)
    }
}
