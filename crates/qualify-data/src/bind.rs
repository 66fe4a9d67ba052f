//! Which column of which table each attribute is read from.

use crate::manifest::{Manifest, TableSource};
use crate::nearest::nearest;
use crate::problem::{Problem, ProblemKind};
use crate::project::Project;
use crate::table::{self, Table};
use qualify_model::{Attribute, Owner, Schema};
use serde::Serialize;

/// Columns that a message lists at most.
const LISTED: usize = 12;

/// Where an attribute comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The attribute's path.
    pub attribute: String,
    /// The files, as the manifest names them.
    pub files: String,
    /// The column.
    pub column: String,
}

/// A table with its files opened.
pub(crate) struct Opened<'a> {
    pub source: &'a TableSource,
    pub account: bool,
    pub files: Vec<OpenFile>,
    /// The columns of all its files, each once.
    pub columns: Vec<String>,
}

/// One of them.
pub(crate) struct OpenFile {
    pub name: String,
    pub bytes: u64,
    pub table: Box<dyn Table>,
}

/// What to read of a table.
#[derive(Debug, Default)]
pub(crate) struct TablePlan {
    /// The key column; none: rows are numbered.
    pub key: Option<String>,
    /// Place of the attribute in the schema, and column.
    pub attributes: Vec<(usize, String)>,
    /// Columns that hold the keys of later tables.
    pub links: Vec<String>,
    /// The table and the place among its links that hold this table's key.
    pub joined_by: Option<(usize, usize)>,
}

/// The plans of all tables, in their order; problems go to the list.
pub(crate) fn bind(
    project: &Project,
    schema: &Schema,
    tables: &[Opened<'_>],
    problems: &mut Vec<Problem>,
) -> Vec<TablePlan> {
    let mut binder = Binder { project, schema, tables, plans: Vec::new(), problems };
    binder.plans.resize_with(tables.len(), TablePlan::default);
    (0..tables.len()).for_each(|t| binder.keys(t));
    let mut bound = vec![false; schema.attributes.len()];
    (0..tables.len()).for_each(|t| binder.declared(t, &mut bound));
    binder.found(&mut bound);
    binder.plans
}

/// Each attribute's source, in the order of the schema.
pub(crate) fn bindings(schema: &Schema, tables: &[Opened<'_>], plans: &[TablePlan]) -> Vec<Binding> {
    let mut all: Vec<_> =
        tables.iter().zip(plans).flat_map(|(t, p)| p.attributes.iter().map(move |a| (t, a))).collect();
    all.sort_by_key(|(_, (attribute, _))| *attribute);
    let binding = |(table, (attribute, column)): (&Opened<'_>, &(usize, String))| Binding {
        attribute: schema.attributes[*attribute].path(),
        files: table.source.files.globs.join(", "),
        column: column.clone(),
    };
    all.into_iter().map(|(t, a)| binding((t, a))).collect()
}

struct Binder<'a> {
    project: &'a Project,
    schema: &'a Schema,
    tables: &'a [Opened<'a>],
    plans: Vec<TablePlan>,
    problems: &'a mut Vec<Problem>,
}

