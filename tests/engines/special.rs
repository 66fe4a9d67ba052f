//! Cases written by hand: what random ones might meet too seldom.

use super::corpus::disagreements;
use super::files::Through;
use super::tallies::of_ledgers;
use qualify_model::{Event, EventId, Lead, Model, Value};
use qualify_tests::agree::{
    Dice, LENGTHS, SETTINGS, Setting, WORLDS, compile, facts_of, instants, reference, tally,
};
use std::fmt::Write;
use std::sync::Arc;

const AS_OF: i64 = 1_767_225_600_000_000;
const DAY: i64 = 86_400_000_000;

const SCHEMA: &str = "\
lead key id { size integer  met time  met_on date  note text  agreed yes/no  tags list of text }
event visited (page one of (pricing, docs, blog), seconds number, session text)
event opened  (campaign text, seconds number)
event signed
";

fn model(rules: &str) -> Model {
    compile(&format!("{SCHEMA}{rules}")).unwrap_or_else(|messages| panic!("{messages:?}"))
}

fn lead(events: Vec<Event>) -> Lead {
    Lead { key: "a lead".into(), attributes: vec![None; 6], events }
}

fn visited(time: i64, page: Option<u32>, seconds: i64) -> Event {
    let properties = vec![
        page.map(Value::Word),
        Some(Value::Number(seconds * 1_000_000)),
        Some(Value::Text(Arc::from(format!("s{}", seconds % 3)))),
    ];
    Event { kind: EventId(0), time, received: None, properties }
}

fn opened(time: i64) -> Event {
    let properties = vec![Some(Value::Text(Arc::from("spring"))), None];
    Event { kind: EventId(1), time, received: None, properties }
}

fn signed(time: i64) -> Event {
    Event { kind: EventId(2), time, received: None, properties: Vec::new() }
}

#[track_caller]
fn agree(rules: &str, leads: &[Lead], as_of: i64) {
    let model = model(rules);
    let mut wrong = disagreements("special", &model, leads, as_of);
    // many leads or events go one way, the others several
    let forms = if leads.len() > 50 || leads.iter().any(|lead| lead.events.len() > 1000) { 1 } else { 3 };
    wrong.extend(Through::new(leads.len() as u64).disagreements("special", &model, leads, as_of, forms));
    assert!(wrong.is_empty(), "\n{}\n{rules}", wrong.join("\n"));
}

/// Rules that ask of events at one instant which is the newest, the first, the one that counts.
const TIES: &str = "\
score a { for each visited add visited.seconds once per day }
score b { for each visited add visited.seconds up to 2 times }
score c { for each different visited.page add visited.seconds }
score d { for each different visited.page add times halving every 3d }
score e { when always add latest of visited.seconds + 100 * first of visited.seconds }
score f { when visited pricing followed by visited docs add 1 }
score g { for each visited pricing followed within 1d by visited add visited.seconds }
score h { for each visited after 1d of silence add 3 }
score i { for each visited since last opened add 5 }
score j { for each visited before last opened add 7 }
score k { when visited at least 3 times in one day add 9 }
score l { when visited at least 2 times in one session add 11 }
score m { when visited on at least 2 different days add 13 }
score n { for each visited add 10 halving every 2d up to 12 }
segment last_is_docs if latest of visited.page = docs
segment last_session if latest of visited.session = \"s1\"
segment first_session if first of visited.session = \"s1\"
";

#[test]
fn events_at_one_instant() {
    let mut leads = Vec::new();
    for days in [0, 1, 2] {
        let mut events = Vec::new();
        for (n, page) in [Some(0), Some(1), None, Some(0), Some(2), Some(1)].into_iter().enumerate() {
            let at = AS_OF - (n as i64 / (days + 1)) * days * DAY;
            events.push(visited(at, page, 5 + 7 * n as i64 % 5));
            events.push(visited(at, page, 5));
        }
        events.push(opened(AS_OF - days * DAY));
        leads.push(lead(events.clone()));
        events.reverse();
        leads.push(lead(events.clone()));
        events.rotate_left(3);
        leads.push(lead(events));
    }
    agree(TIES, &leads, AS_OF);
}

/// Rules on the same numbers from several numbers on, in two sums, one of which is held; some numbers are read otherwise too.
const COUNTS: &str = "\
exclude leads where agreed because \"one of us\"
score a {
  when opened at least 1 times within 7d add 1
  when opened at least 2 times within 7d add 20
  when opened at least 7 times within 7d subtract 300
  when opened at least 127 times within 7d add 0.5
  when opened at least 128 times within 7d add 0.25
  when opened at least 255 times within 7d add 7
  when opened at least 256 times within 7d add 11
  when number of opened within 30d > 3 add 4000
  when opened spring at least 5 times add 50000
  when opened summer at least 3 times add 600000
  when no opened spring within 7d add 13
  for each opened spring within 30d add 0.1 up to 2
  when any event at least 60 times add 17
}
score b from 0 up to 12 {
  when visited within 1d add 5
  when visited within 7d add 5
  when visited at least 9 times within 30d add 5
  when signed add 3
  when signed at least 2 times add 1
  when signed at least 4 times add 2
  when always add total of event.seconds within 365d / 100
}
score = a + b
";

