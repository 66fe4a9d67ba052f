//! How the files hang together: which holds the leads, which is joined to them, which holds events.

use super::TableFacts;
use super::column::{ColumnFacts, Guess};
use super::names::{snake_case, table_name};

/// What each table is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The leads; the key column, if there is one.
    Leads { key: Option<usize> },
    /// One row for each lead, or for each value of a column of an earlier table.
    Joined { key: usize, join: String, account: bool },
    /// Many rows for each lead.
    Events(EventColumns),
    /// Nothing leads to it: why.
    Unused(&'static str),
}

/// The columns of an event file that are no properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct EventColumns {
    pub lead: usize,
    pub time: usize,
    pub kind: Option<usize>,
    pub id: Option<usize>,
    pub received: Option<usize>,
    /// Some rows name leads that the first table does not have.
    pub strangers: bool,
}

/// The roles of all tables, and the order in which the manifest names them.
pub(super) struct Roles {
    pub roles: Vec<Role>,
    /// Leads, then joined tables in the order they can be reached.
    pub order: Vec<usize>,
}

impl Roles {
    pub fn of(tables: &[TableFacts]) -> Roles {
        let keys: Vec<_> = tables.iter().map(own_key).collect();
        let mut roles =
            vec![Role::Unused("no column leads from it to the leads, or from them to it"); tables.len()];
        let Some(leads) =
            (0..tables.len()).max_by_key(|t| (likeliness(tables, &keys, *t), std::cmp::Reverse(*t)))
        else {
            return Roles { roles, order: Vec::new() };
        };
        roles[leads] = Role::Leads { key: keys[leads] };
        let mut order = vec![leads];
        let mut account = false;
        while let Some((t, mut role)) = next_joined(tables, &keys, &order, leads) {
            if let Role::Joined { account: of_account, .. } = &mut role {
                *of_account &= !account;
                account |= *of_account;
            }
            roles[t] = role;
            order.push(t);
        }
        for (t, role) in roles.iter_mut().enumerate().filter(|(t, _)| !order.contains(t)) {
            if let Some(found) = keys[leads].and_then(|key| events(tables, leads, key, t)) {
                *role = found;
            }
        }
        Roles { roles, order }
    }
}

/// The column that identifies a row: one with a value of its own in every row, named like a key.
fn own_key(table: &TableFacts) -> Option<usize> {
    let unique: Vec<_> = (0..table.columns.len()).filter(|c| table.columns[*c].is_key(table.rows)).collect();
    let name = |c: &usize| snake_case(&table.columns[*c].name);
    let own = format!("{}_id", table_name(&table.stem));
    let ends = |c: &usize| ["id", "key", "uuid", "guid"].iter().any(|e| name(c).ends_with(e));
    unique
        .iter()
        .find(|c| name(c) == own)
        .or_else(|| unique.iter().find(|c| ends(c)))
        .or_else(|| unique.iter().find(|c| name(c).contains("email")))
        .or_else(|| {
            unique
                .iter()
                .find(|c| **c == 0 && !matches!(table.columns[0].guess(), Guess::Date(_) | Guess::Time(_)))
        })
        .copied()
}

/// The column of `from` that holds keys of `to`.
fn reference(from: &TableFacts, to: &TableFacts, key: usize) -> Option<usize> {
    let key = snake_case(&to.columns[key].name);
    let by_file = format!("{}_id", table_name(&to.stem));
    let generic = ["", "id", "key", "uuid", "guid", "name"].contains(&key.as_str());
    from.columns.iter().position(|c| {
        let name = snake_case(&c.name);
        (name == key && !generic) || name == by_file
    })
}

fn named(table: &TableFacts, parts: &[&str]) -> bool {
    let stem = snake_case(&table.stem);
    parts.iter().any(|part| stem.contains(part))
}

fn is_account(table: &TableFacts) -> bool {
    named(table, &["account", "compan", "organi", "firm"])
}

