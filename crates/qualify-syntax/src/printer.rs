//! Tree to text, in the one layout that all files share: two blanks of indentation, one statement a line, tables
//! and attributes in columns, long lines broken where a reader pauses.
//!
//! The text parses to the same tree but for places; brackets stand only where they are needed. The tree holds no
//! comments: with the source at hand they are put back, and so are single blank lines. In here is what stands where;
//! where lines end is decided by the layout.

mod expression;
mod literal;
mod outcome;
mod rule;
mod schema;
mod term;

use crate::layout::{self, Blanks, Break, Columns, Piece, Pieces};
use crate::parser::parse;
use crate::tree::*;
use qualify_diagnostics::{Diagnostic, FileId, Severity};

/// Prints a tree in the canonical layout, with blank lines between different things. A tree with mistakes prints
/// `?` in their places.
///
/// ```
/// let parsed = qualify_syntax::parse(Default::default(), "when visited  pricing in the last 7d\nadd 20");
/// assert_eq!(qualify_syntax::print(&parsed.tree), "when visited pricing within 7d add 20\n");
/// ```
pub fn print(tree: &File) -> String {
    layout::text(pieces(tree, apart), None)
}

/// The canonical layout of a file, with its comments, and with its blank lines where they part things.
///
/// ```
/// let text = "when visited  pricing in the last 7d # a look\nadd 20";
/// let formatted = qualify_syntax::format(Default::default(), text).unwrap();
/// assert_eq!(formatted, "when visited pricing within 7d  # a look\n  add 20\n");
/// ```
///
/// # Errors
///
/// The mistakes, if the file cannot be parsed.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(file, text);
    if parsed.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(parsed.diagnostics);
    }
    Ok(layout::text(pieces(&parsed.tree, |a, b| block(a) || block(b)), Some(text)))
}

fn pieces(tree: &File, apart: fn(&Statement, &Statement) -> bool) -> Pieces {
    let mut pieces = Pieces::new();
    pieces.statements(&tree.statements, apart);
    pieces
}

/// Takes several lines and stands alone.
fn block(statement: &Statement) -> bool {
    matches!(
        statement.kind,
        StatementKind::Score(_)
            | StatementKind::Test(_)
            | StatementKind::Lead(_)
            | StatementKind::Related(_)
            | StatementKind::PerRecord { .. }
    )
}

/// A blank line stands between them.
fn apart(a: &Statement, b: &Statement) -> bool {
    let kind = std::mem::discriminant::<StatementKind>;
    let stages =
        |s: &Statement| matches!(s.kind, StatementKind::Stage(_) | StatementKind::StagesOnlyMoveUp { .. });
    block(a) || block(b) || (kind(&a.kind) != kind(&b.kind) && !(stages(a) && stages(b)))
}

/// Columns of statements that follow each other.
const PARAMS: Columns = Columns { kind: "param", widest: [34, 20], whole: false };
const LETS: Columns = Columns { kind: "let", widest: [34, 0], whole: false };
const SEGMENTS: Columns = Columns { kind: "segment", widest: [38, 0], whole: false };

impl Pieces {
    fn statements(&mut self, statements: &[Statement], apart: fn(&Statement, &Statement) -> bool) {
        let mut before: Option<&Statement> = None;
        for statement in statements {
            if let Some(before) = before {
                let blanks = if apart(before, statement) { Blanks::Put } else { Blanks::Keep };
                self.gap(Break::Always, blanks);
            }
            self.statement(&statement.kind, apart);
            before = Some(statement);
        }
    }

