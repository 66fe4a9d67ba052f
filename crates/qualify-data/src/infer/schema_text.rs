//! The draft as the text of a schema.

use super::TableFacts;
use super::column::{ColumnFacts, Guess};
use super::names::{free, is_plain, name, snake_case, table_name};
use super::roles::{EventColumns, Role, Roles};
use crate::convert::quoted;
use std::collections::BTreeMap;

/// Widest line of the text.
const WIDTH: usize = 110;

/// The schema before it is written down.
#[derive(Default)]
pub(super) struct Draft {
    /// The lead's key.
    pub key: String,
    /// The account's key.
    pub account_key: Option<String>,
    /// Groups of the lead in order; the first has no name.
    pub groups: Vec<(Option<String>, Vec<Line>)>,
    /// Attributes of the account.
    pub account: Vec<Line>,
    /// Events: table, name, spelling in the data, properties.
    pub events: Vec<Event>,
}

/// An event type.
pub(super) struct Event {
    pub table: usize,
    pub name: String,
    /// The value of the type column that means it.
    pub value: Option<String>,
    pub properties: Vec<Line>,
}

/// An attribute or property.
pub(super) struct Line {
    pub table: usize,
    pub column: usize,
    pub name: String,
    /// The column's own name, where the name does not find it.
    pub from: Option<String>,
    pub ty: String,
    pub modifiers: String,
    pub comment: String,
    /// It cannot be read: the comment says why.
    pub left_out: bool,
}

impl Draft {
    pub fn of(tables: &[TableFacts], roles: &Roles) -> Draft {
        let mut draft =
            Draft { key: "lead_number".to_string(), groups: vec![(None, Vec::new())], ..Draft::default() };
        for &t in &roles.order {
            draft.attributes(tables, roles, t);
        }
        for (t, role) in roles.roles.iter().enumerate() {
            if let Role::Events(columns) = role {
                draft.events(tables, t, columns);
            }
        }
        draft
    }

    fn attributes(&mut self, tables: &[TableFacts], roles: &Roles, t: usize) {
        let table = &tables[t];
        let (key, account) = match &roles.roles[t] {
            Role::Leads { key } => (*key, false),
            Role::Joined { key, account, .. } => (Some(*key), *account),
            _ => return,
        };
        let first = t == roles.order[0];
        if let (true, Some(key)) = (first, key) {
            self.key = name(&table.columns[key].name);
        }
        if account {
            self.account_key = key.map(|k| name(&table.columns[k].name));
        }
        // columns that lead to other tables say nothing of the lead
        let is_link = |c: &ColumnFacts| {
            roles.roles.iter().any(|r| matches!(r, Role::Joined { join, .. } if *join == c.name))
        };
        let own = table_name(&table.stem);
        for (place, column) in table.columns.iter().enumerate() {
            if Some(place) == key || is_link(column) || column.name.is_empty() {
                continue;
            }
            let (group, wanted) = match column.name.rsplit_once('.') {
                Some((group, last)) if !account => (Some(name(group)), last),
                _ if first => (None, column.name.as_str()),
                _ => (Some(own.clone()), column.name.as_str()),
            };
            let lines =
                if account { &mut self.account } else { group_lines(&mut self.groups, group.clone()) };
            let taken: Vec<_> = lines.iter().map(|l| l.name.clone()).collect();
            let mut line = Line::of(t, place, column, name(wanted), &taken, table.rows);
            if group.is_some_and(|g| format!("{g}.{}", line.name) == column.name) {
                line.from = None;
            }
            if first && !account && STAGE.contains(&snake_case(&column.name).as_str()) {
                (line.name, line.ty) = (free("stage".to_string(), &taken), "stage".to_string());
                line.comment.push_str("; the stage stored in the CRM, read as `current stage`?");
            }
            lines.push(line);
        }
    }

