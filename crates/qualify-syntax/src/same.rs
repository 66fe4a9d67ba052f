//! Comparing trees by what they say, not by where it stands.

use crate::tree::*;
use qualify_diagnostics::Span;

/// Both trees say the same, wherever their words stand.
pub fn same(a: &File, b: &File) -> bool {
    without_spans(a) == without_spans(b)
}

/// The tree with every place forgotten.
pub fn without_spans(file: &File) -> File {
    let mut file = file.clone();
    file.strip();
    file
}

/// Sets every span inside to nothing.
trait Strip {
    fn strip(&mut self);
}

impl Strip for Span {
    fn strip(&mut self) {
        *self = Span::default();
    }
}

impl<T: Strip> Strip for Vec<T> {
    fn strip(&mut self) {
        self.iter_mut().for_each(Strip::strip);
    }
}

impl<T: Strip> Strip for Option<T> {
    fn strip(&mut self) {
        self.iter_mut().for_each(Strip::strip);
    }
}

impl<T: Strip> Strip for Box<T> {
    fn strip(&mut self) {
        (**self).strip();
    }
}

impl<A: Strip, B: Strip> Strip for (A, B) {
    fn strip(&mut self) {
        self.0.strip();
        self.1.strip();
    }
}

/// Types without any place inside.
macro_rules! plain {
    ($($ty:ty),* $(,)?) => { $(impl Strip for $ty { fn strip(&mut self) {} })* };
}

/// Structs and enums, by their patterns: a new field or variant does not compile until it is named here.
macro_rules! parts {
    ($($ty:ident { $($pattern:pat => $($field:ident)*;)* })*) => {
        $(impl Strip for $ty {
            fn strip(&mut self) {
                match self { $($pattern => { $($field.strip();)* })* }
            }
        })*
    };
}

plain!(String, bool, Decimal, Duration, Unit, Magnitude, Comparison, TextTest, Operator, Aggregate, Function);

