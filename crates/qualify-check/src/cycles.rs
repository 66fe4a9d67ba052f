//! Names that need each other: a model has no loops.

use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::{
    Bounds, Expr, ExprKind, GradeKind, GradeSet, Let, Rule, RuleKind, Score, Segment, Stage, Target, Total,
    Verdict,
};
use std::collections::VecDeque;

/// What is known of a model; parts with mistakes are left out.
pub(crate) struct Parts<'m> {
    pub scores: &'m [Option<Score>],
    pub rules: &'m [Option<Rule>],
    pub total: Option<&'m Total>,
    pub lets: Vec<Option<&'m Let>>,
    pub grades: &'m [Option<GradeSet>],
    pub stages: &'m [Option<Stage>],
    pub segments: &'m [Option<Segment>],
    pub disqualifies: &'m [Option<Verdict>],
}

/// The numbers of the nodes: first three single ones, then each kind in turn.
struct Graph {
    names: Vec<String>,
    /// For each node what it reads, where, and how deep that place is nested in its expression.
    edges: Vec<Vec<Edge>>,
    first_score: usize,
    first_let: usize,
    first_grade: usize,
    first_stage: usize,
    first_segment: usize,
}

#[derive(Clone, Copy)]
struct Edge {
    to: usize,
    span: Span,
    nested: usize,
}

/// How many levels of evaluation a name costs beside those of its expressions.
const LEVELS_OF_A_NAME: usize = 8;

/// More levels than this are refused: evaluation goes from name to name, and must end before its stack does.
const DEEPEST: usize = 1000;

const TOTAL: usize = 0;
const RESULT_STAGE: usize = 1;
const DISQUALIFY: usize = 2;

/// One message for each loop; without loops, one for the longest chain if it is too long.
pub(crate) fn report(parts: &Parts, out: &mut Vec<Diagnostic>) {
    let graph = Graph::new(parts);
    let before = out.len();
    for component in graph.components() {
        let start = component.iter().copied().min().unwrap_or(TOTAL);
        let Some(path) = graph.shortest_loop(start, &component) else { continue };
        let mut names: Vec<String> =
            path.iter().map(|(node, _)| format!("`{}`", graph.names[*node])).collect();
        names.push(names[0].clone());
        let message = if path.len() == 1 {
            format!("{} needs itself to be computed", names[0])
        } else {
            format!("these names need each other: {}", names.join(" needs "))
        };
        let mut diagnostic = Diagnostic::new(Code::E0209, path[0].1, message);
        for (i, (node, span)) in path.iter().enumerate().skip(1) {
            let next = path.get(i + 1).map_or(path[0].0, |(node, _)| *node);
            let text = format!("`{}` reads `{}` here", graph.names[*node], graph.names[next]);
            diagnostic = diagnostic.other(*span, text);
        }
        if path.iter().any(|(node, _)| *node == TOTAL || graph.is_score(*node)) {
            diagnostic = diagnostic.note(
                "a rule cannot read the score that it changes; `cap` and bounds keep a score within limits",
            );
        }
        out.push(diagnostic);
    }
    if out.len() == before {
        out.extend(graph.too_deep());
    }
}

impl Graph {
    fn new(parts: &Parts) -> Graph {
        let mut names: Vec<String> = ["score", "stage", "disqualify"].map(String::from).to_vec();
        let mut start = |all: Vec<Option<String>>| {
            let first = names.len();
            names.extend(all.into_iter().map(Option::unwrap_or_default));
            first
        };
        let first_score = start(parts.scores.iter().map(|s| s.as_ref().map(|s| s.name.clone())).collect());
        let first_let = start(parts.lets.iter().map(|l| l.map(|l| l.name.clone())).collect());
        let first_grade = start(parts.grades.iter().map(|g| g.as_ref().map(|g| g.name.clone())).collect());
        let first_stage = start(parts.stages.iter().map(|s| s.as_ref().map(|s| s.name.clone())).collect());
        let first_segment =
            start(parts.segments.iter().map(|s| s.as_ref().map(|s| s.name.clone())).collect());
        let edges = vec![Vec::new(); names.len()];
        let mut graph =
            Graph { names, edges, first_score, first_let, first_grade, first_stage, first_segment };
        graph.connect(parts);
        graph
    }

    fn is_score(&self, node: usize) -> bool {
        (self.first_score..self.first_let).contains(&node)
    }

