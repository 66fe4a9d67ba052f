//! Rules that give constant points where a number of events reaches a constant. Who counts the events can add up the
//! points of all of them at once, so that of each such rule nothing is left in the main program but its share of
//! one addition.

use crate::registers::{allocate, each_read};
use crate::*;
use qualify_model::Comparison;
use std::collections::{BTreeMap, HashMap};

/// Fewer rules that can be looked at together are not taken out.
const FEW: usize = 4;

/// Beyond this the number of a [`CountRule`] does not fit into seven bits.
const MOST: i64 = 127;

/// A rule that looks at a number of events only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountRule {
    /// Where the number is put.
    pub slot: SlotAt,
    /// It fires from this number on: 1 to 127.
    pub at_least: u8,
    /// What it gives then, in 1/10,000 points.
    pub points: i64,
    /// The rule.
    pub rule: RuleAt,
}

/// A main program without rules on numbers of events.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// Gives the same where each sum stands in its slot; tallies nothing of the rules in them.
    pub program: Program,
    /// Where its outputs stand.
    pub outputs: Outputs,
    /// Rules whose points are to be added up. The points of sum `i` are read from slot `first + i`; they stay within 31
    /// bits, whichever rules fire.
    pub sums: Vec<Vec<CountRule>>,
}

impl Counted {
    /// Takes rules out of the main program of a plan: those on slots that hold numbers of events, always known. `group`
    /// says which of such slots are counted together, none for others. None if there are no such rules, or too few.
    pub fn new(plan: &Plan, group: &dyn Fn(SlotAt) -> Option<usize>) -> Option<Counted> {
        // what compiled models say of the outputs of the program is not trusted
        let (mut outputs, mut roots) = (plan.outputs.clone(), Vec::new());
        outputs.renumber(&mut |register| {
            roots.push(register);
            register.1
        });
        let values = Values::of(&plan.main, &roots)?;
        let sums = values.sums(group)?;
        if sums.is_empty() {
            return None;
        }
        let program = values.without(&sums, plan.slots.len() as u32);
        outputs.renumber_as(&program);
        let rules = |sum: Vec<Found>| sum.into_iter().map(|found| found.rule).collect();
        Some(Counted { program, outputs, sums: sums.into_iter().map(rules).collect() })
    }
}

/// A rule and where it stands.
struct Found {
    rule: CountRule,
    /// The line that adds the points, and the one that tallies them.
    adds: usize,
    tallies: usize,
}

/// A program in which each value has a number of its own instead of a register.
struct Values {
    lines: Vec<Instruction>,
    /// For each value the line that gives it.
    given: Vec<usize>,
    /// For each value the lines that read it; one beyond all for an output.
    read: Vec<Vec<usize>>,
    outputs: Vec<Register>,
}

impl Values {
    /// None if the program reads what it did not write.
    fn of(program: &Program, outputs: &[Register]) -> Option<Values> {
        let mut values =
            Values { lines: program.code.clone(), given: Vec::new(), read: Vec::new(), outputs: Vec::new() };
        let mut current: HashMap<Register, u32> = HashMap::new();
        let mut all_written = true;
        for (place, line) in values.lines.iter_mut().enumerate() {
            // what it reads first, for it may write to the same register
            line.rename(&mut |written, ty, number| match current.get(&Register(ty, number)) {
                _ if written => number,
                Some(value) => {
                    values.read[*value as usize].push(place);
                    *value
                }
                None => {
                    all_written = false;
                    number
                }
            });
            line.rename(&mut |written, ty, number| {
                if !written {
                    return number;
                }
                current.insert(Register(ty, number), values.given.len() as u32);
                values.given.push(place);
                values.read.push(Vec::new());
                values.given.len() as u32 - 1
            });
        }
        for output in outputs {
            let value = *current.get(output)?;
            values.read[value as usize].push(usize::MAX);
            values.outputs.push(Register(output.0, value));
        }
        all_written.then_some(values)
    }

    fn giver(&self, value: u32) -> &Instruction {
        &self.lines[self.given[value as usize]]
    }

    /// The rules to be taken out, by the sums that they give points to. None if the tallied leads change on the way.
    fn sums(&self, group: &dyn Fn(SlotAt) -> Option<usize>) -> Option<Vec<Vec<Found>>> {
        let is_evaluated = |line: &Instruction| matches!(line, Instruction::Evaluated { .. });
        let begin = self.lines.iter().position(is_evaluated).unwrap_or(0);
        if self.lines.iter().skip(begin + 1).any(is_evaluated) {
            return None;
        }
        let ends = self.ends();
        // those of one sum and one group that are on different slots can be looked at together
        let mut seen: HashMap<(u32, SlotAt), usize> = HashMap::new();
        let mut together: BTreeMap<(u32, usize, usize), Vec<Found>> = BTreeMap::new();
        for line in begin..self.lines.len() {
            let Some(found) = self.rule(line, begin) else { continue };
            let (end, slot) = (ends[written(&self.lines[line]) as usize], found.rule.slot);
            let Some(group) = group(slot) else { continue };
            let number = seen.entry((end, slot)).or_default();
            together.entry((end, group, *number)).or_default().push(found);
            *number += 1;
        }
        let mut sums: BTreeMap<u32, Vec<Found>> = BTreeMap::new();
        for ((end, ..), rules) in together.into_iter().filter(|(_, rules)| rules.len() >= FEW) {
            sums.entry(end).or_default().extend(rules);
        }
        let size = |found: &Found| found.rule.points.unsigned_abs() as u128;
        let fits = |rules: &Vec<Found>| rules.iter().map(size).sum::<u128>() <= i32::MAX as u128;
        let mut sums: Vec<Vec<Found>> = sums.into_values().filter(fits).collect();
        sums.iter_mut().for_each(|rules| rules.sort_by_key(|found| found.adds));
        Some(sums)
    }

