//! What of the events of a lead can still matter: found once for a plan, then asked for each lead.
//!
//! Each fact of the plan makes [uses](Use) of events: those of a matcher, as far back as its windows and the fading of
//! its points reach, all of them or the newest that suffice. An event that no use needs is forgotten. What is not
//! understood is kept: a use may keep too much, never too little.
//!
//! Two things make this sound for all instants to come. Windows only move forward (those of the calendar but for a few
//! days, see [`Reach`]), so what lies behind a window stays there. And an event is given up for newer ones only where
//! these are seen by the same steps at every instant at which it is: then late events can only add to them.

mod back;
mod caps;
mod ends;
mod reach;
mod sweep;
mod uses;

pub use back::{ReadBack, read_back};
pub(crate) use caps::cap_of_result;
pub(crate) use ends::end;
pub(crate) use reach::Reach;
pub(crate) use sweep::{Kept, sweep};

use qualify_plan::{Instruction, Plan};

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Retention {
    pub uses: Vec<Use>,
    pub sequences: Vec<Chains>,
    pub matchers: Vec<Means>,
    /// For each view what it and the views around it ignore.
    pub views: Vec<Vec<Ignored>>,
}

/// Events that something is done with.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub matcher: u32,
    pub view: Option<u32>,
    pub reach: Reach,
    pub keep: Keep,
    /// The fact it is for.
    pub fact: u32,
}

/// Which of the events in reach can matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    All,
    /// So many of the newest.
    Newest(u64),
    /// So many of the newest of each known value of a column.
    PerValue(u32, u64),
    /// So many of the newest of each local day.
    PerDay(u64),
    /// So many of the newest of each calendar period.
    PerPeriod(qualify_model::CalendarUnit, u64),
    /// All of the newest instant, of those with a known value of the column if there is one.
    NewestInstant(Option<u32>),
    /// All of the oldest instant, of those with a known value of the column. Only where nothing leaves the window.
    OldestInstant(u32),
    /// Those whose number in a column no newer event reaches: the largest (or smallest) of any window that ends now is
    /// among them. The largest alone where nothing leaves the window.
    Extreme {
        column: u32,
        is_largest: bool,
        stays: bool,
    },
    /// All in reach, and the newest that is not: the one before, which says how long the silence was.
    AndBefore,
}

/// A sequence that is only asked whether it was reached so many times, in windows that nothing leaves: once it was, the
/// events that show it suffice.
#[derive(Clone, Debug)]
pub(crate) struct Chains {
    pub fact: u32,
    pub count: u64,
}

/// What is known of a matcher before any event is.
#[derive(Clone, Debug)]
pub(crate) struct Means {
    /// The type, if it is one.
    pub kind: Option<u32>,
    /// Its filters ask for the instant: whether it means an event may change.
    pub changes: bool,
}

/// What a view ignores.
#[derive(Clone, Debug)]
pub(crate) struct Ignored {
    pub matcher: u32,
    /// Whenever it happened.
    pub always: bool,
}

impl Retention {
    /// Of a plan.
    pub fn new(plan: &Plan) -> Retention {
        let changes = |filter: &u32| {
            let program = plan.event_programs.get(*filter as usize);
            program.is_some_and(|program| program.code.iter().any(Instruction::asks_instant))
        };
        let means = |matcher: &qualify_plan::Matcher| Means {
            kind: matcher.kind.map(|kind| kind.0),
            changes: matcher.filters.iter().any(changes),
        };
        let mut retention = Retention {
            uses: Vec::new(),
            sequences: Vec::new(),
            matchers: plan.matchers.iter().map(means).collect(),
            views: Vec::new(),
        };
        for view in &plan.views {
            let around = view.within.and_then(|around| retention.views.get(around as usize));
            let mut all = around.cloned().unwrap_or_default();
            all.extend(view.ignores.iter().map(|step| Ignored {
                matcher: step.matcher,
                always: step.windows.is_empty() && step.silence.is_none(),
            }));
            retention.views.push(all);
        }
        retention.add_uses(plan);
        retention
    }
}
