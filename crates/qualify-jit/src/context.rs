//! What machine code reads and counts beside the registers: columns given by their addresses, in the order in
//! which the code asks for them, and what depends on the instant, so that the code is the same at every instant.

use qualify_plan::{BoundCurve, CodeTallyAt, CurveAt, InputAt, OutputAt, RuleAt, SlotAt, TableAt, WindowsAt};
use qualify_vm::{CHUNK, Frame, Input, SlotColumn, TableColumn};

/// A column that code reads. Each takes [`WORDS`] words of the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Column {
    /// A column of yes/no.
    InputTruths(InputAt),
    /// A column of numbers.
    InputNumbers(InputAt),
    /// An output of a table, by the codes of an input.
    TableTruths(TableAt, OutputAt),
    /// An output of a table, by the codes of an input.
    TableNumbers(TableAt, OutputAt),
    /// An answer.
    SlotTruths(SlotAt),
    /// An answer.
    SlotNumbers(SlotAt),
    /// Leads and points of a rule.
    Rule(RuleAt),
    /// Codes of an input, and how often each was met.
    Codes(CodeTallyAt),
    /// The instant: a number in the first word.
    AsOf,
    /// The first and the last instant of windows: numbers in the first words.
    Windows(WindowsAt),
    /// The address of a curve at the instant.
    Curve(CurveAt),
}

/// Words of the context for one column: values, known, a mask for the place of known (0 if one byte stands for
/// all), codes, the last entry.
pub(crate) const WORDS: usize = 5;

/// Words of the context for one column that is given by its one value: it, 0 where it is unknown; whether it is
/// known.
pub(crate) const VALUE_WORDS: usize = 2;

static NOTHING: BoundCurve = BoundCurve::Nothing;
static ONES: [u8; CHUNK] = [1; CHUNK];
static ZEROS: [i64; CHUNK] = [0; CHUNK];
static UNKNOWN_CODES: [u32; CHUNK] = [u32::MAX; CHUNK];

/// Writes the addresses of columns. All that code reads by row has at least `frame.rows` entries, and all that it
/// reads by code has the entry named last. What a frame does not have is unknown everywhere.
pub(crate) fn fill(columns: &[Column], frame: &mut Frame<'_>, words: &mut Vec<usize>) {
    make_room(frame); // before any address is taken
    words.clear();
    for column in columns {
        let of_column = match column {
            Column::InputTruths(input) => input_truths(frame, *input),
            Column::InputNumbers(input) => input_numbers(frame, *input),
            Column::SlotTruths(slot) => slot_truths(frame, *slot),
            Column::SlotNumbers(slot) => slot_numbers(frame, *slot),
            Column::TableTruths(table, output) => table_truths(frame, *table, *output),
            Column::TableNumbers(table, output) => table_numbers(frame, *table, *output),
            Column::Rule(rule) => of_rule(frame, *rule),
            Column::Codes(tally) => of_codes(frame, *tally),
            Column::AsOf | Column::Windows(_) | Column::Curve(_) => {
                let [first, second] = at_instant(*column, frame);
                [first, second, 0, 0, 0]
            }
        };
        words.extend(of_column);
    }
}

/// Writes the values of the first row of columns. What a frame does not have is unknown. Nothing is tallied.
pub(crate) fn fill_values(columns: &[Column], frame: &Frame<'_>, words: &mut Vec<usize>) {
    words.clear();
    for column in columns {
        let of_column = match column {
            Column::InputTruths(input) => match frame.inputs.get(input.index()) {
                Some(Input::Truths(truths)) => truth_value(truths, 0),
                _ => UNKNOWN_TRUTH,
            },
            Column::InputNumbers(input) => match frame.inputs.get(input.index()) {
                Some(Input::Numbers { values, known }) => number_value(values, *known, 0),
                _ => UNKNOWN_NUMBER,
            },
            Column::SlotTruths(slot) => match frame.slots.columns.get(slot.index()) {
                Some(SlotColumn::Truth(truths)) => truth_value(truths, 0),
                _ => UNKNOWN_TRUTH,
            },
            Column::SlotNumbers(slot) => match frame.slots.columns.get(slot.index()) {
                Some(SlotColumn::Number { values, known }) => number_value(values, Some(known), 0),
                _ => UNKNOWN_NUMBER,
            },
            Column::TableTruths(at, output) => match table_entry(frame, *at, *output) {
                Some((entry, TableColumn::Truth(truths))) => truth_value(truths, entry),
                _ => UNKNOWN_TRUTH,
            },
            Column::TableNumbers(at, output) => match table_entry(frame, *at, *output) {
                Some((entry, TableColumn::Number { values, known })) => {
                    number_value(values, known.as_deref(), entry)
                }
                _ => UNKNOWN_NUMBER,
            },
            Column::AsOf | Column::Windows(_) | Column::Curve(_) => at_instant(*column, frame),
            Column::Rule(_) | Column::Codes(_) => UNKNOWN_NUMBER,
        };
        words.extend(of_column);
    }
}

