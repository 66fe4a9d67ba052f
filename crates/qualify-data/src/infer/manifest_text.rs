//! The draft as the text of a manifest.

use super::TableFacts;
use super::column::{ColumnFacts, Guess};
use super::roles::{EventColumns, Role, Roles};
use super::schema_text::{Draft, Line};

/// The manifest file.
pub(super) fn text(tables: &[TableFacts], roles: &Roles, draft: &Draft) -> String {
    let mut out = String::from(
        "# A first manifest, made from the files by `qualify schema infer`.\n\
         model = \"model.qualify\"\n\
         # as_of = \"2024-01-31T00:00:00Z\"   # the instant to score at; without it, the moment of the run\n\
         # timezone = \"Europe/Lisbon\"       # the zone of times that name none; without it, UTC\n",
    );
    for &t in &roles.order {
        table(&mut out, tables, roles, draft, t);
    }
    for (t, role) in roles.roles.iter().enumerate() {
        match role {
            Role::Events(columns) => events(&mut out, &tables[t], draft, t, columns),
            Role::Unused(why) => {
                out.push_str(&format!("\n# not used: {}: {why}\n", tables[t].files.join(", ")))
            }
            _ => {}
        }
    }
    out.push_str("\n[output]\nfile = \"scores.csv\"\n");
    out
}

fn table(out: &mut String, tables: &[TableFacts], roles: &Roles, draft: &Draft, t: usize) {
    let facts = &tables[t];
    let account = matches!(roles.roles[t], Role::Joined { account: true, .. });
    out.push_str(if account { "\n[account]\n" } else { "\n[[leads]]\n" });
    files(out, facts);
    match &roles.roles[t] {
        Role::Leads { key: None } => {
            out.push_str("row_numbers = true   # no column has a value of its own in every row: name the key if there is one\n");
        }
        Role::Leads { key: Some(key) } => {
            let column = &facts.columns[*key].name;
            if *column != draft.key {
                out.push_str(&format!("key = {}\n", quoted(column)));
            }
        }
        Role::Joined { key, join, .. } => {
            if ["outcome", "label", "target", "result"]
                .iter()
                .any(|part| facts.stem.to_lowercase().contains(part))
            {
                out.push_str(
                    "# is this known only afterwards? then it must not score: leave the table out\n",
                );
            }
            out.push_str(&format!("key = {}\n", quoted(&facts.columns[*key].name)));
            out.push_str(&format!(
                "join = {}   # the column of an earlier table that holds this key\n",
                quoted(join)
            ));
        }
        _ => {}
    }
    let lines: Vec<(String, &Line)> =
        attributes(draft, account).into_iter().filter(|(_, l)| l.table == t).collect();
    time_formats(out, facts, lines.iter().map(|(_, l)| l.column));
    let explicit: Vec<_> = lines
        .iter()
        .filter(|(path, line)| !line.ty.is_empty() && !is_found(tables, roles, path, line, account))
        .map(|(path, line)| format!("{} = {}", quoted(path), quoted(&facts.columns[line.column].name)))
        .collect();
    if !explicit.is_empty() {
        out.push_str(&format!("columns = {{ {} }}\n", explicit.join(", ")));
    }
}

/// Attributes with their paths.
fn attributes(draft: &Draft, account: bool) -> Vec<(String, &Line)> {
    if account {
        return draft.account.iter().map(|l| (l.name.clone(), l)).collect();
    }
    let path = |group: &Option<String>, l: &Line| match group {
        Some(group) => format!("{group}.{}", l.name),
        None => l.name.clone(),
    };
    draft.groups.iter().flat_map(|(g, lines)| lines.iter().map(move |l| (path(g, l), l))).collect()
}