    fn events(&mut self, tables: &[TableFacts], t: usize, columns: &EventColumns) {
        let table = &tables[t];
        let skipped = [Some(columns.lead), Some(columns.time), columns.kind, columns.id, columns.received];
        let properties = || {
            let mut lines: Vec<Line> = Vec::new();
            for (place, column) in table.columns.iter().enumerate() {
                if !skipped.contains(&Some(place)) && !column.name.is_empty() {
                    let taken: Vec<_> = lines.iter().map(|l| l.name.clone()).collect();
                    lines.push(Line::of(t, place, column, name(&column.name), &taken, table.rows));
                }
            }
            // the object comes first: a type or a page rather than a number
            let object = |l: &Line| !(l.ty.starts_with("one of") && l.name.contains("type"));
            lines.sort_by_key(|l| (object(l), !l.ty.starts_with("one of")));
            lines
        };
        let taken: Vec<_> = self.events.iter().map(|e| e.name.clone()).collect();
        let Some(words) = columns.kind.and_then(|k| table.columns[k].words()) else {
            let name = free(table_name(&table.stem), &taken);
            self.events.push(Event { table: t, name, value: None, properties: properties() });
            return;
        };
        for value in words.keys() {
            let taken: Vec<_> = self.events.iter().map(|e| e.name.clone()).collect();
            let name = free(name(value), &taken);
            self.events.push(Event { table: t, name, value: Some(value.clone()), properties: properties() });
        }
    }

    /// The schema file.
    pub fn text(&self) -> String {
        let mut out = String::from(
            "# A first schema, made from the data by `qualify schema infer`. Read it through: types and ranges are\n\
             # guesses, and comments say what only you can know.\n\nlanguage 1\n\n",
        );
        out.push_str(&format!("lead key {} {{\n", self.key));
        for (group, lines) in &self.groups {
            match group {
                None => write_lines(&mut out, lines, "  "),
                Some(name) => {
                    out.push_str(&format!("  {name} {{\n"));
                    write_lines(&mut out, lines, "    ");
                    out.push_str("  }\n");
                }
            }
        }
        out.push_str("}\n");
        if let Some(key) = &self.account_key {
            out.push_str(&format!("\nrelated account key {key} {{\n"));
            write_lines(&mut out, &self.account, "  ");
            out.push_str("}\n");
        }
        for event in &self.events {
            let from = event.value.as_ref().filter(|v| **v != event.name && !v.contains('"'));
            let from = from.map_or(String::new(), |v| format!(" from {}", quoted(v)));
            out.push_str(&format!("\nevent {}{from}", event.name));
            if event.properties.iter().any(|p| !p.ty.is_empty()) {
                out.push_str(" (\n");
                write_lines(&mut out, &event.properties, "  ");
                out.push(')');
            }
            out.push('\n');
        }
        out
    }
}

/// Ends of the names of columns with personal data.
const PERSONAL: [&str; 27] = [
    "email",
    "e_mail",
    "phone",
    "phone_number",
    "mobile",
    "mobile_number",
    "telephone",
    "fax",
    "first_name",
    "firstname",
    "last_name",
    "lastname",
    "middle_name",
    "full_name",
    "fullname",
    "given_name",
    "family_name",
    "surname",
    "contact_name",
    "birth_date",
    "birthdate",
    "birthday",
    "date_of_birth",
    "linkedin",
    "linkedin_url",
    "linkedin_profile",
    "ip_address",
];

/// The same, where they are words of their own: `zip` is no `ip`.
const PERSONAL_WORDS: [&str; 6] = ["ip", "dob", "tel", "cell", "ssn", "iban"];

/// Words in the names of columns that must not be used to judge people.
const PROTECTED: [&str; 12] = [
    "gender",
    "sex",
    "religion",
    "nationality",
    "marital",
    "ethnicity",
    "race",
    "disability",
    "pregnant",
    "citizenship",
    "birth_country",
    "orientation",
];

/// Whether the column names a person, so that its values must not be written down.
fn is_personal(named: &str) -> bool {
    let word = |w: &&str| named == *w || named.ends_with(&format!("_{w}"));
    PERSONAL.iter().any(|p| named.ends_with(p)) || PERSONAL_WORDS.iter().any(word)
}

fn is_protected(named: &str) -> bool {
    let around = format!("_{named}_");
    let age = ["age", "lead_age", "person_age", "customer_age", "contact_age", "age_group", "age_years"];
    age.contains(&named) || PROTECTED.iter().any(|word| around.contains(&format!("_{word}_")))
}