#[test]
fn rules_on_numbers_of_events() {
    let mut leads = Vec::new();
    for number in (0..40).chain(120..132).chain([254, 255, 256, 257, 300, 511, 600]) {
        let mut events = Vec::new();
        for event in 0..number {
            let at = AS_OF - event % 11 * DAY * (1 + number % 3) + event % 2;
            events.push(match event % 7 {
                0 if number % 2 == 0 => visited(at, None, event),
                1 if number % 5 == 0 => signed(at),
                2 => Event { properties: vec![Some(Value::Text(Arc::from("summer"))), None], ..opened(at) },
                _ => opened(at),
            });
        }
        let mut one = lead(events);
        one.attributes[4] = Some(Value::YesNo(number % 9 == 4));
        leads.push(one);
    }
    // with more windows numbers are counted in several groups
    let windows = (1..50)
        .map(|days| format!("  when opened at least {} times within {days}d add {days}\n", days % 9 + 1));
    let many = COUNTS
        .replace("score b from", &format!("score c {{\n{}}}\nscore b from", windows.collect::<String>()));
    for rules in [COUNTS, &many.replace("a + b", "a + b + c")] {
        agree(rules, &leads, AS_OF);
        tallied(rules, &leads);
    }
}

/// Each rule fires, and every engine tallies it as the ledgers say.
#[track_caller]
fn tallied(rules: &str, leads: &[Lead]) {
    let model = model(rules);
    let wanted = of_ledgers(&model, &reference(&model, leads, AS_OF));
    assert!(wanted.leads.iter().all(|leads| *leads > 0), "each rule fires: {:?}", wanted.leads);
    let in_one = Setting { batch: leads.len(), ..SETTINGS[0] };
    for setting in SETTINGS.iter().copied().chain([in_one]) {
        assert_eq!(tally(setting, &model, leads, AS_OF).as_ref(), Ok(&wanted), "{setting}");
    }
}