    /// The rule whose points a line adds.
    fn rule(&self, line: usize, begin: usize) -> Option<Found> {
        let Instruction::AddIf { condition, points, .. } = self.lines[line] else { return None };
        let Instruction::CompareConstant { how, a, b, .. } = *self.giver(condition.0) else { return None };
        let at_least = match how {
            Comparison::GreaterOrEqual => b,
            Comparison::Greater => b.checked_add(1)?,
            _ => return None,
        };
        let Instruction::SlotNumber { slot, .. } = *self.giver(a.0) else { return None };
        let [one, other] = self.read[condition.index()][..] else { return None };
        let tallies = if one == line { other } else { one };
        let rule = match self.lines.get(tallies)? {
            Instruction::TallyConstant { rule, points: tallied, .. } if *tallied == points => *rule,
            _ => return None,
        };
        let is_one = (1..=MOST).contains(&at_least) && tallies >= begin;
        let rule = CountRule { slot, at_least: at_least as u8, points, rule };
        is_one.then_some(Found { rule, adds: line, tallies })
    }

    /// For each value the one that it ends in by additions alone, each read once: in which order they come does not
    /// matter to that.
    fn ends(&self) -> Vec<u32> {
        let mut ends: Vec<u32> = (0..self.given.len() as u32).collect();
        for value in (0..ends.len()).rev() {
            let [next] = self.read[value][..] else { continue };
            let to = match self.lines.get(next) {
                Some(Instruction::AddIf { to, a, .. } | Instruction::AddWhere { to, a, .. })
                    if a.index() == value =>
                {
                    *to
                }
                Some(Instruction::AddConstant { to, .. } | Instruction::Add { to, .. }) => *to,
                _ => continue,
            };
            // it is given later, so its own end is known
            ends[value] = ends[to.index()];
        }
        ends
    }

    /// The program with one addition instead of those of each sum, whose slots begin at `first`.
    fn without(mut self, sums: &[Vec<Found>], first: u32) -> Program {
        let mut values = self.given.len() as u32;
        // for values that are gone the ones that stand for them
        let mut instead: HashMap<u32, u32> = HashMap::new();
        let mut is_gone = vec![false; self.lines.len()];
        let mut before: HashMap<usize, Instruction> = HashMap::new();
        for (place, sum) in sums.iter().enumerate() {
            for (number, found) in sum.iter().enumerate() {
                is_gone[found.tallies] = true;
                let Instruction::AddIf { to, a, .. } = self.lines[found.adds] else { continue };
                if number == 0 {
                    let slot = SlotAt(first + place as u32);
                    before.insert(found.adds, Instruction::SlotNumber { to: ToN(values), slot });
                    self.lines[found.adds] = Instruction::Add { to, a, b: N(values) };
                    values += 1;
                } else {
                    instead.insert(to.0, a.0);
                    is_gone[found.adds] = true;
                }
            }
        }
        let mut lines = Vec::with_capacity(self.lines.len());
        for (place, mut line) in self.lines.into_iter().enumerate().filter(|(place, _)| !is_gone[*place]) {
            lines.extend(before.remove(&place));
            line.rename(&mut |written, _, number| if written { number } else { end_of(&instead, number) });
            lines.push(line);
        }
        let outputs: Vec<Register> =
            self.outputs.iter().map(|output| Register(output.0, end_of(&instead, output.1))).collect();
        allocate(alive(lines, values as usize, &outputs), values as usize, &outputs)
    }
}

/// What stands for a value in the end.
fn end_of(instead: &HashMap<u32, u32>, mut value: u32) -> u32 {
    while let Some(other) = instead.get(&value) {
        value = *other;
    }
    value
}

/// The lines that do something, or give what is read.
fn alive(lines: Vec<Instruction>, values: usize, outputs: &[Register]) -> Vec<Instruction> {
    let mut is_read = vec![false; values];
    outputs.iter().for_each(|output| is_read[output.1 as usize] = true);
    let mut alive: Vec<Instruction> = Vec::with_capacity(lines.len());
    for line in lines.into_iter().rev() {
        let mut is_needed = true;
        for operand in line.operands() {
            if let Operand::Write(_, value) = operand {
                is_needed = is_read[value as usize];
            }
        }
        if is_needed {
            each_read(&line, &mut |value| is_read[value as usize] = true);
            alive.push(line);
        }
    }
    alive.reverse();
    alive
}

/// The value that a line gives, if it gives one.
fn written(line: &Instruction) -> u32 {
    let value = |operand| match operand {
        Operand::Write(_, value) => Some(value),
        _ => None,
    };
    line.operands().into_iter().find_map(value).unwrap_or(u32::MAX)
}