/// How likely it is that the table holds the leads.
fn likeliness(tables: &[TableFacts], keys: &[Option<usize>], t: usize) -> i64 {
    let table = &tables[t];
    let mut sum = 0;
    sum += if named(table, &["lead"]) { 100 } else { 0 };
    sum += if named(table, &["contact", "person", "people", "prospect", "customer", "client", "user"]) {
        60
    } else {
        0
    };
    sum -= if is_account(table) { 40 } else { 0 };
    let Some(key) = keys[t] else { return sum - 30 };
    for (other, facts) in tables.iter().enumerate().filter(|(o, _)| *o != t) {
        if let Some(column) = reference(facts, table, key) {
            let repeats = !facts.columns[column].is_key(facts.rows);
            sum += if repeats && time_column(facts, &[]).is_some() { 10 } else { 1 };
        }
        if keys[other].is_some_and(|key| reference(table, facts, key).is_some()) {
            sum += 5;
        }
    }
    sum
}

/// The next table that can be joined to those in `order`.
fn next_joined(
    tables: &[TableFacts],
    keys: &[Option<usize>],
    order: &[usize],
    leads: usize,
) -> Option<(usize, Role)> {
    let open = || (0..tables.len()).filter(|t| !order.contains(t));
    for t in open() {
        let Some(key) = keys[t] else { continue };
        // an account joined to a contact is still the account; nothing is joined to an account
        for from in order.iter().filter(|f| **f == leads || !is_account(&tables[**f])) {
            let found = reference(&tables[*from], &tables[t], key)
                .filter(|c| shares(&tables[*from].columns[*c], &tables[t].columns[key]));
            if let Some(column) = found {
                let join = tables[*from].columns[column].name.clone();
                return Some((t, Role::Joined { key, join, account: is_account(&tables[t]) }));
            }
        }
    }
    let lead_key = keys[leads]?;
    open().find_map(|t| {
        let key = reference(&tables[t], &tables[leads], lead_key)?;
        let join = tables[leads].columns[lead_key].name.clone();
        tables[t].columns[key]
            .is_key(tables[t].rows)
            .then_some((t, Role::Joined { key, join, account: false }))
    })
}

/// They have a value in common.
fn shares(a: &ColumnFacts, b: &ColumnFacts) -> bool {
    a.different.intersection(&b.different).next().is_some()
}

fn events(tables: &[TableFacts], leads: usize, key: usize, t: usize) -> Option<Role> {
    let table = &tables[t];
    let lead = reference(table, &tables[leads], key)?;
    let Some(time) = time_column(table, &[lead]) else {
        return Some(Role::Unused("it has several rows for a lead and no time"));
    };
    let received =
        table.columns.iter().position(|c| c.is_named(&["received", "loaded", "ingested"]) && is_time(c));
    let received = received.filter(|r| *r != time);
    let kind = table.columns.iter().position(|c| {
        let name = snake_case(&c.name);
        let complete = c.filled == table.rows && c.missing.is_empty();
        let writable = c.words().is_some_and(|w| !w.keys().any(|w| w.contains(['"', '\n', '\r'])));
        complete && writable && KIND.contains(&name.as_str())
    });
    let id = own_key(table).filter(|id| *id != lead && *id != time);
    let named = table.columns[lead].filled == table.rows;
    let strangers = !named || !table.columns[lead].is_within(&tables[leads].columns[key]);
    Some(Role::Events(EventColumns { lead, time, kind, id, received, strangers }))
}

/// Names of columns with the type of an event.
const KIND: [&str; 6] = ["event", "event_type", "event_name", "type", "action", "activity"];

fn is_time(column: &ColumnFacts) -> bool {
    matches!(column.guess(), Guess::Date(_) | Guess::Time(_)) && column.missing.is_empty()
}

/// The column with the time: complete, and named so if there are several.
fn time_column(table: &TableFacts, without: &[usize]) -> Option<usize> {
    let times: Vec<_> = (0..table.columns.len())
        .filter(|c| {
            !without.contains(c) && is_time(&table.columns[*c]) && table.columns[*c].filled == table.rows
        })
        .collect();
    let received = |c: &usize| table.columns[*c].is_named(&["received", "loaded", "ingested"]);
    let named = |c: &usize| table.columns[*c].is_named(&["time", "date", "_at", "when"]);
    let own: Vec<_> = times.iter().filter(|c| !received(c)).collect();
    own.iter().find(|c| named(c)).or(own.first()).map(|c| **c).or(times.first().copied())
}