    fn statement(&mut self, kind: &StatementKind, apart: fn(&Statement, &Statement) -> bool) {
        match kind {
            StatementKind::Language(edition) => {
                self.plain(&format!("language {}", literal::literal(edition)))
            }
            StatementKind::Use(file) => self.plain(&format!("use {}", literal::quoted(file))),
            StatementKind::Timezone(zone) => self.plain(&format!("timezone {}", literal::quoted(zone))),
            StatementKind::List(list) => self.list(list),
            StatementKind::Param(param) => self.param(param),
            StatementKind::Let(definition) => self.definition(definition),
            StatementKind::Lead(record) => self.record("lead", record),
            StatementKind::Related(record) => self.record(&format!("related {}", record.name.text), record),
            StatementKind::Event(event) => self.event(event),
            StatementKind::Exclude(verdict) => self.exclude(verdict),
            StatementKind::Disqualify(verdict) => self.item(|p| {
                p.text("disqualify if ");
                p.condition(&verdict.condition);
                p.because(verdict.because.as_ref(), Break::AfterLines);
            }),
            StatementKind::Rule(rule) => self.rule(&rule.kind),
            StatementKind::Score(score) => self.score(score),
            StatementKind::Total(total) => self.total(total),
            StatementKind::Grade(grade) => self.grade(grade),
            StatementKind::Matrix(MatrixDecl { name, first, second }) => {
                self.plain(&format!("grade {} = {} {}", name.text, first.text, second.text));
            }
            StatementKind::StagesOnlyMoveUp { except } => self.stages(except),
            StatementKind::Stage(stage) => self.stage(stage),
            StatementKind::Segment(segment) => self.row(SEGMENTS, |p| {
                p.text(&format!("segment {}", literal::label(&segment.name.text)));
                p.column(Break::Never);
                p.text("if ");
                p.condition(&segment.condition);
                p.because(segment.because.as_ref(), Break::AfterLines);
            }),
            StatementKind::Route(route) => self.route(route),
            StatementKind::PerRecord { record, statements } => {
                self.plain(&format!("for each {}", record.text));
                self.block(statements, |p, statements| p.statements(statements, apart));
            }
            StatementKind::Test(test) => self.test(test),
        }
    }

    /// A statement that does not break.
    fn plain(&mut self, text: &str) {
        self.item(|p| p.text(text));
    }

    /// A statement or line with columns.
    fn row(&mut self, columns: Columns, body: impl FnOnce(&mut Pieces)) {
        self.push(Piece::Row(columns));
        self.item(body);
        self.push(Piece::RowEnd);
    }

    /// A condition or value at the end of a head.
    fn condition(&mut self, condition: &Expr) {
        self.deeper(1, |p| p.group(|p| p.whole(condition)));
    }

    /// `because "…"` with the gap before it.
    fn because(&mut self, because: Option<&Quoted>, line: Break) {
        if let Some(reason) = because {
            self.may_break(line);
            self.text(&format!("because {}", literal::quoted(reason)));
        }
    }

    fn exclude(&mut self, verdict: &Verdict) {
        self.item(|p| {
            p.text("exclude leads where (");
            p.aligned(|p| p.group(|p| p.whole(&verdict.condition)));
            p.text(")");
            p.because(verdict.because.as_ref(), Break::AfterLines);
        });
    }

    fn list(&mut self, list: &ListDecl) {
        let name = &list.name.text;
        match &list.source {
            ListSource::File(file) => self.plain(&format!("list {name} from {}", literal::quoted(file))),
            ListSource::Values(values) => self.item(|p| {
                p.text(&format!("list {name} = "));
                p.listed(values, |p, value| p.text(&literal::literal(value)));
            }),
        }
    }

    fn param(&mut self, param: &ParamDecl) {
        self.row(PARAMS, |p| {
            p.text(&format!("param {}", param.name.text));
            p.column(Break::Never);
            p.text(&format!("= {}", literal::literal(&param.value)));
            if let Some(range) = &param.range {
                p.column(Break::Never);
                p.text(&literal::range(range));
            }
        });
    }

    fn definition(&mut self, definition: &LetDecl) {
        let table = match &definition.value.kind {
            ExprKind::Table(table) => Some(table),
            _ => None,
        };
        self.row(LETS, |p| {
            p.text(&format!("let {}", definition.name.text));
            p.column(Break::Never);
            p.text("= ");
            match table {
                Some(table) => p.table_head(table),
                None => p.condition(&definition.value),
            }
        });
        if let Some(table) = table {
            self.table_rows(table);
        }
    }
}
