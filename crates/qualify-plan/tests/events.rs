//! What event terms ask: the cheapest question, facts that are shared, views, columns, arguments.

use qualify_check::{Options, check};
use qualify_diagnostics::Sources;
use qualify_plan::{Ask, Plan};

const SCHEMA: &str = "
lead key id { created_at time required, joined date, size integer }
event visited (page one of (pricing, docs), seconds number, session text)
event opened (campaign text, seconds number)
event requested (item text, amount money)
";

fn lower(rules: &str) -> Plan {
    let mut sources = Sources::new();
    let root = sources.add("model.qualify", format!("{SCHEMA}{rules}"));
    let checked =
        check(&mut sources, &[root], &|path, _| Err(format!("no file {path}")), &Options::default());
    let model = checked.model.unwrap_or_else(|| panic!("{:?}", checked.diagnostics));
    Plan::of(&model).unwrap_or_else(|e| panic!("unsupported: {} at {:?}", e.what, e.span))
}

fn asked(ask: &Ask) -> &'static str {
    match ask {
        Ask::Count => "count",
        Ask::Newest => "newest",
        Ask::Days => "days",
        Ask::Different(_) => "different",
        Ask::Total(_) => "total",
        Ask::Sum(_) => "sum",
        Ask::Choose(..) => "choose",
        Ask::Groups { .. } => "groups",
        Ask::Factors(_) => "factors",
        Ask::Each(_) => "each",
        Ask::OfNewest(_) => "of newest",
    }
}

/// The questions of the facts, late ones with a mark.
fn check_asks(rules: &str, expected: &str) {
    let plan = lower(rules);
    let asks =
        plan.facts.iter().map(|fact| format!("{}{}", asked(&fact.ask), if fact.late { "!" } else { "" }));
    assert_eq!(asks.collect::<Vec<_>>().join(" "), expected, "{rules}");
}

#[test]
fn the_cheapest_question() {
    check_asks("when visited pricing within 7d add 20", "count");
    check_asks("when visited at least 3 times within 7d add 6", "count");
    check_asks("when visited on at least 3 different days add 6", "days");
    check_asks("when visited at least 9 times in one session add 6", "groups");
    check_asks("for each visited within 90d add 3 up to 15", "count");
    check_asks("for each visited add size", "count");
    check_asks("for each visited add 1 halving every 14d", "factors");
    check_asks("for each visited add 1 losing 10% every 14d", "factors");
    check_asks("for each visited add 1 fading over 14d", "each");
    check_asks("for each visited add 1 losing 1 every 14d", "each");
    check_asks("for each visited add 1 once per day", "each");
    check_asks("for each requested add event.amount / 1000 EUR", "each");
    check_asks("for each different visited.page add 1", "different");
    check_asks("for each different visited.page add times", "each");
    check_asks("for each different visited.page add 1 halving every 14d", "each");
    check_asks("when visited pricing followed within 7d by requested add 14", "count");
    check_asks("when visited add 5 halving every 14d", "count newest");
    check_asks("when total of requested.amount >= 5 EUR add 5", "total");
    check_asks("when average of requested.amount >= 5 EUR add 5", "sum");
    check_asks("when latest of requested.item is \"demo\" add 5", "choose");
}

#[test]
fn windows_of_the_lead_make_facts_late() {
    check_asks("when visited since created_at add 1", "count!");
    check_asks("when visited before joined add 1", "count!");
    check_asks("when visited since last requested add 1", "count");
    check_asks("for each requested add (if event.amount > 5 EUR then size else 1)", "each!");
    check_asks("ignore visited before created_at  when opened add 1", "count!");
}

#[test]
fn equal_questions_are_asked_once() {
    check_asks(
        "when visited within 7d add 1  when no visited within 7d add 2  for each visited within 7d add 3",
        "count",
    );
    check_asks("when visited within 7d add 1  when visited within 8d add 2", "count count");
    let plan = lower("when visited docs within 7d add 1  when visited docs within 8d add 2");
    assert_eq!(plan.matchers.len(), 1);
}

#[test]
fn blocks_without_ignores_share_a_view() {
    let plan = lower(
        "ignore opened where (seconds < 5)
         score a { when visited add 1 }  score b { when visited add 2 }
         score c { ignore visited docs  when visited add 3 }",
    );
    let views: Vec<u32> = plan.facts.iter().map(|fact| fact.view).collect();
    assert_eq!(views, [0, 1]);
    assert_eq!(plan.views.iter().map(|view| view.ignores.len()).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(plan.views[1].within, Some(0));
}

#[test]
fn types_share_columns() {
    // one column of texts, two of numbers
    let plan =
        lower("when total of visited.seconds > total of opened.seconds add 1  when opened spring add 2");
    assert_eq!(plan.needs.properties.len(), 2);
    assert_eq!(plan.needs.events, [true, true, false]);
    // words beside texts
    let plan = lower("when number of different event.object > 3 add 1");
    assert_eq!((plan.needs.properties.len(), plan.joined.len()), (2, 1));
    // a sum over several types must not see amounts of others
    let plan = lower("when total of event.seconds > 3 add 1");
    assert_eq!(plan.needs.properties[0].places, [Some(1), Some(1), None]);
}
