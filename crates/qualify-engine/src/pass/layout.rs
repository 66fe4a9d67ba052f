//! Which facts the pass over the events answers, and what it must look for: the spots where a class of events and
//! a stretch of time meet.
//!
//! What is not answered here is left to the general way, fact by fact and lead by lead: dynamic windows,
//! silences, groups, limits and the like.

use super::buckets::{Buckets, Table};
use super::cells::{GROUPS, LANES};
use super::edges::Edge;
use qualify_model::Type;
use qualify_plan::{Ask, Bound, Fact, Matcher, Plan, PlanStep, PlanWindow};
use std::collections::HashMap;
use std::ops::Range;

/// Events of a view that a matcher means, in a range of buckets.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Spot {
    /// Whether no ignore of the view hits, see [`Layout::visible`].
    pub view: u32,
    pub matcher: u32,
    pub buckets: Range<u32>,
}

/// What the pass does for one fact.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// Into a number slot.
    Newest { spot: usize, slot: usize },
    /// Numerators of a curve into a number slot; how many they are is counted into the next.
    Factors { spot: usize, curve: usize, slot: usize },
    /// Sum of a number column, and whether it was held.
    Total { spot: usize, column: usize, slot: usize },
    /// Wide sum of a number column, and how many are known.
    Sum { spot: usize, column: usize, slot: usize },
    /// Different known values of a column, into a number slot.
    Different { spot: usize, column: usize, slot: usize },
    /// How many last steps of a sequence are reached; the steps' spots.
    Sequence { spots: Vec<usize>, fact: usize, slot: usize },
}

/// Matcher and buckets of events that do not count.
type Ignored = (u32, Range<u32>);

/// See the module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub buckets: Buckets,
    /// How many buckets.
    pub count: usize,
    /// The edges of all buckets.
    edges: Vec<Edge>,
    /// For each edge its rank: the first bucket behind it.
    ranks: Vec<u32>,
    /// The edges as they follow each other, if the layout is to be moved to other instants.
    order: Vec<u32>,
    /// How many of these lie behind the last instant that there is.
    beyond: usize,
    /// Room for instants.
    room: Vec<i128>,
    /// Spots to count, and the slots of the counts; the same at every instant.
    pub counts: Vec<(Spot, usize)>,
    /// Spots whose events are listed.
    pub spots: Vec<Spot>,
    pub work: Vec<Work>,
    /// The spot and the column of a sum that most events may stand in: it is taken where events are counted.
    pub swept: Option<(usize, usize)>,
    /// For each spot whether it is of events of any kind.
    any_event: Vec<bool>,
    numbers: HashMap<Spot, usize>,
    /// For each matcher whether it means every event.
    any_matcher: Vec<bool>,
    /// Facts left to the general way that need nothing of the lead: computed before the main program.
    pub general: Vec<u32>,
    /// All facts left to the general way.
    pub left: Vec<u32>,
    /// Whether the general way is needed at all, now or from within the main program.
    pub any_general: bool,
    /// For each view the ignores of it and the views around: matcher and buckets; none: not fixed.
    ignores: Vec<Option<Vec<Ignored>>>,
}

impl Layout {
    /// Of a plan at an instant, at which it stays.
    pub fn new(plan: &Plan, bound: &Bound) -> Layout {
        let mut layout = Layout { edges: edges(plan), ..Layout::default() };
        let instants: Vec<i128> = layout.edges.iter().map(|edge| edge.instant(bound)).collect();
        let within = |instant: &&i128| (i64::MIN as i128 + 1..=i64::MAX as i128).contains(instant);
        let mut real: Vec<i64> = instants.iter().filter(within).map(|instant| *instant as i64).collect();
        real.sort_unstable();
        real.dedup();
        let rank = |instant: &i128| match *instant > i64::MAX as i128 {
            true => real.len() as u32 + 1,
            false => real.partition_point(|edge| *edge as i128 <= *instant) as u32,
        };
        layout.ranks = instants.iter().map(rank).collect();
        layout.count = real.len() + 1;
        layout.buckets = Buckets::Tabled(Table::new(real));
        layout.plan(plan);
        layout
    }

