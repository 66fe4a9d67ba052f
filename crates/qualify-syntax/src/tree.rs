//! The tree: what was written, with places, before any name is looked up.
//!
//! A node says what the author wrote (`over 200` stays "over"), so that the printer can write it again.
//! Statements that could not be understood are left out; their diagnostics say so.

mod expression;

pub use expression::*;
use qualify_diagnostics::Span;

/// A whole file.
#[derive(Clone, Debug, PartialEq)]
pub struct File {
    /// In the order of the text.
    pub statements: Vec<Statement>,
}

/// A word with its place: a declared name, a vocabulary word, a property.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// As written.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// Words joined by dots: `firmographics.size`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// At least one.
    pub parts: Vec<Name>,
    /// From the first to the last.
    pub span: Span,
}

/// Quoted text, without its quotes. There are no escapes: a quote cannot stand inside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Between the quotes.
    pub text: String,
    /// With the quotes.
    pub span: Span,
}

/// A constant as written.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// What it is.
    pub kind: LiteralKind,
    /// Where.
    pub span: Span,
}

/// The kinds of constants.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralKind {
    /// `"white paper"`.
    Text(String),
    /// `12`, `-0.5`, `10_000`, `10 million EUR`.
    Amount(Amount),
    /// `25%`, negative allowed.
    Percent(Decimal),
    /// `7d`, `3 months`, `2 business days`.
    Duration(Duration),
    /// `director`, `t1`, or a name that the checker looks up: a param, an attribute.
    Word(Path),
}

/// An exact decimal number: `units / 10^scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// The digits without the point, with the sign.
    pub units: i128,
    /// Digits after the point as written.
    pub scale: u8,
}

/// A number with an optional multiplier and currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// The digits.
    pub number: Decimal,
    /// `thousand`, `million`, `billion`.
    pub times: Option<Magnitude>,
    /// Three capital letters.
    pub currency: Option<Name>,
}

/// A multiplier of an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Magnitude {
    Thousand,
    Million,
    Billion,
}

/// A length of time as written: `7d`, `30 days`, `3 months`, `2 business days`.
#[derive(Clone, Debug, PartialEq)]
pub struct Duration {
    /// How many; may have decimals (`1.5 hours`), which the checker judges.
    pub count: Decimal,
    /// Of what.
    pub unit: Unit,
    /// `business` stood before the unit.
    pub business: bool,
    /// Written in the short form (`7d`), for the printer.
    pub short: bool,
}

/// Units of time. Months and longer are calendar units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A length of time, or the name of a param that holds one.
#[derive(Clone, Debug, PartialEq)]
pub struct Length {
    /// Which of the two.
    pub kind: LengthKind,
    /// Where.
    pub span: Span,
}

/// See [`Length`].
#[derive(Clone, Debug, PartialEq)]
pub enum LengthKind {
    /// `7d`.
    Duration(Duration),
    /// A param's name.
    Name(Name),
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it says.
    pub kind: StatementKind,
    /// From its keyword to its last word.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `language 1`.
    Language(Literal),
    /// `use "schema.qualify"`.
    Use(Quoted),
    /// `timezone "Europe/Berlin"`.
    Timezone(Quoted),
    /// `list competitors = "rival.com"` or `list x from "file.txt"`.
    List(ListDecl),
    /// `param mql_line = 50 from 0 to 200`.
    Param(ParamDecl),
    /// `let decision_maker = …`.
    Let(LetDecl),
    /// `lead key lead_id { … }`.
    Lead(Record),
    /// `related account key account_id { … }`, `related opportunity of account { … }`.
    Related(Record),
    /// `event visited (page …)`.
    Event(EventDecl),
    /// `exclude leads where (…) because "…"`.
    Exclude(Verdict),
    /// `disqualify if … because "…"`.
    Disqualify(Verdict),
    /// A rule outside any score block, and `ignore` before every rule.
    Rule(Rule),
    /// `score fit from 0 up to 100 { … }`.
    Score(ScoreDecl),
    /// `score = 0.6 * fit + 0.4 * engagement from 0 up to 250`, `account score = …`.
    Total(TotalDecl),
    /// `grade A if …`, `grade size_band: enterprise if …`.
    Grade(GradeDecl),
    /// `grade overall = fit_grade engagement_grade`.
    Matrix(MatrixDecl),
    /// `stages only move up except to X`.
    StagesOnlyMoveUp {
        /// Stages that may still be moved down to.
        except: Vec<Name>,
    },
    /// `stage MQL if …`, `side stage Recycled if …`.
    Stage(StageDecl),
    /// `segment enterprise if …`.
    Segment(SegmentDecl),
    /// `route "EMEA" if … respond within 5m`.
    Route(RouteDecl),
    /// `for each account { … }`: reserved, not yet in the language.
    PerRecord {
        /// `account`.
        record: Name,
        /// What stands in its block.
        statements: Vec<Statement>,
    },
    /// `test "…" { … }`.
    Test(TestDecl),
}