impl Binder<'_> {
    fn manifest(&self) -> &Manifest {
        &self.project.manifest
    }

    /// The key of a table and the column that it is joined by.
    fn keys(&mut self, t: usize) {
        let table = &self.tables[t];
        let source = table.source;
        let default = match (t, table.account) {
            (0, _) => Some(self.schema.lead_key.clone()),
            (_, true) => self.schema.account_key.clone().or_else(|| source.join.clone()),
            _ => source.join.clone(),
        };
        if !source.row_numbers {
            let key = source.key.clone().or(default).unwrap_or_default();
            if table::column(&table.columns, &key).is_none() {
                let help = "name the key column: `key = \"…\"`";
                self.problems.push(missing_column(&table.files[0].name, &key, &table.columns, "key", help));
            }
            self.plans[t].key = Some(key);
        }
        let Some(join) = &source.join else { return };
        let holder = (0..t)
            .filter(|e| !self.tables[*e].account)
            .find(|e| table::column(&self.tables[*e].columns, join).is_some());
        let Some(holder) = holder else {
            let first = &self.tables[0];
            let help = format!(
                "`join` names a column of an earlier table that holds the key of {}",
                table.files[0].name
            );
            self.problems.push(missing_column(&first.files[0].name, join, &first.columns, "join", &help));
            return;
        };
        let links = &mut self.plans[holder].links;
        let place = links.iter().position(|l| l == join).unwrap_or_else(|| {
            links.push(join.clone());
            links.len() - 1
        });
        self.plans[t].joined_by = Some((holder, place));
    }

    /// The attributes that the manifest gives a column.
    fn declared(&mut self, t: usize, bound: &mut [bool]) {
        let table = &self.tables[t];
        for (name, column) in &table.source.columns {
            let Some(attribute) = self.attribute(name, table.account) else {
                let paths: Vec<_> = self.schema.attributes.iter().map(Attribute::path).collect();
                let help =
                    nearest(name, paths.iter().map(String::as_str)).map(|n| format!("did you mean `{n}`?"));
                let message = format!("`columns` names `{name}`, which is no attribute of the schema");
                let problem = self.project.manifest_problem(table.source.files.line, message).help(help);
                self.problems.push(problem);
                continue;
            };
            if table::column(&table.columns, column).is_none() {
                let use_ = format!("column of `{name}`");
                self.problems.push(missing_column(&table.files[0].name, column, &table.columns, &use_, ""));
            } else if !bound[attribute] {
                self.plans[t].attributes.push((attribute, column.clone()));
            }
            bound[attribute] = true;
        }
    }

    /// The attribute of that path or, if only one has it, of that name; of an account table, account first.
    fn attribute(&self, name: &str, account: bool) -> Option<usize> {
        let all = || self.schema.attributes.iter().enumerate();
        let of_account = all().find(|(_, a)| a.owner == Owner::Account && a.name == name);
        if let Some((place, _)) = of_account.filter(|_| account) {
            return Some(place);
        }
        if let Some((place, _)) = all().find(|(_, a)| a.path() == name) {
            return Some(place);
        }
        let mut named = all().filter(|(_, a)| a.name == name);
        match (named.next(), named.next()) {
            (Some((place, _)), None) => Some(place),
            _ => None,
        }
    }

    /// The other attributes: by their `from`, or else by their path and name.
    fn found(&mut self, bound: &mut [bool]) {
        let has_account = self.tables.iter().any(|t| t.account);
        for (place, attribute) in self.schema.attributes.iter().enumerate() {
            let path = attribute.path();
            if bound[place] || self.manifest().absent.iter().any(|a| *a == path || *a == attribute.name) {
                continue;
            }
            let from_account = attribute.owner == Owner::Account && has_account;
            let names: Vec<String> = match attribute.owner {
                _ if !attribute.from.is_empty() => attribute.from.clone(),
                Owner::Account if !has_account => vec![path.clone()],
                _ => vec![path.clone(), attribute.name.clone()],
            };
            let tables = || self.tables.iter().enumerate().filter(|(_, t)| t.account == from_account);
            let found = tables().find_map(|(t, table)| {
                names.iter().find(|n| table::column(&table.columns, n).is_some()).map(|n| (t, n.clone()))
            });
            match found {
                Some((t, column)) => self.plans[t].attributes.push((place, column)),
                None => self.missing_attribute(attribute, &names, from_account),
            }
        }
    }

    fn missing_attribute(&mut self, attribute: &Attribute, names: &[String], from_account: bool) {
        let path = attribute.path();
        let mut tables = self.tables.iter().filter(|t| t.account == from_account);
        let Some(first) = tables.clone().next() else { return };
        let columns = tables.clone().flat_map(|t| t.columns.iter().map(String::as_str));
        let near = nearest(&attribute.name, columns.clone())
            .or_else(|| names.iter().find_map(|n| nearest(n, columns.clone())));
        let holder = near.and_then(|n| tables.find(|t| t.columns.iter().any(|c| c == n))).unwrap_or(first);
        let wanted = names.last().map_or(path.as_str(), String::as_str);
        let absent = format!("`absent = [\"{path}\"]` if the data does not have it");
        let help = match near {
            _ if delimiter_help(&holder.columns).is_some() => {
                delimiter_help(&holder.columns).unwrap_or_default()
            }
            Some(near) => format!("`columns = {{ \"{path}\" = {} }}`, or {absent}", in_toml(near)),
            None => format!(
                "`columns = {{ \"{path}\" = \"…\" }}` with one of {}; or {absent}",
                listed(&holder.columns)
            ),
        };
        let message = format!("there is no column `{wanted}` for `{path}`");
        let problem = Problem::new(ProblemKind::MissingColumn, &holder.files[0].name, message);
        self.problems.push(problem.column(wanted).help(help));
    }
}

/// The problem of a column that is named and not there.
pub(crate) fn missing_column(
    file: &str,
    column: &str,
    columns: &[String],
    what: &str,
    help: &str,
) -> Problem {
    let message = format!("there is no column `{column}` ({what})");
    let problem = Problem::new(ProblemKind::MissingColumn, file, message).column(column);
    if let Some(help) = delimiter_help(columns) {
        return problem.help(help);
    }
    let near = nearest(column, columns.iter().map(String::as_str));
    let near = match near {
        Some(near) => format!("did you mean `{}`?", near.replace(char::is_control, " ")),
        None => format!("the file has {}", listed(columns)),
    };
    let help = if help.is_empty() { near } else { format!("{near}; {help}") };
    problem.help(help)
}

/// A file with one column whose name holds delimiters was taken apart with the wrong one.
fn delimiter_help(columns: &[String]) -> Option<String> {
    let [only] = columns else { return None };
    let delimiter = [',', ';', '\t', '|'].into_iter().find(|d| only.contains(*d))?;
    let written = if delimiter == '\t' { "\\t".to_string() } else { delimiter.to_string() };
    Some(format!(
        "the file was read as one column: is the delimiter `{written}`? `delimiter = \"{written}\"`"
    ))
}

/// The text in quotation marks as a manifest can have it, on one line.
pub(crate) fn in_toml(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn listed(columns: &[String]) -> String {
    let shown: Vec<_> =
        columns.iter().take(LISTED).map(|c| format!("`{}`", c.replace(char::is_control, " "))).collect();
    let more = if columns.len() > LISTED { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}