    /// Of a plan at an instant, to be [moved](Layout::move_to) to others.
    pub fn moving(plan: &Plan, bound: &Bound) -> Layout {
        let mut layout = Layout { edges: edges(plan), ..Layout::default() };
        let instants: Vec<i128> = layout.edges.iter().map(|edge| edge.instant(bound)).collect();
        layout.order = (0..layout.edges.len() as u32).collect();
        layout.order.sort_by_key(|edge| instants[*edge as usize]);
        layout.beyond = instants.iter().filter(|instant| **instant > i64::MAX as i128).count();
        layout.ranks = vec![0; layout.edges.len()];
        for (place, edge) in layout.order.iter().enumerate() {
            layout.ranks[*edge as usize] = place as u32 + 1;
        }
        layout.count = layout.edges.len() + 1;
        layout.plan(plan);
        layout.move_to(bound);
        layout
    }

    /// Finds the edges again at another instant. False if they follow each other in another order there: then
    /// another layout is needed.
    pub fn move_to(&mut self, bound: &Bound) -> bool {
        let Layout { edges, order, room, beyond, buckets, .. } = self;
        room.clear();
        room.extend(order.iter().map(|edge| edges[*edge as usize].instant(bound)));
        let real = room.partition_point(|instant| *instant <= i64::MAX as i128);
        let Buckets::Sought(sought) = buckets else { return false };
        if !room.is_sorted() || room.len() - real != *beyond {
            return false;
        }
        sought.clear();
        sought.extend(room[..real].iter().map(|instant| *instant as i64));
        true
    }

    /// The table of buckets, if events can be [swept](super::sweep).
    pub fn sweeps(&self) -> Option<&Table> {
        match &self.buckets {
            Buckets::Tabled(table) if !self.any_general && table.has_single_edges() => Some(table),
            _ => None,
        }
    }

    /// What is done for each fact.
    fn plan(&mut self, plan: &Plan) {
        let layout = self;
        let is_any = |m: &Matcher| m.kind.is_none() && m.object.is_none() && m.filters.is_empty();
        layout.any_matcher = plan.matchers.iter().map(is_any).collect();
        for view in &plan.views {
            let around = match view.within {
                Some(around) => layout.ignores.get(around as usize).cloned().flatten(),
                None => Some(Vec::new()),
            };
            let own = view.ignores.iter().map(|step| layout.ignore(step)).collect::<Option<Vec<_>>>();
            layout.ignores.push(around.zip(own).map(|(around, own)| [around, own].concat()));
        }
        for (number, fact) in plan.facts.iter().enumerate() {
            if layout.plan_work(plan, number, fact).is_none() {
                layout.any_general = true;
                layout.left.push(number as u32);
                if !fact.late {
                    layout.general.push(number as u32);
                }
            }
        }
        let frequent = layout.frequent();
        layout.swept = layout.work.iter().find_map(|work| match work {
            Work::Total { spot, column, .. } | Work::Sum { spot, column, .. } => {
                frequent.contains(spot).then_some((*spot, *column))
            }
            _ => None,
        });
    }

    /// Spots of events of any kind whose work can ask every event: newest instants and sums.
    pub fn frequent(&self) -> Vec<usize> {
        let any = |spot: &usize| self.any_event[*spot];
        let asks_every = self.work.iter().filter_map(|work| match work {
            Work::Newest { spot, .. } | Work::Total { spot, .. } | Work::Sum { spot, .. } => Some(*spot),
            _ => None,
        });
        let mut frequent: Vec<usize> = asks_every.filter(any).collect();
        // other work goes through the lists
        frequent.retain(|spot| {
            self.work.iter().all(|work| match work {
                Work::Factors { spot: other, .. } | Work::Different { spot: other, .. } => other != spot,
                Work::Sequence { spots, .. } => !spots.contains(spot),
                _ => true,
            })
        });
        frequent
    }

    /// Whether there are so many counts that they are listed for each cell.
    pub fn counts_are_listed(&self) -> bool {
        self.counts.len().div_ceil(LANES) > GROUPS
    }

    /// Whether events of a class in a bucket are seen by a view.
    pub fn visible(&self, view: u32, bucket: u32, means: impl Fn(u32) -> bool) -> bool {
        let ignores = self.ignores[view as usize].iter().flatten();
        let mut hitting = ignores.filter(|(matcher, buckets)| buckets.contains(&bucket) && means(*matcher));
        hitting.next().is_none()
    }