/// An output of a table, and the place of its entry for the first row.
fn table_entry<'f>(frame: &Frame<'f>, at: TableAt, output: OutputAt) -> Option<(usize, &'f TableColumn)> {
    let attribute = frame.plan.tables.get(at.index())?.attribute as usize;
    let codes = frame.inputs.get(attribute).and_then(|input| input.codes(1)).unwrap_or(&UNKNOWN_CODES);
    let output = frame.tables.get(at.index())?.outputs.get(output.index())?;
    Some(((codes[0] as usize).min(output.len().checked_sub(1)?), output))
}

const UNKNOWN_TRUTH: [usize; VALUE_WORDS] = [1, 0];
const UNKNOWN_NUMBER: [usize; VALUE_WORDS] = [0, 0];

fn truth_value(truths: &[u8], row: usize) -> [usize; VALUE_WORDS] {
    truths.get(row).map_or(UNKNOWN_TRUTH, |truth| [*truth as usize, 0])
}

fn number_value(values: &[i64], known: Option<&[u8]>, row: usize) -> [usize; VALUE_WORDS] {
    match (values.get(row), known.map_or(Some(&1), |known| known.get(row))) {
        (Some(value), Some(known)) => [*value as usize, *known as usize],
        _ => UNKNOWN_NUMBER,
    }
}

/// What depends on the instant alone.
fn at_instant(column: Column, frame: &Frame<'_>) -> [usize; VALUE_WORDS] {
    match column {
        Column::Windows(windows) => match frame.bound.windows.get(windows.index()) {
            Some(window) => [window.first as usize, window.last as usize],
            None => [i64::MAX as usize, i64::MIN as usize],
        },
        Column::Curve(curve) => {
            let curve = frame.bound.curves.get(curve.index()).unwrap_or(&NOTHING);
            [std::ptr::from_ref(curve) as usize, 0]
        }
        _ => [frame.bound.as_of as usize, 0],
    }
}

/// Counts for every rule and every code tally of the plan.
fn make_room(frame: &mut Frame<'_>) {
    let rules = frame.plan.labels.rules.len();
    let tally = &mut frame.tallies.rules;
    tally.leads.resize(tally.leads.len().max(rules), 0);
    tally.points.resize(tally.points.len().max(rules), 0);
    let codes = &mut frame.tallies.codes;
    codes.resize(codes.len().max(frame.plan.code_tallies.len()), Vec::new());
    codes.iter_mut().filter(|counts| counts.is_empty()).for_each(|counts| counts.push(0));
    // machine code counts codes of every table
    frame.tallies.are_counted.clear();
    frame.tallies.are_counted.resize(codes.len(), true);
}

fn address<T>(column: &[T]) -> usize {
    column.as_ptr() as usize
}

fn known_truths(truths: Option<&[u8]>, rows: usize) -> [usize; WORDS] {
    let truths = truths.filter(|truths| truths.len() >= rows).unwrap_or(&ONES); // 1 is unknown
    [address(truths), 0, 0, 0, 0]
}

fn known_numbers(numbers: Option<(&[i64], Option<&[u8]>)>, rows: usize) -> [usize; WORDS] {
    let fits = |(values, known): &(&[i64], Option<&[u8]>)| {
        values.len() >= rows && known.is_none_or(|known| known.len() >= rows)
    };
    match numbers.filter(fits) {
        Some((values, Some(known))) => [address(values), address(known), usize::MAX, 0, 0],
        Some((values, None)) => [address(values), address(&ONES), 0, 0, 0],
        None => [address(&ZEROS), address(&ZEROS), 0, 0, 0],
    }
}

