//! Whether the names of a model that was put together need each other: such a model must not run.

use qualify_model::*;

/// A name with a value of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Node {
    Let(usize),
    Score(usize),
    Total,
    Grade(usize),
    Holds(usize),
    Stage,
    Segment(usize),
}

/// Whether evaluating the model by need would not end.
pub(crate) fn has_loop(model: &Model) -> bool {
    let mut graph = Graph { model, done: Vec::new(), open: Vec::new() };
    let mut roots = vec![Node::Total, Node::Stage];
    roots.extend((0..model.lets.len()).map(Node::Let));
    roots.extend((0..model.scores.len()).map(Node::Score));
    roots.extend((0..model.grades.len()).map(Node::Grade));
    roots.extend((0..model.stages.len()).map(Node::Holds));
    roots.extend((0..model.segments.len()).map(Node::Segment));
    roots.into_iter().any(|root| graph.loops(root))
}

struct Graph<'m> {
    model: &'m Model,
    done: Vec<Node>,
    open: Vec<Node>,
}

impl<'m> Graph<'m> {
    fn loops(&mut self, node: Node) -> bool {
        if self.open.contains(&node) {
            return true;
        }
        if self.done.contains(&node) {
            return false;
        }
        self.open.push(node);
        let mut reads = Vec::new();
        for expr in self.exprs(node) {
            collect(expr, &mut reads);
        }
        reads.extend(self.straight(node));
        let found = reads.into_iter().any(|next| self.loops(next));
        self.open.pop();
        self.done.push(node);
        found
    }

    /// What a name needs beside its expressions.
    fn straight(&self, node: Node) -> Vec<Node> {
        let model = self.model;
        match node {
            Node::Total if model.total.formula.is_none() => {
                (0..model.scores.len()).map(Node::Score).collect()
            }
            Node::Stage => (0..model.stages.len()).map(Node::Holds).collect(),
            Node::Grade(i) => match model.grades[i].kind {
                GradeKind::Matrix(a, b) => vec![Node::Grade(a.index()), Node::Grade(b.index())],
                GradeKind::Lines(_) => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn exprs(&self, node: Node) -> Vec<&'m Expr> {
        let model = self.model;
        let bounds = |bounds: &'m Bounds| bounds.low.iter().chain(&bounds.high);
        let mut out: Vec<&Expr> = Vec::new();
        match node {
            Node::Let(i) => out.push(&model.lets[i].value),
            Node::Score(i) => {
                let score = &model.scores[i];
                out.extend(score.population.iter().chain(bounds(&score.bounds)));
                self.rules(Target::Score(ScoreId(i as u32)), &mut out);
            }
            Node::Total => {
                out.extend(model.total.formula.iter().chain(bounds(&model.total.bounds)));
                self.rules(Target::Total, &mut out);
            }
            Node::Grade(i) => {
                if let GradeKind::Lines(lines) = &model.grades[i].kind {
                    out.extend(lines.iter().filter_map(|line| line.condition.as_ref()));
                }
            }
            Node::Holds(i) => {
                out.extend(model.stages[i].condition.iter().chain(&model.stages[i].stays_while))
            }
            Node::Stage => out.extend(model.disqualifies.iter().map(|verdict| &verdict.condition)),
            Node::Segment(i) => out.push(&model.segments[i].condition),
        }
        out
    }

    /// The expressions of the rules that act on a target.
    fn rules(&self, of: Target, out: &mut Vec<&'m Expr>) {
        for rule in &self.model.rules {
            let (acts_on, decay) = match &rule.kind {
                RuleKind::Multiply { target, .. }
                | RuleKind::Cap { target, .. }
                | RuleKind::Set { target, .. } => (*target, &None),
                RuleKind::Add { decay, .. }
                | RuleKind::ForEach { decay, .. }
                | RuleKind::ForEachDifferent { decay, .. } => (rule.home, decay),
                RuleKind::Table(_) => (rule.home, &None),
            };
            if acts_on != of {
                continue;
            }
            if let Some(decay) = decay {
                out.extend(decay.from.iter().chain(&decay.unless));
            }
            match &rule.kind {
                RuleKind::Add { condition, amount, up_to, .. } => {
                    out.extend([condition, &amount.value]);
                    out.extend(up_to);
                }
                RuleKind::ForEach { term, amount, up_to, .. }
                | RuleKind::ForEachDifferent { term, amount, up_to, .. } => {
                    out.extend(term_parts(term));
                    out.push(&amount.value);
                    out.extend(up_to);
                }
                RuleKind::Table(table) => {
                    out.push(&table.subject);
                    out.extend(table.rows.iter().map(|row| &row.points));
                    out.extend(table.otherwise.iter().chain(&table.unknown));
                }
                RuleKind::Multiply { condition, by: value, .. }
                | RuleKind::Cap { condition, at: value, .. }
                | RuleKind::Set { condition, to: value, .. } => out.extend([condition, value]),
            }
        }
    }
}

/// The names that an expression reads.
fn collect(expr: &Expr, out: &mut Vec<Node>) {
    match &expr.kind {
        ExprKind::Let(id) => out.push(Node::Let(id.index())),
        ExprKind::Score(id) => out.push(Node::Score(id.index())),
        ExprKind::Total => out.push(Node::Total),
        ExprKind::Grade(id) => out.push(Node::Grade(id.index())),
        ExprKind::StageHolds(id) => out.push(Node::Holds(id.index())),
        ExprKind::StageIs(_) | ExprKind::StageAtLeast(_) => out.push(Node::Stage),
        ExprKind::Segment(id) => out.push(Node::Segment(id.index())),
        _ => {}
    }
    parts(expr).into_iter().for_each(|part| collect(part, out));
}