/// A named list of constants.
#[derive(Clone, Debug, PartialEq)]
pub struct ListDecl {
    /// Its name.
    pub name: Name,
    /// Where the values come from.
    pub source: ListSource,
}

/// See [`ListDecl`].
#[derive(Clone, Debug, PartialEq)]
pub enum ListSource {
    /// Written here.
    Values(Vec<Literal>),
    /// One value a line, in that file.
    File(Quoted),
}

/// A number, length or word that can be changed from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct ParamDecl {
    /// Its name.
    pub name: Name,
    /// The value unless overridden.
    pub value: Literal,
    /// `from LOW to HIGH`, both allowed.
    pub range: Option<(Literal, Literal)>,
}

/// A name for an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct LetDecl {
    /// Its name.
    pub name: Name,
    /// What it stands for.
    pub value: Expr,
}

/// A lead or a related record.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// `lead`, `account`, `opportunity`.
    pub name: Name,
    /// `of account`.
    pub of: Option<Name>,
    /// `key lead_id`: the column that identifies a row.
    pub key: Option<Name>,
    /// Groups and single attributes, in order.
    pub members: Vec<Member>,
}

/// A part of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Member {
    /// `firmographics { … }`.
    Group {
        /// Its name.
        name: Name,
        /// Its attributes.
        attributes: Vec<AttributeDecl>,
    },
    /// An attribute outside any group.
    Attribute(AttributeDecl),
}

/// An attribute of a record or a property of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributeDecl {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeDecl,
    /// `required`, `from "…"` and so on, in order.
    pub modifiers: Vec<Modifier>,
    /// All of it.
    pub span: Span,
}

/// A type as written.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeDecl {
    /// Which.
    pub kind: TypeKind,
    /// `from 1 to 10_000`, both allowed.
    pub range: Option<(Literal, Literal)>,
    /// All of it.
    pub span: Span,
}

/// See [`TypeDecl`].
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum TypeKind {
    Text,
    YesNo,
    Integer,
    Number,
    Money,
    Points,
    Date,
    Time,
    Duration,
    Email,
    Url,
    Stage,
    /// `one of (…)`, `ordered one of (…)`. A value may name its spellings in the source:
    /// `one of (software from "Software", "SaaS", finance)`.
    OneOf {
        ordered: bool,
        words: Vec<WordDecl>,
    },
    ListOf(Box<TypeDecl>),
}

/// A word of a closed vocabulary.
#[derive(Clone, Debug, PartialEq)]
pub struct WordDecl {
    /// The word, bare or quoted.
    pub word: Literal,
    /// `from "…", "…"`: how the source spells it.
    pub from: Vec<Quoted>,
}

/// What stands behind a type.
#[derive(Clone, Debug, PartialEq)]
pub struct Modifier {
    /// Which.
    pub kind: ModifierKind,
    /// Where.
    pub span: Span,
}

/// See [`Modifier`].
#[derive(Clone, Debug, PartialEq)]
pub enum ModifierKind {
    /// A lead without it is invalid.
    Required,
    /// Personal data: no explanation prints it unless asked.
    Personal,
    /// A protected attribute (age, gender): points on it are questioned.
    Protected,
    /// `from "Job Title"`: columns of the source.
    From(Vec<Quoted>),
    /// `unknown if "", "Select"`.
    UnknownIf(Vec<Quoted>),
}

/// An event type.
#[derive(Clone, Debug, PartialEq)]
pub struct EventDecl {
    /// Its name.
    pub name: Name,
    /// `key order_id`: equal keys are one event delivered again.
    pub key: Option<Name>,
    /// `received loaded_at`: the column that says when it became known.
    pub received: Option<Name>,
    /// Spellings in the source.
    pub from: Vec<Quoted>,
    /// The first is the event's object.
    pub properties: Vec<AttributeDecl>,
}