    fn ignore(&self, step: &PlanStep) -> Option<(u32, Range<u32>)> {
        Some((step.matcher, self.range(step)?))
    }

    /// The buckets of a step with fixed windows, up to `as of`; none if they depend on the lead.
    fn range(&self, step: &PlanStep) -> Option<Range<u32>> {
        let rank = |edge: Edge| self.edges.iter().position(|e| *e == edge).map(|place| self.ranks[place]);
        let (mut first, mut end) = (0, rank(Edge::Future)?);
        for (from, to) in fixed(step)? {
            first = from.and_then(rank).unwrap_or(0).max(first);
            end = to.and_then(rank).unwrap_or(u32::MAX).min(end);
        }
        let end = end.min(self.count as u32);
        Some(if first < end { first..end } else { 0..0 })
    }

    /// None: left to the general way.
    fn plan_work(&mut self, plan: &Plan, number: usize, fact: &Fact) -> Option<()> {
        if fact.late || self.ignores[fact.view as usize].is_none() {
            return None;
        }
        let mut spots = Vec::new();
        for step in &fact.steps {
            let buckets = self.range(step)?;
            spots.push(Spot { view: fact.view, matcher: step.matcher, buckets });
        }
        let slot = fact.slot.index();
        let number_column = |column: u32| {
            let ty = plan.needs.properties.get(column as usize).map(|property| &property.ty);
            ty.is_some_and(|ty| matches!(ty, Type::Number(_) | Type::Duration)).then_some(column as usize)
        };
        let single = spots.len() == 1;
        let work = match &fact.ask {
            Ask::Count if single => {
                self.counts.push((spots.pop()?, slot));
                return Some(());
            }
            Ask::Count => {
                let spots = spots.into_iter().map(|spot| self.spot(spot)).collect();
                Work::Sequence { spots, fact: number, slot }
            }
            _ if !single => return None,
            Ask::Newest => Work::Newest { spot: self.spot(spots.pop()?), slot },
            Ask::Factors(curve) => {
                let spot = spots.pop()?;
                self.counts.push((spot.clone(), slot + 1));
                Work::Factors { spot: self.spot(spot), curve: *curve as usize, slot }
            }
            Ask::Total(column) => {
                let column = number_column(*column)?;
                Work::Total { spot: self.spot(spots.pop()?), column, slot }
            }
            Ask::Sum(column) => {
                let column = number_column(*column)?;
                Work::Sum { spot: self.spot(spots.pop()?), column, slot }
            }
            Ask::Different(column) => {
                let ty = plan.needs.properties.get(*column as usize).map(|property| &property.ty);
                if matches!(ty, Some(Type::List(_)) | None) {
                    return None;
                }
                Work::Different { spot: self.spot(spots.pop()?), column: *column as usize, slot }
            }
            _ => return None,
        };
        self.work.push(work);
        Some(())
    }

    fn spot(&mut self, spot: Spot) -> usize {
        let next = self.spots.len();
        let at = *self.numbers.entry(spot.clone()).or_insert(next);
        if at == next {
            self.any_event.push(self.any_matcher[spot.matcher as usize]);
            self.spots.push(spot);
        }
        at
    }
}

/// The edges of all steps with fixed windows, each once.
fn edges(plan: &Plan) -> Vec<Edge> {
    let mut edges = vec![Edge::Future];
    let ignores = plan.views.iter().flat_map(|view| &view.ignores);
    let steps = ignores.chain(plan.facts.iter().flat_map(|fact| &fact.steps));
    for (first, end) in steps.filter_map(fixed).flatten() {
        for edge in [first, end].into_iter().flatten() {
            if !edges.contains(&edge) {
                edges.push(edge);
            }
        }
    }
    edges
}

/// The windows of a step by their edges; none if they depend on the lead.
fn fixed(step: &PlanStep) -> Option<Vec<(Option<Edge>, Option<Edge>)>> {
    if step.silence.is_some() {
        return None;
    }
    let edges = step.windows.iter().map(|window| match window {
        PlanWindow::Fixed(window) => Some(Edge::of(window)),
        _ => None,
    });
    edges.collect()
}