parts! {
    File { File { statements } => statements; }
    Name { Name { text, span } => text span; }
    Path { Path { parts, span } => parts span; }
    Quoted { Quoted { text, span } => text span; }
    Literal { Literal { kind, span } => kind span; }
    LiteralKind {
        LiteralKind::Text(a) => a;
        LiteralKind::Amount(a) => a;
        LiteralKind::Percent(a) => a;
        LiteralKind::Duration(a) => a;
        LiteralKind::Word(a) => a;
    }
    Amount { Amount { number, times, currency } => number times currency; }
    Length { Length { kind, span } => kind span; }
    LengthKind {
        LengthKind::Duration(a) => a;
        LengthKind::Name(a) => a;
    }
    Statement { Statement { kind, span } => kind span; }
    StatementKind {
        StatementKind::Language(a) => a;
        StatementKind::Use(a) => a;
        StatementKind::Timezone(a) => a;
        StatementKind::List(a) => a;
        StatementKind::Param(a) => a;
        StatementKind::Let(a) => a;
        StatementKind::Lead(a) => a;
        StatementKind::Related(a) => a;
        StatementKind::Event(a) => a;
        StatementKind::Exclude(a) => a;
        StatementKind::Disqualify(a) => a;
        StatementKind::Rule(a) => a;
        StatementKind::Score(a) => a;
        StatementKind::Total(a) => a;
        StatementKind::Grade(a) => a;
        StatementKind::Matrix(a) => a;
        StatementKind::StagesOnlyMoveUp { except } => except;
        StatementKind::Stage(a) => a;
        StatementKind::Segment(a) => a;
        StatementKind::Route(a) => a;
        StatementKind::PerRecord { record, statements } => record statements;
        StatementKind::Test(a) => a;
    }
    ListDecl { ListDecl { name, source } => name source; }
    ListSource {
        ListSource::Values(a) => a;
        ListSource::File(a) => a;
    }
    ParamDecl { ParamDecl { name, value, range } => name value range; }
    LetDecl { LetDecl { name, value } => name value; }
    Record { Record { name, of, key, members } => name of key members; }
    Member {
        Member::Group { name, attributes } => name attributes;
        Member::Attribute(a) => a;
    }
    AttributeDecl { AttributeDecl { name, ty, modifiers, span } => name ty modifiers span; }
    TypeDecl { TypeDecl { kind, range, span } => kind range span; }
    TypeKind {
        TypeKind::OneOf { ordered, words } => ordered words;
        TypeKind::ListOf(a) => a;
        TypeKind::Text | TypeKind::YesNo | TypeKind::Integer | TypeKind::Number | TypeKind::Money
            | TypeKind::Points | TypeKind::Date | TypeKind::Time | TypeKind::Duration | TypeKind::Email
            | TypeKind::Url | TypeKind::Stage => ;
    }
    WordDecl { WordDecl { word, from } => word from; }
    Modifier { Modifier { kind, span } => kind span; }
    ModifierKind {
        ModifierKind::Required | ModifierKind::Personal | ModifierKind::Protected => ;
        ModifierKind::From(a) => a;
        ModifierKind::UnknownIf(a) => a;
    }
    EventDecl { EventDecl { name, key, received, from, properties } => name key received from properties; }
    Verdict { Verdict { condition, because } => condition because; }
    Rule { Rule { kind, span } => kind span; }
    RuleKind {
        RuleKind::Ignore { term, because } => term because;
        RuleKind::When { condition, action, tails } => condition action tails;
        RuleKind::ForEach { over, action, tails } => over action tails;
        RuleKind::Table(a) => a;
        RuleKind::Let(a) => a;
    }
    Over {
        Over::Events(a) => a;
        Over::Different { path, qualifiers } => path qualifiers;
    }
    Action { Action { kind, span } => kind span; }
    ActionKind {
        ActionKind::Add(a) => a;
        ActionKind::Subtract(a) => a;
        ActionKind::Multiply { score, by } => score by;
        ActionKind::Cap { score, at } => score at;
        ActionKind::Set { score, to } => score to;
    }
    Tail { Tail { kind, span } => kind span; }
    TailKind {
        TailKind::UpTo(a) => a;
        TailKind::UpToTimes { count, per } => count per;
        TailKind::OncePer(a) => a;
        TailKind::Decay(a) => a;
        TailKind::Because(a) => a;
    }
    DecayDecl { DecayDecl { kind, from, span } => kind from span; }
    DecayKind {
        DecayKind::Halving { every, by_day } => every by_day;
        DecayKind::Fading(a) => a;
        DecayKind::Losing { amount, every } => amount every;
        DecayKind::Dropping(a) => a;
        DecayKind::Without(a) => a;
    }
    Table { Table { subject, rows, span } => subject rows span; }
    Row { Row { head, points, span } => head points span; }
    RowHead {
        RowHead::Otherwise | RowHead::Unknown => ;
        RowHead::Compare(a, b) => a b;
        RowHead::Range(a, b) => a b;
        RowHead::Between(a, b) => a b;
        RowHead::Values(a) => a;
        RowHead::In(a) => a;
        RowHead::Text(a, b) => a b;
    }
    ScoreDecl { ScoreDecl { name, population, bounds, decay, rules } => name population bounds decay rules; }
    Bounds { Bounds { from, up_to } => from up_to; }
    TotalDecl { TotalDecl { record, value, bounds } => record value bounds; }
    GradeDecl { GradeDecl { set, label, condition } => set label condition; }
    MatrixDecl { MatrixDecl { name, first, second } => name first second; }
    StageDecl { StageDecl { side, name, condition, stays_while, because } => side name condition stays_while because; }
    SegmentDecl { SegmentDecl { name, condition, because } => name condition because; }
    RouteDecl { RouteDecl { name, condition, respond_within, because } => name condition respond_within because; }
    TestDecl { TestDecl { name, steps } => name steps; }
    TestStep { TestStep { kind, span } => kind span; }
    TestStepKind {
        TestStepKind::AsOf(a) => a;
        TestStepKind::Lead(a) => a;
        TestStepKind::Event { event, object, fields, when } => event object fields when;
        TestStepKind::Expect(a) => a;
    }
    Field { Field { path, value } => path value; }
    FieldValue {
        FieldValue::Literal(a) => a;
        FieldValue::List(a, b) => a b;
        FieldValue::Ago(a, b) => a b;
    }
    Moment {
        Moment::Ago(a, b) => a b;
        Moment::At(a) => a;
    }
    Expr { Expr { kind, span } => kind span; }
    ExprKind {
        ExprKind::Mistake | ExprKind::Always | ExprKind::CurrentStage => ;
        ExprKind::Or(a) => a;
        ExprKind::And(a) => a;
        ExprKind::Not(a) => a;
        ExprKind::Compare(a, b, c) => a b c;
        ExprKind::In { value, negated, set } => value negated set;
        ExprKind::Between(a, b, c) => a b c;
        ExprKind::Text { test, value, needles } => test value needles;
        ExprKind::Is { value, negated, other } => value negated other;
        ExprKind::Known { value, known } => value known;
        ExprKind::Arithmetic(a, b, c) => a b c;
        ExprKind::Negate(a) => a;
        ExprKind::Literal(a) => a;
        ExprKind::Path(a) => a;
        ExprKind::Term(a) => a;
        ExprKind::No(a) => a;
        ExprKind::HowMany(a, b) => a b;
        ExprKind::NumberOf(a) => a;
        ExprKind::NumberOfDifferent { path, qualifiers } => path qualifiers;
        ExprKind::Aggregate { kind, path, qualifiers } => kind path qualifiers;
        ExprKind::AggregateOf(a, b) => a b;
        ExprKind::DaysSinceLast(a) => a;
        ExprKind::DaysSince(a) => a;
        ExprKind::DaysWith(a) => a;
        ExprKind::If(a, b, c) => a b c;
        ExprKind::Call(a, b) => a b;
        ExprKind::IfKnown(a, b) => a b;
        ExprKind::Table(a) => a;
        ExprKind::Reserved(a) => a;
    }
    Set {
        Set::Values(a, b) => a b;
        Set::Name(a) => a;
    }
    Quantity { Quantity { kind, span } => kind span; }
    QuantityKind {
        QuantityKind::AtLeast(a) => a;
        QuantityKind::AtMost(a) => a;
        QuantityKind::Exactly(a) => a;
        QuantityKind::MoreThan(a) => a;
        QuantityKind::FewerThan(a) => a;
        QuantityKind::Between(a, b) => a b;
    }
    Term { Term { steps, span } => steps span; }
    Step { Step { gap, any, event, object, qualifiers, span } => gap any event object qualifiers span; }
    Object { Object { on, values, span } => on values span; }
    Qualifier { Qualifier { kind, span } => kind span; }
    QualifierKind {
        QualifierKind::Where(a) => a;
        QualifierKind::AfterSilence(a) => a;
        QualifierKind::Times { quantity, in_one } => quantity in_one;
        QualifierKind::DifferentDays(a) => a;
        QualifierKind::Within(a) => a;
        QualifierKind::InTheNext(a) => a;
        QualifierKind::BetweenAgo(a, b) => a b;
        QualifierKind::MoreThanAgo(a) => a;
        QualifierKind::Since(a) => a;
        QualifierKind::Before(a) => a;
        QualifierKind::InPeriod { last, unit } => last unit;
    }
    InOne {
        InOne::Property(a) => a;
        InOne::Period(a, b) => a b;
    }
    Anchor {
        Anchor::Attribute(a) => a;
        Anchor::LastEvent { event, object, span } => event object span;
    }
}