/// `exclude` and `disqualify`.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// When it holds.
    pub condition: Expr,
    /// The reason.
    pub because: Option<Quoted>,
}

/// A rule: what stands in a score block, or loose in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// What kind.
    pub kind: RuleKind,
    /// All of it.
    pub span: Span,
}

/// The kinds of rules.
#[derive(Clone, Debug, PartialEq)]
pub enum RuleKind {
    /// `ignore opened where (…) because "…"`.
    Ignore {
        /// Which events.
        term: Term,
        /// Why.
        because: Option<Quoted>,
    },
    /// `when C add N …`.
    When {
        /// The condition.
        condition: Expr,
        /// What it does.
        action: Action,
        /// What follows, in order.
        tails: Vec<Tail>,
    },
    /// `for each E add N …`, `for each different E.property … add N`.
    ForEach {
        /// Over what.
        over: Over,
        /// What it does for each.
        action: Action,
        /// What follows, in order.
        tails: Vec<Tail>,
    },
    /// `points for X { … }`.
    Table(Table),
    /// `let` inside a score block.
    Let(LetDecl),
}

/// What a `for each` runs over.
#[derive(Clone, Debug, PartialEq)]
pub enum Over {
    /// Each matching event.
    Events(Term),
    /// Each different value of a property: `different visited.page within 30d`.
    Different {
        /// `visited.page`: the last part is the property.
        path: Path,
        /// Windows and filters.
        qualifiers: Vec<Qualifier>,
    },
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// Which.
    pub kind: ActionKind,
    /// From its verb to its last word.
    pub span: Span,
}

/// See [`Action`]. A score named in it is another one than the rule stands in.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum ActionKind {
    Add(Expr),
    Subtract(Expr),
    Multiply { score: Option<Name>, by: Expr },
    Cap { score: Option<Name>, at: Expr },
    Set { score: Option<Name>, to: Expr },
}

/// What follows an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Tail {
    /// Which.
    pub kind: TailKind,
    /// Where.
    pub span: Span,
}

/// See [`Tail`].
#[derive(Clone, Debug, PartialEq)]
pub enum TailKind {
    /// `up to 15`: the amount of the rule.
    UpTo(Literal),
    /// `up to 20 times`, `up to 20 times per day`: the newest of each period.
    UpToTimes {
        /// How many.
        count: Literal,
        /// Of which period; none: of all.
        per: Option<Unit>,
    },
    /// `once per day`.
    OncePer(Unit),
    /// `halving every 30d`, `without decay if …`.
    Decay(DecayDecl),
    /// `because "…"`.
    Because(Quoted),
}

/// How points fade with age.
#[derive(Clone, Debug, PartialEq)]
pub struct DecayDecl {
    /// The shape.
    pub kind: DecayKind,
    /// `from event.held_at`: the age counts from there.
    pub from: Option<Path>,
    /// All of it.
    pub span: Span,
}

/// See [`DecayDecl`].
#[derive(Clone, Debug, PartialEq)]
pub enum DecayKind {
    /// `halving every 30d [by day]`.
    Halving {
        /// The half-life.
        every: Length,
        /// In whole UTC days.
        by_day: bool,
    },
    /// `fading over 60d`.
    Fading(Length),
    /// `losing 50% every 30d`, `losing 5 every 14d`.
    Losing {
        /// A percentage of the original, or points.
        amount: Literal,
        /// How often.
        every: Length,
    },
    /// `dropping to 50% after 30d, 0% after 90d`.
    Dropping(Vec<(Literal, Length)>),
    /// `without decay [if C]`.
    Without(Option<Box<Expr>>),
}

/// `points for X { rows }`, as a rule or as a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What is looked at.
    pub subject: Box<Expr>,
    /// First match wins.
    pub rows: Vec<Row>,
    /// All of it.
    pub span: Span,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which values.
    pub head: RowHead,
    /// How many points: a number or a param.
    pub points: Literal,
    /// All of it.
    pub span: Span,
}

/// The head of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum RowHead {
    /// `otherwise`: every other known value.
    Otherwise,
    /// `unknown`.
    Unknown,
    /// `over 200`, `under 5`, `at least 3`, `>= 3`.
    Compare(Comparison, Literal),
    /// `10 to 20`, both included.
    Range(Literal, Literal),
    /// `between 10 and 20`, both included.
    Between(Literal, Literal),
    /// `DE, AT, CH`.
    Values(Vec<Literal>),
    /// `in competitors`.
    In(Set),
    /// `contains "data"`.
    Text(TextTest, Vec<Literal>),
}