    fn connect(&mut self, parts: &Parts) {
        for (i, score) in parts.scores.iter().enumerate() {
            let Some(score) = score else { continue };
            let node = self.first_score + i;
            score.population.iter().for_each(|e| self.reads(node, e));
            self.bounds(node, &score.bounds);
        }
        for rule in parts.rules.iter().flatten() {
            self.rule(rule, parts);
        }
        if let Some(total) = parts.total {
            self.total(total, parts.scores);
        }
        for (i, decl) in parts.lets.iter().enumerate() {
            let node = self.first_let + i;
            decl.iter().for_each(|decl| self.reads(node, &decl.value));
        }
        self.outcomes(parts);
    }

    fn total(&mut self, total: &Total, scores: &[Option<Score>]) {
        self.bounds(TOTAL, &total.bounds);
        if let Some(formula) = &total.formula {
            return self.reads(TOTAL, formula);
        }
        for (i, score) in scores.iter().enumerate() {
            let span = score.as_ref().map(|score| score.span).unwrap_or_default();
            self.edge(TOTAL, self.first_score + i, span, 0);
        }
    }

    fn outcomes(&mut self, parts: &Parts) {
        for (i, set) in parts.grades.iter().enumerate() {
            let (Some(set), node) = (set, self.first_grade + i) else { continue };
            match &set.kind {
                GradeKind::Lines(lines) => {
                    lines.iter().flat_map(|line| &line.condition).for_each(|e| self.reads(node, e));
                }
                GradeKind::Matrix(first, second) => {
                    for id in [first, second] {
                        self.edge(node, self.first_grade + id.index(), set.span, 0);
                    }
                }
            }
        }
        for (i, stage) in parts.stages.iter().enumerate() {
            let (Some(stage), node) = (stage, self.first_stage + i) else { continue };
            stage.condition.iter().for_each(|e| self.reads(node, e));
            stage.stays_while.iter().for_each(|e| self.reads(RESULT_STAGE, e));
            self.edge(RESULT_STAGE, node, stage.span, 0);
        }
        for (i, segment) in parts.segments.iter().enumerate() {
            let node = self.first_segment + i;
            segment.iter().for_each(|segment| self.reads(node, &segment.condition));
        }
        // a disqualified lead has no stage
        for verdict in parts.disqualifies.iter().flatten() {
            self.reads(DISQUALIFY, &verdict.condition);
            self.edge(RESULT_STAGE, DISQUALIFY, verdict.span, 0);
        }
    }

    fn target(&self, target: Target) -> usize {
        match target {
            Target::Total => TOTAL,
            Target::Score(id) => self.first_score + id.index(),
        }
    }

    fn rule(&mut self, rule: &Rule, parts: &Parts) {
        let home = self.target(rule.home);
        match &rule.kind {
            RuleKind::Add { condition, amount, decay, up_to } => {
                self.reads(home, condition);
                self.reads(home, &amount.value);
                decay.iter().flat_map(|d| d.unless.iter().chain(&d.from)).for_each(|e| self.reads(home, e));
                up_to.iter().for_each(|e| self.reads(home, e));
            }
            RuleKind::ForEach { term, amount, decay, .. }
            | RuleKind::ForEachDifferent { term, amount, decay, .. } => {
                let mut all = Vec::new();
                qualify_model::term_children(term, &mut |e| all.push(e));
                all.into_iter().for_each(|e| self.reads(home, e));
                self.reads(home, &amount.value);
                decay.iter().flat_map(|d| d.unless.iter().chain(&d.from)).for_each(|e| self.reads(home, e));
            }
            RuleKind::Table(table) => {
                let mut all = Vec::new();
                qualify_model::table_children(table, &mut |e| all.push(e));
                all.into_iter().for_each(|e| self.reads(home, e));
            }
            RuleKind::Multiply { condition, target, by: value }
            | RuleKind::Cap { condition, target, at: value }
            | RuleKind::Set { condition, target, to: value } => {
                let target = self.target(*target);
                self.reads(target, condition);
                self.reads(target, value);
                // outside the population of its score the rule does nothing
                if let Target::Score(id) = rule.home
                    && home != target
                    && let Some(population) =
                        parts.scores[id.index()].as_ref().and_then(|s| s.population.as_ref())
                {
                    self.reads(target, population);
                }
            }
        }
    }

    fn bounds(&mut self, node: usize, bounds: &Bounds) {
        bounds.low.iter().chain(&bounds.high).for_each(|e| self.reads(node, e));
    }

    fn edge(&mut self, node: usize, to: usize, span: Span, nested: usize) {
        self.edges[node].push(Edge { to, span, nested });
    }

    /// Notes what an expression reads.
    fn reads(&mut self, node: usize, expr: &Expr) {
        self.reads_within(node, expr, 1);
    }

