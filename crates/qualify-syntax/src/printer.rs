//! Tree to text, in the one layout that all files share: two blanks of indentation, one statement a line, blank
//! lines between different things, tables and attributes in columns.
//!
//! The text parses to the same tree but for places. Comments are not in the tree and are lost; brackets stand
//! only where they are needed.

mod expression;
mod literal;
mod outcome;
mod rule;
mod schema;
mod term;

use crate::tree::*;

/// Lines are kept shorter where they can be broken.
const WIDTH: usize = 110;

/// Prints a file in its canonical layout. A tree with mistakes prints `?` in their places.
///
/// ```
/// let parsed = qualify_syntax::parse(Default::default(), "when visited  pricing in the last 7d\nadd 20");
/// assert_eq!(qualify_syntax::print(&parsed.tree), "when visited pricing within 7d add 20\n");
/// ```
pub fn print(tree: &File) -> String {
    let mut out = Lines::default();
    let mut before: Option<&Statement> = None;
    for statement in &tree.statements {
        if before.is_some_and(|before| apart(before, statement)) {
            out.line(String::new());
        }
        out.statement(&statement.kind);
        before = Some(statement);
    }
    out.text
}

/// A blank line stands between them.
fn apart(a: &Statement, b: &Statement) -> bool {
    let kind = std::mem::discriminant::<StatementKind>;
    let stages =
        |s: &Statement| matches!(s.kind, StatementKind::Stage(_) | StatementKind::StagesOnlyMoveUp { .. });
    let block = |s: &Statement| {
        matches!(
            s.kind,
            StatementKind::Score(_)
                | StatementKind::Test(_)
                | StatementKind::Lead(_)
                | StatementKind::Related(_)
        )
    };
    block(a) || block(b) || (kind(&a.kind) != kind(&b.kind) && !(stages(a) && stages(b)))
}

/// The lines written so far, and how deep the next one stands.
#[derive(Default)]
struct Lines {
    text: String,
    depth: usize,
}

impl Lines {
    /// Writes one line.
    fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        if !line.is_empty() {
            self.text.extend(std::iter::repeat_n("  ", self.depth));
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    /// Writes `head {`, the lines of `body`, and `}`.
    fn block(&mut self, head: String, empty: bool, body: impl FnOnce(&mut Lines)) {
        if empty {
            return self.line(format!("{head} {{}}"));
        }
        self.line(format!("{head} {{"));
        self.depth += 1;
        body(self);
        self.depth -= 1;
        self.line("}");
    }

    /// Writes `head`, the condition and `tail` on one line, or on several where it would be too long.
    fn conditioned(&mut self, head: &str, condition: &Expr, tail: &str) {
        let one = join([head, &expression::whole(condition), tail]);
        if self.fits(&one) {
            return self.line(one);
        }
        let (word, parts) = expression::parts(condition);
        if parts.len() > 1 {
            self.line(join([head, &parts[0]]));
            self.depth += 2;
            for part in &parts[1..] {
                self.line(format!("{word} {part}"));
            }
            self.depth -= 1;
        } else {
            self.line(join([head, &parts[0]]));
            self.depth += 1;
        }
        if !tail.is_empty() {
            self.line(tail);
        }
        self.depth -= 1;
    }

    /// Writes `head` and the items with commas between them, on as many lines as it takes.
    fn listed(&mut self, head: String, items: &[String]) {
        let mut line = head;
        let mut deeper = 0;
        for (i, item) in items.iter().enumerate() {
            let comma = if i + 1 < items.len() { "," } else { "" };
            if i > 0 && 2 * (self.depth + deeper) + line.len() + item.len() + 2 > WIDTH {
                self.depth += deeper;
                self.line(&line);
                self.depth -= deeper;
                line = format!("{item}{comma}");
                deeper = 1;
            } else {
                line = format!("{line} {item}{comma}");
            }
        }
        self.depth += deeper;
        self.line(line);
        self.depth -= deeper;
    }

    fn fits(&self, line: &str) -> bool {
        2 * self.depth + line.chars().count() <= WIDTH
    }

    fn statement(&mut self, kind: &StatementKind) {
        match kind {
            StatementKind::Language(edition) => self.line(format!("language {}", literal::literal(edition))),
            StatementKind::Use(file) => self.line(format!("use {}", literal::quoted(file))),
            StatementKind::Timezone(zone) => self.line(format!("timezone {}", literal::quoted(zone))),
            StatementKind::List(list) => self.list(list),
            StatementKind::Param(param) => self.param(param),
            StatementKind::Let(definition) => self.definition(definition),
            StatementKind::Lead(record) => self.record("lead".to_string(), record),
            StatementKind::Related(record) => self.record(format!("related {}", record.name.text), record),
            StatementKind::Event(event) => self.event(event),
            StatementKind::Exclude(verdict) => {
                let condition = expression::whole(&verdict.condition);
                let because = literal::because(verdict.because.as_ref());
                self.line(join([&format!("exclude leads where ({condition})"), &because]));
            }
            StatementKind::Disqualify(verdict) => {
                self.conditioned(
                    "disqualify if",
                    &verdict.condition,
                    &literal::because(verdict.because.as_ref()),
                );
            }
            StatementKind::Rule(rule) => self.rule(&rule.kind),
            StatementKind::Score(score) => self.score(score),
            StatementKind::Total(total) => self.total(total),
            StatementKind::Grade(grade) => self.grade(grade),
            StatementKind::Matrix(MatrixDecl { name, first, second }) => {
                self.line(format!("grade {} = {} {}", name.text, first.text, second.text));
            }
            StatementKind::StagesOnlyMoveUp { except } => self.stages(except),
            StatementKind::Stage(stage) => self.stage(stage),
            StatementKind::Segment(segment) => {
                let head = format!("segment {} if", literal::label(&segment.name.text));
                self.conditioned(&head, &segment.condition, &literal::because(segment.because.as_ref()));
            }
            StatementKind::Route(route) => self.route(route),
            StatementKind::PerRecord { record } => self.line(format!("for each {} {{}}", record.text)),
            StatementKind::Test(test) => self.test(test),
        }
    }

    fn list(&mut self, list: &ListDecl) {
        let name = &list.name.text;
        match &list.source {
            ListSource::File(file) => self.line(format!("list {name} from {}", literal::quoted(file))),
            ListSource::Values(values) => {
                let values: Vec<String> = values.iter().map(literal::literal).collect();
                self.listed(format!("list {name} ="), &values);
            }
        }
    }

    fn param(&mut self, param: &ParamDecl) {
        let range = param.range.as_ref().map_or(String::new(), literal::range);
        self.line(join([&format!("param {} = {}", param.name.text, literal::literal(&param.value)), &range]));
    }

    fn definition(&mut self, definition: &LetDecl) {
        let head = format!("let {} =", definition.name.text);
        match &definition.value.kind {
            ExprKind::Table(table) => self.table(&format!("{head} "), table),
            _ => self.conditioned(&head, &definition.value, ""),
        }
    }
}

/// The parts that are not empty, with blanks between them.
fn join<const N: usize>(parts: [&str; N]) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}
