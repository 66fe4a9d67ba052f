//! Conditions that are never true or always true, reported once, at the smallest part that is to blame.

use super::Lint;
use super::atoms::mirrored;
use super::interval::{HIGHEST, Interval, LOWEST};
use super::solve::TRUE;
use super::visit;
use super::words;
use qualify_diagnostics::{Code, Diagnostic, Span};
use qualify_model::*;

/// What a condition is for.
pub(super) struct Purpose {
    /// The code if the whole of it is never true.
    code: Code,
    /// What follows if it is never true: "this rule never fires".
    effect: String,
    /// Being always true is a plain way to write "the rest".
    may_always: bool,
}

impl Purpose {
    fn new(code: Code, effect: impl Into<String>) -> Purpose {
        Purpose { code, effect: effect.into(), may_always: false }
    }
}

/// Looks at every condition of the model.
pub(super) fn check(lint: &mut Lint<'_, '_>) {
    let model = lint.model;
    for item in &model.lets {
        if item.value.ty == Type::YesNo {
            let purpose = Purpose::new(Code::W0501, format!("{} never holds", words::quoted(&item.name)));
            lint.condition(&item.value, purpose);
        } else {
            lint.inside(&item.value);
        }
    }
    for ignore in &model.ignores {
        lint.filters(&ignore.term);
    }
    for verdict in &model.excludes {
        lint.condition(&verdict.condition, Purpose::new(Code::W0501, "it excludes no lead"));
    }
    for verdict in &model.disqualifies {
        lint.condition(&verdict.condition, Purpose::new(Code::W0501, "it disqualifies no lead"));
    }
    for score in &model.scores {
        if let Some(population) = &score.population {
            let effect = format!("no lead has a value for {}", words::quoted(&score.name));
            lint.condition(population, Purpose::new(Code::W0501, effect));
        }
    }
    for rule in &model.rules {
        check_rule(lint, rule);
    }
    if let Some(formula) = &model.total.formula {
        lint.inside(formula);
    }
    check_results(lint);
}

fn check_rule<'m>(lint: &mut Lint<'m, '_>, rule: &'m Rule) {
    if let Some(condition) = visit::condition(rule) {
        lint.condition(condition, Purpose::new(Code::W0501, "this rule never fires"));
    }
    if let Some(term) = visit::for_each(rule) {
        lint.filters(term);
        if lint.study.happens_never(term) {
            let text = lint.quoted(term.span);
            lint.say(Diagnostic::new(
                Code::W0501,
                term.span,
                format!("no event can match {text}, so this rule never fires"),
            ));
        }
    }
    if let Some(unless) = visit::decay(rule).and_then(|decay| decay.unless.as_ref()) {
        lint.condition(unless, Purpose::new(Code::W0501, "the points always fade"));
    }
    let condition = visit::condition(rule).map(|condition| condition.span);
    for part in visit::rule_parts(rule) {
        if Some(part.span) != condition && part.ty != Type::YesNo {
            lint.inside(part);
        }
    }
}

fn check_results(lint: &mut Lint<'_, '_>) {
    let model = lint.model;
    for grade in &model.grades {
        let GradeKind::Lines(lines) = &grade.kind else { continue };
        for (i, line) in lines.iter().enumerate() {
            if let Some(condition) = &line.condition {
                let label = words::quoted(&grade.labels[line.label as usize]);
                let mut purpose = Purpose::new(Code::W0505, format!("no lead gets the grade {label}"));
                purpose.may_always = i + 1 == lines.len();
                lint.condition(condition, purpose);
            }
        }
    }
    let lowest = model.stages.iter().position(|stage| !stage.side);
    for (i, stage) in model.stages.iter().enumerate() {
        let name = words::quoted(&stage.name);
        if let Some(condition) = &stage.condition {
            let mut purpose = Purpose::new(Code::W0503, format!("no lead reaches stage {name}"));
            purpose.may_always = Some(i) == lowest;
            lint.condition(condition, purpose);
        }
        if let Some(condition) = &stage.stays_while {
            lint.condition(condition, Purpose::new(Code::W0501, format!("it keeps no lead in {name}")));
        }
    }
    for segment in &model.segments {
        let effect = format!("no lead is in the segment {}", words::quoted(&segment.name));
        lint.condition(&segment.condition, Purpose::new(Code::W0501, effect));
    }
    for (i, route) in model.routes.iter().enumerate() {
        if let Some(condition) = &route.condition {
            let effect = format!("no lead takes the route {}", words::quoted(&route.name));
            let mut purpose = Purpose::new(Code::W0506, effect);
            purpose.may_always = i + 1 == model.routes.len();
            lint.condition(condition, purpose);
        }
    }
}