    fn reads_within(&mut self, node: usize, expr: &Expr, nested: usize) {
        let to = match &expr.kind {
            ExprKind::Let(id) => Some(self.first_let + id.index()),
            ExprKind::Score(id) => Some(self.first_score + id.index()),
            ExprKind::Total => Some(TOTAL),
            ExprKind::Grade(id) => Some(self.first_grade + id.index()),
            ExprKind::StageIs(_) | ExprKind::StageAtLeast(_) => Some(RESULT_STAGE),
            ExprKind::StageHolds(id) => Some(self.first_stage + id.index()),
            ExprKind::Segment(id) => Some(self.first_segment + id.index()),
            _ => None,
        };
        if let Some(to) = to {
            self.edge(node, to, expr.span, nested);
        }
        qualify_model::children(expr, &mut |child| self.reads_within(node, child, nested + 1));
    }

    /// The message about the name whose chain of names is the longest, if it is too long. The graph has no loop.
    fn too_deep(&self) -> Option<Diagnostic> {
        let mut levels: Vec<Option<usize>> = vec![None; self.edges.len()];
        let mut worst: Option<(usize, Edge, usize)> = None;
        for root in 0..self.edges.len() {
            let mut open = vec![(root, 0)];
            while let Some(&mut (node, ref mut at)) = open.last_mut() {
                if let Some(edge) = self.edges[node].get(*at) {
                    *at += 1;
                    if levels[edge.to].is_none() {
                        open.push((edge.to, 0));
                    }
                    continue;
                }
                open.pop();
                let below = |edge: &Edge| levels[edge.to].unwrap_or(0) + edge.nested + LEVELS_OF_A_NAME;
                let deepest = self.edges[node].iter().max_by_key(|edge| below(edge));
                let depth = deepest.map_or(0, below);
                levels[node] = Some(depth);
                if let Some(edge) = deepest.filter(|_| depth > DEEPEST && worst.is_none()) {
                    worst = Some((node, *edge, depth));
                }
            }
        }
        let (node, edge, _) = worst?;
        let message = format!(
            "too many names lean on each other, one on the next: `{}` is one of them",
            self.names[node]
        );
        let note = format!("about {} names in a row are allowed", DEEPEST / (LEVELS_OF_A_NAME + 2));
        Some(Diagnostic::new(Code::E0424, edge.span, message).note(note))
    }

    /// Groups of nodes that all reach each other, and single nodes that reach themselves (Tarjan, without recursion).
    fn components(&self) -> Vec<Vec<usize>> {
        const NEW: usize = usize::MAX;
        let count = self.edges.len();
        let (mut order, mut low, mut on_stack) = (vec![NEW; count], vec![0; count], vec![false; count]);
        let (mut stack, mut next, mut found) = (Vec::new(), 0, Vec::new());
        for root in 0..count {
            if order[root] != NEW {
                continue;
            }
            let mut calls: Vec<(usize, usize)> = vec![(root, 0)];
            while let Some(&mut (node, ref mut at)) = calls.last_mut() {
                if *at == 0 {
                    (order[node], low[node]) = (next, next);
                    next += 1;
                    stack.push(node);
                    on_stack[node] = true;
                }
                if let Some(&Edge { to, .. }) = self.edges[node].get(*at) {
                    *at += 1;
                    if order[to] == NEW {
                        calls.push((to, 0));
                    } else if on_stack[to] {
                        low[node] = low[node].min(order[to]);
                    }
                    continue;
                }
                calls.pop();
                if let Some(&(parent, _)) = calls.last() {
                    low[parent] = low[parent].min(low[node]);
                }
                if low[node] == order[node] {
                    let start = stack.iter().rposition(|&n| n == node).unwrap_or(0);
                    let component: Vec<usize> = stack.split_off(start);
                    component.iter().for_each(|&n| on_stack[n] = false);
                    let itself = self.edges[node].iter().any(|edge| edge.to == node);
                    if component.len() > 1 || itself {
                        found.push(component);
                    }
                }
            }
        }
        found
    }

    /// The shortest way from a node back to it, inside a component: each node with the place where it reads the next.
    fn shortest_loop(&self, start: usize, component: &[usize]) -> Option<Vec<(usize, Span)>> {
        let inside: std::collections::HashSet<usize> = component.iter().copied().collect();
        let mut came: std::collections::HashMap<usize, (usize, Span)> = std::collections::HashMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for &Edge { to, span, .. } in &self.edges[node] {
                if to == start {
                    let mut path = vec![(node, span)];
                    let mut at = node;
                    while at != start {
                        let (before, span) = *came.get(&at)?;
                        path.push((before, span));
                        at = before;
                    }
                    path.reverse();
                    return Some(path);
                }
                if inside.contains(&to) && !came.contains_key(&to) {
                    came.insert(to, (node, span));
                    queue.push_back(to);
                }
            }
        }
        None
    }
}