/// Rules on one column with few different points, and with many.
const BIG_TABLES: &str = "\
score a {
  when note starts with \"1\" add 10
  when note ends with (\"7\", \"77\") subtract 3
  when note in (\"n 12\", \"n 4500\", \"4999\") add 100
  when note is unknown add 1
}
";

#[test]
fn columns_of_many_texts() {
    let note = |number: usize| match number % 3 {
        0 => Some(format!("n {number}")),
        1 => Some(number.to_string()),
        _ if number.is_multiple_of(7) => None,
        _ => Some(format!("{number}.{}", number % 77)),
    };
    let leads: Vec<Lead> = (0..6_000)
        .map(|number| {
            let mut one = lead(Vec::new());
            one.attributes[3] = note(number).map(|note| Value::Text(Arc::from(note)));
            one
        })
        .collect();
    let lists = (0..300).map(|number| format!("    n{number}, \"n {}\" : {number}\n", number * 3));
    let points: String = lists.map(|line| line.replacen('n', "x", 1)).collect();
    let many = format!("{BIG_TABLES}score b {{\n  points for note {{\n{points}    otherwise : 7\n  }}\n}}\n");
    for rules in [BIG_TABLES, &many] {
        agree(rules, &leads, AS_OF);
        tallied(rules, &leads);
    }
}

/// A rule for each length and each window.
fn windows() -> String {
    let mut rules = String::new();
    for (i, (length, _)) in LENGTHS.iter().enumerate() {
        let (next, _) = LENGTHS[(i + 1).min(LENGTHS.len() - 1)];
        let _ = writeln!(rules, "for each visited within {length} add {}", 1 << i.min(9));
        let _ = writeln!(rules, "for each visited more than {length} ago add 0.{i}");
        let _ = writeln!(rules, "when visited pricing within {length} add 1000");
        let _ = writeln!(rules, "for each opened followed within {length} by visited add 3");
        let _ = writeln!(rules, "for each visited after {length} of silence add 2");
        let _ = writeln!(rules, "segment met_{i} if met within {length}");
        let _ = writeln!(rules, "segment ahead_{i} if met in the next {length}");
        if next != *length {
            let _ = writeln!(rules, "for each visited between {length} and {next} ago add 4");
        }
    }
    for period in ["hour", "day", "week", "month", "quarter", "year"] {
        let _ = writeln!(rules, "for each visited in this {period} add 100");
        let _ = writeln!(rules, "for each visited in last {period} add 200");
    }
    for length in ["1 month", "1 quarter", "2 years", "3 business days", "5 business hours"] {
        let _ = writeln!(rules, "for each visited within {length} add 300");
        let _ = writeln!(rules, "for each visited more than {length} ago subtract 17");
    }
    rules
        + "for each visited since met add 0.1\nfor each visited before met add 0.01\n\
             for each visited since met_on add 0.001\nwhen no visited since met subtract 5\n"
}

#[test]
fn events_on_the_edges_of_windows() {
    for zone in ["", "timezone \"Europe/Berlin\"\n"] {
        let rules = format!("{zone}{}", windows());
        for as_of in instants() {
            let mut leads = Vec::new();
            for (_, length) in LENGTHS {
                for off in [-1, 0, 1] {
                    let time = as_of - length + off;
                    let mut lead = lead(vec![visited(time, Some(0), 1), opened(time - length)]);
                    lead.attributes[1] = Some(Value::Time(time));
                    lead.attributes[2] = Some(Value::Date(time.div_euclid(DAY) as i32));
                    leads.push(lead.clone());
                    lead.attributes[1] = Some(Value::Time(as_of + length + off));
                    lead.events.push(visited(time - length, Some(1), 2));
                    leads.push(lead);
                }
            }
            for off in [-1, 0, 1] {
                leads.push(lead(vec![visited(as_of + off, Some(0), 1)]));
            }
            // midnights and beginnings of months, in UTC and in Berlin
            for hours in [0, 1, 2, 22, 23] {
                for days in [0, 1, 7, 28, 29, 30, 31, 59, 90, 92, 365] {
                    let midnight = as_of.div_euclid(DAY) * DAY - days * DAY + hours * DAY / 24;
                    leads.push(lead(vec![visited(midnight, Some(1), 1), visited(midnight - 1, Some(0), 1)]));
                }
            }
            agree(&rules, &leads, *as_of);
        }
    }
}

#[test]
fn unknown_everywhere() {
    for world in WORLDS {
        let schema = compile(world).expect("the schemas are right").schema;
        for seed in 0..20 {
            let mut dice = Dice::of_seed(seed);
            let draft = qualify_tests::agree::Author::new(&mut dice, &schema).write();
            let Ok(model) = compile(&format!("{world}{}", draft.text())) else { continue };
            let mut leads = facts_of(&mut dice, &schema, AS_OF, 4);
            for (i, lead) in leads.iter_mut().enumerate() {
                for (value, attribute) in lead.attributes.iter_mut().zip(&schema.attributes) {
                    if !attribute.required || i == 0 {
                        *value = None;
                    }
                }
                for property in lead.events.iter_mut().flat_map(|event| &mut event.properties) {
                    *property = None;
                }
            }
            let wrong = disagreements("unknown", &model, &leads, AS_OF);
            assert!(wrong.is_empty(), "\n{}\n{}", wrong.join("\n"), draft.text());
        }
    }
}

#[test]
fn no_leads_and_no_events() {
    agree(TIES, &[], AS_OF);
    agree(TIES, &[lead(Vec::new())], AS_OF);
    agree(&windows(), &[lead(Vec::new()), lead(vec![signed(AS_OF)]), lead(Vec::new())], AS_OF);
    agree("", &[lead(vec![visited(AS_OF, None, 1)]), lead(Vec::new())], AS_OF);
}

#[test]
fn a_lead_with_a_million_events() {
    let rules = "\
        score count { when number of visited within 90d >= 1000 add 10 }\n\
        score heat from 0 up to 1000 { for each visited pricing within 30d add 0.001 halving every 7d }\n\
        score sum { when always add total of visited.seconds / 1000 }\n\
        score days { when visited on at least 90 different days within 365d add 5 }\n\
        score daily { for each visited add 1 up to 2 times per day }\n\
        score pages { for each different visited.page add times / 1000 }\n\
        segment quiet if no opened since last signed\n";
    let mut events = Vec::with_capacity(1_000_000);
    for n in 0..999_998i64 {
        let scattered = n.wrapping_mul(7_919) % 1_000_003;
        events.push(visited(AS_OF - scattered * 60_000_000, Some((n % 3) as u32), n % 50));
    }
    events.push(signed(AS_OF - 5 * DAY));
    events.push(opened(AS_OF - 6 * DAY));
    let leads = [lead(vec![visited(AS_OF, Some(0), 3)]), lead(events), lead(Vec::new())];
    agree(rules, &leads, AS_OF);
}