impl<'m> Lint<'m, '_> {
    /// Looks at one condition as a whole and at its parts.
    fn condition(&mut self, condition: &'m Expr, purpose: Purpose) {
        if matches!(condition.kind, ExprKind::Constant(_)) {
            return;
        }
        if purpose.may_always && self.study.always(condition) {
            return;
        }
        let mut purpose = if self.study.never(condition) { Some(purpose) } else { None };
        self.walk(condition, &mut purpose);
    }

    /// Reports what is constant in a condition; `purpose` is given while the whole is never true, and is taken
    /// by the first report of it. True if the condition is constant, reported here or where it is declared.
    fn walk(&mut self, expr: &'m Expr, purpose: &mut Option<Purpose>) -> bool {
        use ExprKind::*;
        let mut said = false;
        match &expr.kind {
            Constant(_) => return true,
            And(parts) => {
                // a stage out of reach is reported where it is declared, with the score that never gets there
                let out_of_reach =
                    parts.iter().any(|part| matches!(part.kind, StageHolds(_)) && self.study.never(part));
                for part in parts {
                    if out_of_reach && self.study.never(part) && self.is_score_test(part) {
                        said = true;
                        continue;
                    }
                    let mut other = None;
                    let never = self.study.never(part);
                    said |= self.walk(part, if never { &mut *purpose } else { &mut other });
                }
                if !said && self.study.never(expr) {
                    self.exclusive(expr, parts, purpose.take());
                    said = true;
                }
                return said;
            }
            Or(parts) => {
                let never = purpose.is_some();
                for part in parts {
                    said |= self.walk(part, purpose);
                    if never && said {
                        // each of the others is wrong too, but one word about the whole is enough
                        return true;
                    }
                }
            }
            Not(part) => said = self.walk(part, &mut None),
            HowMany(_, parts) => {
                for part in parts {
                    said |= self.walk(part, &mut None);
                }
            }
            Let(_) | StageHolds(_) | Segment(_) => {
                return self.study.never(expr) || self.study.always(expr);
            }
            _ => said = self.inside_parts(expr),
        }
        if said {
            return true;
        }
        if self.study.never(expr) {
            self.never_true(expr, purpose.take());
            true
        } else if self.study.always(expr) {
            self.always_true(expr);
            true
        } else {
            false
        }
    }

    /// Whether a score is compared.
    fn is_score_test(&self, expr: &'m Expr) -> bool {
        let is_score =
            |value: &'m Expr| matches!(self.study.unnamed(value).kind, ExprKind::Score(_) | ExprKind::Total);
        match &expr.kind {
            ExprKind::Compare(_, a, b) => is_score(a) || is_score(b),
            ExprKind::Between(value, ..) => is_score(value),
            _ => false,
        }
    }

    /// Looks for conditions inside a value.
    fn inside(&mut self, expr: &'m Expr) -> bool {
        if let ExprKind::If(condition, a, b) = &expr.kind {
            let said = self.walk(condition, &mut None);
            return self.inside(a) | self.inside(b) | said;
        }
        self.inside_parts(expr)
    }

    fn inside_parts(&mut self, expr: &'m Expr) -> bool {
        let mut said = qualify_model::term_of(expr).is_some_and(|term| self.filters(term));
        for part in qualify_model::parts(expr) {
            if part.ty != Type::YesNo || matches!(part.kind, ExprKind::If(..)) {
                said |= self.inside(part);
            }
        }
        said
    }

    /// Looks at the filters of a term.
    fn filters(&mut self, term: &'m Term) -> bool {
        let mut said = false;
        for filter in term.steps.iter().flat_map(|step| &step.filters) {
            let mut purpose = if self.study.never(filter) {
                Some(Purpose::new(Code::W0501, "no event matches"))
            } else {
                None
            };
            said |= self.walk(filter, &mut purpose);
        }
        said
    }

    fn never_true(&mut self, expr: &'m Expr, purpose: Option<Purpose>) {
        let (reason, others) = self.reason(expr, true);
        let text = self.quoted(expr.span);
        let code = purpose.as_ref().map_or(Code::W0501, |purpose| purpose.code);
        let message = match (reason, purpose) {
            (Some(reason), Some(purpose)) => format!("{reason}, so {}", purpose.effect),
            (Some(reason), None) => format!("{reason}, so {text} is never true"),
            (None, Some(purpose)) => format!("{text} is never true, so {}", purpose.effect),
            (None, None) => format!("{text} is never true"),
        };
        let mut diagnostic = Diagnostic::new(code, expr.span, message).label("never true");
        diagnostic.others = others;
        if let Some(note) = self.param_range(expr) {
            diagnostic = diagnostic.note(note);
        }
        self.say(diagnostic);
    }

    fn always_true(&mut self, expr: &'m Expr) {
        let (reason, others) = self.reason(expr, false);
        let text = self.quoted(expr.span);
        let message = match reason {
            Some(reason) => format!("{reason}, so {text} is always true"),
            None => format!("{text} is always true"),
        };
        let mut diagnostic = Diagnostic::new(Code::W0502, expr.span, message)
            .label("always true")
            .note("a condition that holds for every lead says nothing: leave it out, or change its number");
        diagnostic.others = others;
        self.say(diagnostic);
    }

    /// For a comparison with a param: from where to where it can be set.
    fn param_range(&mut self, expr: &'m Expr) -> Option<String> {
        let ExprKind::Compare(_, a, b) = &expr.kind else { return None };
        let id = [a, b].into_iter().find_map(|side| match self.study.unnamed(side).kind {
            ExprKind::Param(id) => Some(id),
            _ => None,
        })?;
        let param = &self.model.params[id.index()];
        param.range.as_ref()?;
        let range = self.study.param(id);
        matches!(param.ty, Type::Number(_)).then(|| {
            let (low, high) = (words::number(range.low), words::number(range.high));
            format!("{} can be set from {low} to {high}", words::quoted(&param.name))
        })
    }

    /// Parts of an `and` that are possible alone but not together.
    fn exclusive(&mut self, whole: &'m Expr, parts: &'m [Expr], purpose: Option<Purpose>) {
        let pair = parts.iter().enumerate().find_map(|(j, b)| {
            let a = parts[..j].iter().find(|a| {
                let both = [self.study.cases(a, TRUE), self.study.cases(b, TRUE)];
                self.study.all(both).is_some_and(|cases| cases.is_empty())
            })?;
            Some((a, b))
        });
        let code = purpose.as_ref().map_or(Code::W0501, |purpose| purpose.code);
        let effect = purpose
            .map_or_else(|| format!("{} is never true", self.quoted(whole.span)), |purpose| purpose.effect);
        let diagnostic = match pair {
            Some((a, b)) => {
                let (first, second) = (self.quoted(a.span), self.quoted(b.span));
                let message = format!("{first} and {second} are never true together, so {effect}");
                Diagnostic::new(code, b.span, message).other(a.span, "excludes it")
            }
            None => {
                let text = self.quoted(whole.span);
                let message = format!("the parts of {text} are never true together, so {effect}");
                Diagnostic::new(code, whole.span, message)
            }
        };
        self.say(diagnostic);
    }

    /// Why a comparison is never, or always, true, with the places that show it.
    fn reason(&mut self, expr: &'m Expr, never: bool) -> (Option<String>, Vec<qualify_diagnostics::Label>) {
        use ExprKind::*;
        match &expr.kind {
            Compare(how, a, b) => {
                let (value, how, other) = match (self.study.fixed(a), self.study.fixed(b)) {
                    (_, Some(other)) => (a, *how, other),
                    (Some(other), None) => (b, mirrored(*how), other),
                    _ => return (None, Vec::new()),
                };
                let rising = matches!(how, Comparison::Greater | Comparison::GreaterOrEqual);
                let falling = matches!(how, Comparison::Less | Comparison::LessOrEqual);
                if never {
                    self.end_of(value, !falling, !rising, other)
                } else {
                    self.end_of(value, falling, rising, other)
                }
            }
            Between(value, low, high) if never => match (self.study.fixed(low), self.study.fixed(high)) {
                (Some(low), Some(high)) if low.low <= high.high => {
                    self.end_of(value, true, true, Interval::new(low.low, high.high))
                }
                _ => (None, Vec::new()),
            },
            In(_, Set::List(id)) if never && self.model.lists[id.index()].values.is_empty() => {
                let list = &self.model.lists[id.index()];
                let label = qualify_diagnostics::Label { span: list.span, text: "no values".into() };
                (Some(format!("the list {} is empty", words::quoted(&list.name))), vec![label])
            }
            HowMany(quantity, parts) if never => {
                let needed = self.study.exact_quantity(quantity).map(|(low, _)| low);
                let n = parts.len() as i128;
                let reason = needed
                    .filter(|low| *low > n)
                    .map(|low| format!("there are only {n} conditions to choose {low} from"));
                (reason, Vec::new())
            }
            Happens(term) if never && self.study.happens_never(term) => {
                (Some(format!("no event can match {}", self.quoted(term.span))), Vec::new())
            }
            _ => (None, Vec::new()),
        }
    }

    /// "`x` is never more than 20", "`x` is never less than 1".
    fn end_of(
        &mut self,
        value: &'m Expr,
        may_high: bool,
        may_low: bool,
        other: Interval,
    ) -> (Option<String>, Vec<qualify_diagnostics::Label>) {
        let var = self.study.value(value);
        let range = self.study.variable(var).values.hull();
        let text = self.quoted(value.span);
        if range.is_empty() {
            return (Some(format!("{text} is never known")), Vec::new());
        }
        if !matches!(value.ty, Type::Number(_)) {
            return (None, Vec::new());
        }
        if may_high && range.high != HIGHEST && range.high <= other.low {
            let most = words::number(range.high);
            (Some(format!("{text} is never more than {most}")), self.shown_by(value, true))
        } else if may_low && range.low != LOWEST && range.low >= other.high {
            let least = words::number(range.low);
            (Some(format!("{text} is never less than {least}")), self.shown_by(value, false))
        } else {
            (None, Vec::new())
        }
    }

    /// The places that show the range of a value: the rules of a score, the declaration of an attribute.
    fn shown_by(&mut self, value: &'m Expr, high: bool) -> Vec<qualify_diagnostics::Label> {
        let value = self.study.unnamed(value);
        let label = |span: Span, text: String| qualify_diagnostics::Label { span, text };
        match &value.kind {
            ExprKind::Attribute(id) => {
                let attribute = self.model.schema.attribute(*id);
                if attribute.range.is_none() {
                    return Vec::new();
                }
                vec![label(attribute.span, "its range is declared here".into())]
            }
            ExprKind::Total if high => self.biggest(Target::Total),
            ExprKind::Score(id) if high => self.biggest(Target::Score(*id)),
            _ => Vec::new(),
        }
    }

    /// What gives most to a score: its rules, or the named scores of the total.
    fn biggest(&mut self, target: Target) -> Vec<qualify_diagnostics::Label> {
        const MOST: usize = 4;
        let model = self.model;
        let mut all: Vec<(i128, Span, String)> = Vec::new();
        if target == Target::Total {
            for (i, score) in model.scores.iter().enumerate() {
                let high = self.study.score(ScoreId(i as u32)).values.high;
                let name = words::quoted(&score.name);
                all.push((high, score.span, format!("{name} is at most {}", words::number(high))));
            }
        }
        for i in self.study.homes.get(&target).cloned().unwrap_or_default() {
            let high = self.study.contribution(i).high;
            if high > 0 {
                let text = format!("adds at most {}", words::number(high));
                all.push((high, model.rules[i].span, text));
            }
        }
        all.sort_by_key(|(high, span, _)| (std::cmp::Reverse(*high), *span));
        all.truncate(MOST);
        all.into_iter().map(|(_, span, text)| qualify_diagnostics::Label { span, text }).collect()
    }
}