/// Reading finds the column by the attribute's `from` or name, without being told.
fn is_found(tables: &[TableFacts], roles: &Roles, path: &str, line: &Line, account: bool) -> bool {
    let column = &tables[line.table].columns[line.column].name;
    let names: Vec<&str> = match &line.from {
        Some(from) if from.contains(['"', '\n']) => return false,
        Some(from) => vec![from],
        None => vec![path, &line.name],
    };
    let is_account = |t: usize| matches!(roles.roles[t], Role::Joined { account: true, .. });
    let searched = roles.order.iter().filter(|t| is_account(**t) == account);
    let mut found = searched.filter_map(|t| {
        let columns: Vec<_> = tables[*t].columns.iter().map(|c| c.name.clone()).collect();
        let place = names.iter().find_map(|n| crate::table::column(&columns, n))?;
        Some(*t == line.table && columns[place] == *column)
    });
    found.next().unwrap_or(false)
}

fn events(out: &mut String, facts: &TableFacts, draft: &Draft, t: usize, columns: &EventColumns) {
    let name = |column: usize| quoted(&facts.columns[column].name);
    out.push_str("\n[[events]]\n");
    files(out, facts);
    out.push_str(&format!("lead = {}\ntime = {}\n", name(columns.lead), name(columns.time)));
    let own: Vec<_> = draft.events.iter().filter(|e| e.table == t).collect();
    match columns.kind {
        Some(kind) => out.push_str(&format!("type_column = {}\n", name(kind))),
        None => own.iter().for_each(|e| out.push_str(&format!("type = {}\n", quoted(&e.name)))),
    }
    if let Some(id) = columns.id {
        out.push_str(&format!("id = {}   # of rows with the same value one is kept\n", name(id)));
    }
    if let Some(received) = columns.received {
        out.push_str(&format!("received = {}\n", name(received)));
    }
    if facts.columns[columns.lead].filled < facts.rows {
        out.push_str("# some rows name no lead: `--rejects FILE` puts them aside\n");
    }
    if columns.strangers {
        out.push_str("unknown_leads = \"ignore\"   # some rows name leads that are not among the leads\n");
    }
    let lines = own.first().map_or(&[][..], |e| &e.properties);
    let read = lines.iter().map(|l| l.column).chain([columns.time]).chain(columns.received);
    time_formats(out, facts, read);
    let odd: Vec<_> = lines
        .iter()
        .filter(|l| !l.ty.is_empty() && l.from.as_ref().is_some_and(|f| f.contains(['"', '\n'])))
        .map(|l| format!("{} = {}", quoted(&l.name), name(l.column)))
        .collect();
    if !odd.is_empty() {
        out.push_str(&format!("properties = {{ {} }}\n", odd.join(", ")));
    }
}

fn files(out: &mut String, facts: &TableFacts) {
    let files: Vec<_> = facts.files.iter().map(|f| quoted(f)).collect();
    match files.as_slice() {
        [one] => out.push_str(&format!("files = {one}\n")),
        several => out.push_str(&format!("files = [{}]\n", several.join(", "))),
    }
    if facts.malformed > 0 {
        out.push_str(&format!("# {} rows are malformed\n", facts.malformed));
    }
}

/// The formats of time columns that are not ISO 8601.
fn time_formats(out: &mut String, facts: &TableFacts, columns: impl Iterator<Item = usize>) {
    let format = |c: &ColumnFacts| match c.guess() {
        Guess::Date(format) | Guess::Time(format) if format != "iso" => Some(format),
        _ => None,
    };
    let mut columns: Vec<_> = columns.collect();
    columns.sort_unstable();
    columns.dedup();
    let pairs: Vec<_> = columns
        .iter()
        .copied()
        .filter_map(|c| {
            Some(format!("{} = {}", quoted(&facts.columns[c].name), quoted(format(&facts.columns[c])?)))
        })
        .collect();
    for column in columns.iter().map(|c| &facts.columns[*c]) {
        if let (Some(format), Some(other)) = (format(column), column.other_format()) {
            let name = column.name.replace(char::is_control, " ");
            out.push_str(&format!("# {name}: day or month first? all values fit `{format}` and `{other}`\n"));
        }
    }
    if !pairs.is_empty() {
        out.push_str(&format!("time_format = {{ {} }}\n", pairs.join(", ")));
    }
}

/// In the quotes of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}