/// Names that, behind a number, are read as its unit.
const UNITS: [&str; 11] =
    ["second", "minute", "hour", "day", "week", "month", "quarter", "year", "thousand", "million", "billion"];

/// Words of vocabularies that have an order.
const ORDERED: [&str; 14] = [
    "low",
    "high",
    "small",
    "large",
    "junior",
    "senior",
    "primary",
    "secondary",
    "manager",
    "director",
    "bronze",
    "gold",
    "basic",
    "cold",
];

/// Names of columns with the stage of a CRM.
const STAGE: [&str; 4] = ["stage", "lifecycle_stage", "lead_stage", "current_stage"];

fn group_lines(groups: &mut Vec<(Option<String>, Vec<Line>)>, group: Option<String>) -> &mut Vec<Line> {
    let at = groups.iter().position(|(name, _)| *name == group).unwrap_or_else(|| {
        groups.push((group, Vec::new()));
        groups.len() - 1
    });
    &mut groups[at].1
}

impl Line {
    fn of(
        table: usize,
        place: usize,
        column: &ColumnFacts,
        wanted: String,
        taken: &[String],
        rows: u64,
    ) -> Line {
        let name = free(wanted, taken);
        let from = (!column.name.eq_ignore_ascii_case(&name)).then(|| column.name.clone());
        let named = snake_case(&column.name);
        let guess = column.guess();
        let personal = guess == Guess::Email || guess != Guess::YesNo && is_personal(&named);
        let guess = match guess {
            // whatever it looks like: its values are not written down
            Guess::Words(_) | Guess::Integer(..) | Guess::Number | Guess::Money if personal => Guess::Text,
            Guess::Words(_) if named == "name" => Guess::Text,
            guess => guess,
        };
        let mut notes = Vec::new();
        if column.known() < rows {
            notes.push(format!("known for {} %", column.known() * 100 / rows));
        }
        let mut modifiers = String::new();
        let typed = !matches!(guess, Guess::Words(_) | Guess::Text | Guess::Empty);
        for (spelling, count) in &column.missing {
            if typed {
                notes.push(format!("does {} ({count}×) mean missing?", quoted(spelling)));
            } else {
                notes.push(format!("if {} ({count}×) means missing: unknown if {0}", quoted(spelling)));
            }
        }
        if typed && !column.missing.is_empty() {
            let spellings: Vec<_> = column.missing.keys().map(|s| quoted(s)).collect();
            modifiers.push_str(&format!("   unknown if {}", spellings.join(", ")));
        }
        if personal {
            modifiers.push_str("   personal");
        }
        if is_protected(&named) {
            modifiers.push_str("   protected");
        }
        let ty = type_text(column, &guess, &mut notes);
        if let Some(other) = &column.other {
            notes = vec![format!("left out: it holds {other}, which no attribute can be")];
        }
        Line {
            table,
            column: place,
            name,
            from,
            ty,
            modifiers,
            comment: notes.join("; "),
            left_out: column.other.is_some(),
        }
    }
}

/// The type; empty for a column without values.
fn type_text(column: &ColumnFacts, guess: &Guess, notes: &mut Vec<String>) -> String {
    match guess {
        Guess::Empty => String::new(),
        Guess::YesNo => "yes/no".to_string(),
        Guess::Integer(least, greatest) => {
            notes.push(format!("seen {least} to {greatest}"));
            if (*least, *greatest) == (0, 1) {
                notes.push("or is it yes/no?".to_string());
            }
            if *least == -1 {
                notes.push("if -1 means missing: unknown if \"-1\"".to_string());
            }
            let low = if *least < 0 { nice(least.saturating_mul(2)) } else { 0 };
            let high = if *greatest > 0 { nice(greatest.saturating_mul(2)) } else { 0 };
            format!("integer from {} to {}", grouped(if *least == -1 { -1 } else { low }), grouped(high))
        }
        Guess::Number => "number".to_string(),
        Guess::Money => "money".to_string(),
        Guess::Date(format) | Guess::Time(format) => {
            if let Some(other) = column.other_format() {
                notes.push(format!("written as `{format}`, or as `{other}`?"));
            }
            if matches!(guess, Guess::Date(_)) { "date" } else { "time" }.to_string()
        }
        Guess::Email => "email".to_string(),
        Guess::Url => "url".to_string(),
        Guess::List => "list of text".to_string(),
        Guess::Text => "text".to_string(),
        Guess::Words(words) => {
            let band = |w: &str| w.starts_with(|c: char| c.is_ascii_digit() || c == '$' || c == '<');
            if words.iter().any(|(w, _)| band(w) || ORDERED.contains(&w.to_lowercase().as_str())) {
                notes.push("ordered? then `ordered one of`, from low to high".to_string());
            }
            format!("one of ({})", choices(words))
        }
    }
}