/// A comparison, with the spelling the author chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// `at least N`.
    AtLeast,
    /// `at most N`.
    AtMost,
    /// `over N`, in tables.
    Over,
    /// `under N`, in tables.
    Under,
}

/// Tests on text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
    /// Whole words.
    Mentions,
    /// A glob over the whole text.
    Matches,
}

/// `score fit … { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreDecl {
    /// Its name.
    pub name: Name,
    /// `for leads where (…)`.
    pub population: Option<Expr>,
    /// `from 0 up to 100`.
    pub bounds: Bounds,
    /// The decay of its event rules.
    pub decay: Option<DecayDecl>,
    /// In order.
    pub rules: Vec<Rule>,
}

/// `from LOW up to HIGH`, each optional.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bounds {
    /// `from 0`.
    pub from: Option<Literal>,
    /// `up to 100`.
    pub up_to: Option<Literal>,
}

/// `score = …`.
#[derive(Clone, Debug, PartialEq)]
pub struct TotalDecl {
    /// `account` in `account score = …`: reserved, not yet in the language.
    pub record: Option<Name>,
    /// How the total is made of the named scores.
    pub value: Expr,
    /// Its bounds.
    pub bounds: Bounds,
}

/// One line of a grade set.
#[derive(Clone, Debug, PartialEq)]
pub struct GradeDecl {
    /// `size_band` in `grade size_band: enterprise if …`.
    pub set: Option<Name>,
    /// The grade; quoted text, a word or a number.
    pub label: Quoted,
    /// None: `otherwise`.
    pub condition: Option<Expr>,
}

/// `grade overall = fit_grade engagement_grade`.
#[derive(Clone, Debug, PartialEq)]
pub struct MatrixDecl {
    /// Its name.
    pub name: Name,
    /// The set whose label comes first.
    pub first: Name,
    /// The set whose label comes second.
    pub second: Name,
}

/// One stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageDecl {
    /// `side` stood before it.
    pub side: bool,
    /// Its name; may be quoted.
    pub name: Name,
    /// None: holds for every lead.
    pub condition: Option<Expr>,
    /// `stays while C`.
    pub stays_while: Option<Expr>,
    /// `because "…"`.
    pub because: Option<Quoted>,
}

/// One segment.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentDecl {
    /// Its name; may be quoted.
    pub name: Name,
    /// When it holds.
    pub condition: Expr,
    /// `because "…"`.
    pub because: Option<Quoted>,
}

/// One route.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteDecl {
    /// Where to; quoted or a word.
    pub name: Name,
    /// None: `otherwise`.
    pub condition: Option<Expr>,
    /// `respond within 5m`.
    pub respond_within: Option<Length>,
    /// `because "…"`.
    pub because: Option<Quoted>,
}

/// A test written in the language.
#[derive(Clone, Debug, PartialEq)]
pub struct TestDecl {
    /// Its name.
    pub name: Quoted,
    /// In order.
    pub steps: Vec<TestStep>,
}

/// A line of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct TestStep {
    /// Which.
    pub kind: TestStepKind,
    /// All of it.
    pub span: Span,
}

/// See [`TestStep`].
#[derive(Clone, Debug, PartialEq)]
pub enum TestStepKind {
    /// `as of "2026-01-01T00:00:00Z"`.
    AsOf(Quoted),
    /// `lead { path: value, … }`.
    Lead(Vec<Field>),
    /// `visited pricing { seconds: 3 } 2d ago`, or `… at "2026-01-01T10:00:00Z"`.
    Event {
        /// The type.
        event: Name,
        /// The first property.
        object: Option<Literal>,
        /// The other properties.
        fields: Vec<Field>,
        /// When.
        when: Moment,
    },
    /// `expect score >= 50, stage is MQL`.
    Expect(Vec<Expr>),
}

/// `path: value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// The attribute or property.
    pub path: Path,
    /// Its value.
    pub value: FieldValue,
}

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// A constant; the words `yes`, `no` and `unknown` are read by the checker.
    Literal(Literal),
    /// `("salesforce", "hubspot")`.
    List(Vec<Literal>, Span),
    /// `90d ago`.
    Ago(Duration, Span),
}

/// When an event of a test happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Moment {
    /// `2d ago`.
    Ago(Duration, Span),
    /// `at "2026-01-01T10:00:00Z"`.
    At(Quoted),
}