fn input_truths(frame: &Frame<'_>, input: InputAt) -> [usize; WORDS] {
    let truths = match frame.inputs.get(input.index()) {
        Some(Input::Truths(truths)) => Some(*truths),
        _ => None,
    };
    known_truths(truths, frame.rows)
}

fn input_numbers(frame: &Frame<'_>, input: InputAt) -> [usize; WORDS] {
    let numbers = match frame.inputs.get(input.index()) {
        Some(Input::Numbers { values, known }) => Some((*values, *known)),
        _ => None,
    };
    known_numbers(numbers, frame.rows)
}

fn slot_truths(frame: &Frame<'_>, slot: SlotAt) -> [usize; WORDS] {
    let truths = match frame.slots.columns.get(slot.index()) {
        Some(SlotColumn::Truth(truths)) => Some(truths.as_slice()),
        _ => None,
    };
    known_truths(truths, frame.rows)
}

fn slot_numbers(frame: &Frame<'_>, slot: SlotAt) -> [usize; WORDS] {
    let numbers = match frame.slots.columns.get(slot.index()) {
        Some(SlotColumn::Number { values, known }) => Some((values.as_slice(), Some(known.as_slice()))),
        _ => None,
    };
    known_numbers(numbers, frame.rows)
}

fn codes(frame: &Frame<'_>, attribute: u32) -> usize {
    let codes = frame.inputs.get(attribute as usize).and_then(|input| input.codes(frame.rows));
    address(codes.unwrap_or(&UNKNOWN_CODES))
}

fn table<'f>(frame: &Frame<'f>, table: TableAt, output: OutputAt) -> (usize, Option<&'f TableColumn>) {
    let codes = codes(frame, frame.plan.tables.get(table.index()).map_or(u32::MAX, |table| table.attribute));
    let output = frame.tables.get(table.index()).and_then(|columns| columns.outputs.get(output.index()));
    (codes, output.filter(|output| !output.is_empty()))
}

fn table_truths(frame: &Frame<'_>, at: TableAt, output: OutputAt) -> [usize; WORDS] {
    match table(frame, at, output) {
        (codes, Some(TableColumn::Truth(truths))) => [address(truths), 0, 0, codes, truths.len() - 1],
        (codes, _) => [address(&ONES), 0, 0, codes, 0],
    }
}

fn table_numbers(frame: &Frame<'_>, at: TableAt, output: OutputAt) -> [usize; WORDS] {
    match table(frame, at, output) {
        (codes, Some(TableColumn::Number { values, known })) => {
            let last = values.len() - 1;
            match known {
                Some(known) if known.len() > last => {
                    [address(values), address(known), usize::MAX, codes, last]
                }
                Some(_) => [address(&ZEROS), address(&ZEROS), 0, codes, 0],
                None => [address(values), address(&ONES), 0, codes, last],
            }
        }
        (codes, _) => [address(&ZEROS), address(&ZEROS), 0, codes, 0],
    }
}

fn of_rule(frame: &mut Frame<'_>, rule: RuleAt) -> [usize; WORDS] {
    // a verified plan names rules that it has
    let rules = &mut frame.tallies.rules;
    match (rules.leads.get_mut(rule.index()), rules.points.get_mut(rule.index())) {
        (Some(leads), Some(points)) => {
            [std::ptr::from_mut(leads) as usize, std::ptr::from_mut(points) as usize, 0, 0, 0]
        }
        _ => [0; WORDS],
    }
}

fn of_codes(frame: &mut Frame<'_>, tally: CodeTallyAt) -> [usize; WORDS] {
    let plan = frame.plan;
    let of = plan.code_tallies.get(tally.index()).and_then(|tally| plan.tables.get(tally.table as usize));
    let codes = codes(frame, of.map_or(u32::MAX, |table| table.attribute));
    match frame.tallies.codes.get_mut(tally.index()) {
        Some(counts) => [counts.as_mut_ptr() as usize, 0, 0, codes, counts.len() - 1],
        None => [0; WORDS],
    }
}