/// The words; those that are spelled alike but for case are one.
fn choices(words: &[(String, u64)]) -> String {
    let mut taken: Vec<String> = Vec::new();
    let mut folded: BTreeMap<String, ()> = BTreeMap::new();
    let mut out = Vec::new();
    for (word, _) in words {
        if folded.insert(qualify_model::text::fold(word), ()).is_some() {
            continue;
        }
        let plain = free(snake_case(word), &taken);
        let choice = if is_plain(word) {
            taken.push(word.to_lowercase());
            word.clone()
        } else if is_plain(&plain) && !words.iter().any(|(w, _)| w.eq_ignore_ascii_case(&plain)) {
            taken.push(plain.clone());
            format!("{plain} from {}", quoted(word))
        } else {
            quoted(word)
        };
        out.push(choice);
    }
    out.join(", ")
}

/// A round number not nearer to zero.
fn nice(value: i64) -> i64 {
    let size = value.unsigned_abs();
    let mut unit: u64 = 1;
    loop {
        for step in [1, 2, 5] {
            match unit.checked_mul(step) {
                Some(round) if round >= size => {
                    let round = if size == 0 { 0 } else { round };
                    return i64::try_from(round).map_or(value, |r| if value < 0 { -r } else { r });
                }
                Some(_) => {}
                None => return value,
            }
        }
        match unit.checked_mul(10) {
            Some(next) => unit = next,
            None => return value,
        }
    }
}

/// With `_` between groups of three digits.
fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('_');
        }
        out.push(c);
    }
    if value < 0 { format!("-{out}") } else { out }
}

fn write_lines(out: &mut String, lines: &[Line], indent: &str) {
    let width = lines.iter().map(|l| l.name.len()).max().unwrap_or(0);
    for (place, line) in lines.iter().enumerate() {
        if line.ty.is_empty() {
            let column = line.from.as_deref().unwrap_or(&line.name).replace('\n', " ");
            let why = if line.left_out { line.comment.as_str() } else { "always empty" };
            out.push_str(&format!("{indent}# {column}: {why}\n"));
            continue;
        }
        let from = line.from.as_ref().filter(|f| !f.contains(['"', '\n']));
        let from = from.map_or(String::new(), |f| format!("   from {}", quoted(f)));
        // `to 31 month` would be a length of time
        let next = lines[place + 1..].iter().find(|l| !l.ty.is_empty());
        let comma =
            if next.is_some_and(|l| UNITS.contains(&l.name.trim_end_matches('s'))) { "," } else { "" };
        let text = format!("{indent}{:width$} {}{from}{}{comma}", line.name, line.ty, line.modifiers);
        let text = folded(&text, indent.len() + width + 9);
        let last = text.rsplit('\n').next().unwrap_or_default().chars().count();
        let comment = line.comment.trim_start_matches("; ");
        if comment.is_empty() {
            out.push_str(&format!("{text}\n"));
        } else if last + comment.chars().count() + 5 <= WIDTH {
            out.push_str(&format!("{text}   # {comment}\n"));
        } else {
            out.push_str(&format!("{indent}# {}: {comment}\n{text}\n", line.name));
        }
    }
}

/// A line that is too long, broken behind commas.
fn folded(text: &str, indent: usize) -> String {
    let mut out = String::new();
    let mut length = 0;
    for part in text.split_inclusive(", ") {
        if length + part.len() > WIDTH && length > 0 {
            out.truncate(out.trim_end().len());
            out.push_str(&format!("\n{:indent$}", ""));
            length = indent;
        }
        out.push_str(part);
        length += part.len();
    }
    out
}
