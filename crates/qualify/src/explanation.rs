//! An explanation: the ledger of one lead in words, as plain data that serialises and that a table shows.

use qualify_model::{
    Entry, Event, Lead, LedgerLine, Model, NumberKind, Outcome, Rule, RuleKind, StageReason, Status, Target,
    Type, Value,
};
use serde::Serialize;

/// Why a lead has its score, stage and route.
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// # let lead = model.read_lead(&serde_json::json!({ "id": "a", "size": 500 }))?.lead;
/// let explanation = model.explain(&lead, 0, false);
/// assert_eq!(explanation.score.as_deref(), Some("20"));
/// assert!(serde_json::to_string(&explanation)?.contains("when size > 100 add 20"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// The lead's key. It always stands here, as in all results, also where the schema calls it personal: it is what tells
    /// whose explanation this is.
    pub lead: String,
    /// The instant, microseconds since 1970.
    pub as_of: i64,
    /// How it fared.
    pub status: Status,
    /// Why it is excluded, invalid or disqualified, and the reasons of stage, segments and route.
    pub reasons: Vec<String>,
    /// The total in points, as a decimal number.
    pub score: Option<String>,
    /// Named scores, then the total.
    pub scores: Vec<ExplainedScore>,
    /// Grade sets with their labels.
    pub grades: Vec<(String, Option<String>)>,
    /// The stage.
    pub stage: Option<String>,
    /// The stage stored before.
    pub previous_stage: Option<String>,
    /// Whether they differ.
    pub stage_changed: bool,
    /// Why it is this stage.
    pub stage_reason: StageReason,
    /// Segments that hold.
    pub segments: Vec<String>,
    /// The route.
    pub route: Option<String>,
    /// Until when to respond, microseconds since 1970.
    pub respond_by: Option<i64>,
}

/// One score with its lines. The points of the lines sum exactly to its value.
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// # let lead = model.read_lead(&serde_json::json!({ "id": "a", "size": 500 }))?.lead;
/// let explanation = model.explain(&lead, 0, false);
/// let total = explanation.scores.last().unwrap();
/// assert_eq!((total.name.as_str(), total.value.as_deref()), ("score", Some("20")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedScore {
    /// Its name; `score` for the total.
    pub name: String,
    /// Its value; none outside its population.
    pub value: Option<String>,
    /// Its lines.
    pub lines: Vec<ExplainedLine>,
}

/// One line of the ledger in words.
///
/// ```
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// # let lead = model.read_lead(&serde_json::json!({ "id": "a", "size": 500 }))?.lead;
/// let explanation = model.explain(&lead, 0, false);
/// let line = &explanation.scores[0].lines[0];
/// assert_eq!((line.points.as_str(), line.text.as_str()), ("20", "when size > 100 add 20"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedLine {
    /// Points of the line, with sign.
    pub points: String,
    /// The rule as the author wrote it, or what cut the score.
    pub text: String,
    /// The author's reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// Points before decay and limits, where they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_decay: Option<String>,
    /// Points after decay and before `up to`, where they differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before_limit: Option<String>,
    /// Events behind it, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<ExplainedEvent>,
    /// The points could not be told and count as 0.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown_points: bool,
}

/// One event behind a line.
///
/// ```
/// # use serde_json::json;
/// # let model = qualify::Model::from_text("lead key id { size integer } event visited (page text) when visited add 5")?;
/// let visit = json!({ "event": "visited", "time": "2025-12-31T10:00:00Z", "page": "pricing" });
/// let lead = model.read_lead(&json!({ "id": "a", "events": [visit] }))?.lead;
/// let explanation = model.explain(&lead, 1_767_225_600_000_000, false);
/// assert_eq!(explanation.scores[0].lines[0].events[0].object.as_deref(), Some("pricing"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedEvent {
    /// When, microseconds since 1970.
    pub time: i64,
    /// Its type.
    pub event: String,
    /// Its object, unless it is unknown or personal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
}

impl Explanation {
    /// The explanation of `outcome`, which is `model`'s for `lead` at `as_of`.
    ///
    /// ```
    /// # use qualify::explanation::Explanation;
    /// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
    /// # let lead = model.read_lead(&serde_json::json!({ "id": "a", "size": 500 }))?.lead;
    /// let outcome = model.score_one(&lead, 0);
    /// let explanation = Explanation::new(model.typed(), &lead, &outcome, 0, false);
    /// assert_eq!(explanation.lead, "a");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(
        model: &Model,
        lead: &Lead,
        outcome: &Outcome,
        as_of: i64,
        show_personal: bool,
    ) -> Explanation {
        let words = Words { model, lead, show_personal };
        let mut scores: Vec<ExplainedScore> = Vec::new();
        if outcome.score.is_some() {
            for (i, score) in model.scores.iter().enumerate() {
                let target = Target::Score(qualify_model::ScoreId(i as u32));
                let value = outcome.scores.get(i).copied().flatten();
                scores.push(words.score(&score.name, value, target, outcome));
            }
            scores.push(words.score("score", outcome.score, Target::Total, outcome));
        }
        let names = model.grades.iter().map(|g| g.name.clone());
        Explanation {
            lead: outcome.key.clone(),
            as_of,
            status: outcome.status,
            reasons: outcome.reasons.clone(),
            score: outcome.score.map(points),
            scores,
            grades: names.zip(outcome.grades.iter().cloned()).collect(),
            stage: outcome.stage.clone(),
            previous_stage: outcome.previous_stage.clone(),
            stage_changed: outcome.stage_changed,
            stage_reason: outcome.stage_reason,
            segments: outcome.segments.clone(),
            route: outcome.route.clone(),
            respond_by: outcome.respond_by,
        }
    }
}

/// Points as a decimal number without needless zeros, exact.
fn points(units: i64) -> String {
    qualify_model::exact::format(i128::from(units), NumberKind::Points.decimals())
}

/// What is needed to put a ledger into words.
struct Words<'a> {
    model: &'a Model,
    lead: &'a Lead,
    show_personal: bool,
}

impl Words<'_> {
    fn score(&self, name: &str, value: Option<i64>, target: Target, outcome: &Outcome) -> ExplainedScore {
        let lines = outcome.ledger.iter().filter(|line| line.target == target);
        ExplainedScore {
            name: name.to_string(),
            value: value.map(points),
            lines: lines.map(|line| self.line(name, line)).collect(),
        }
    }

    fn line(&self, score: &str, line: &LedgerLine) -> ExplainedLine {
        let mut out = ExplainedLine {
            points: points(line.points),
            text: String::new(),
            because: None,
            before_decay: None,
            before_limit: None,
            events: Vec::new(),
            unknown_points: false,
        };
        match &line.entry {
            Entry::Rule { rule, raw, decayed, events, unknown_points } => {
                let rule = &self.model.rules[rule.index()];
                out.text = words(rule);
                if let RuleKind::Table(table) = &rule.kind {
                    out.text = self.table_text(&rule.text, table);
                }
                out.because = rule.because.clone();
                out.before_decay = (raw != decayed).then(|| points(*raw));
                out.before_limit = (*decayed != line.points).then(|| points(*decayed));
                out.events = events.iter().map(|&i| self.event(&self.lead.events[i as usize])).collect();
                out.unknown_points = *unknown_points;
            }
            Entry::Multiplied(rules) => {
                let texts: Vec<String> = rules.iter().map(|r| words(&self.model.rules[r.index()])).collect();
                out.text = texts.join("; ");
            }
            Entry::Capped(rule) | Entry::Set(rule) => {
                let rule = &self.model.rules[rule.index()];
                out.text = words(rule);
                out.because = rule.because.clone();
            }
            Entry::Bounded => out.text = format!("limit of {score}"),
            Entry::Score(id) => out.text = self.model.scores[id.index()].name.clone(),
            Entry::Formula => out.text = "formula of the score".to_string(),
        }
        out
    }

    /// `points for firmographics.size` and the value looked at, if it is a plain attribute that may be shown.
    fn table_text(&self, text: &str, table: &qualify_model::Table) -> String {
        let head = text.split('{').next().unwrap_or(text).trim();
        let qualify_model::ExprKind::Attribute(id) = table.subject.kind else { return head.to_string() };
        let attribute = self.model.schema.attribute(id);
        if attribute.personal && !self.show_personal {
            return head.to_string();
        }
        let value = match self.lead.attributes.get(id.index()).and_then(Option::as_ref) {
            Some(value) => show_value(self.model, &attribute.ty, value),
            None => "unknown".to_string(),
        };
        format!("{head}: {value}")
    }

    fn event(&self, event: &Event) -> ExplainedEvent {
        let kind = self.model.schema.event(event.kind);
        let object = kind.properties.first().filter(|p| self.show_personal || !p.personal);
        let value = event.properties.first().and_then(|v| v.as_ref());
        ExplainedEvent {
            time: event.time,
            event: kind.name.clone(),
            object: object.zip(value).map(|(p, v)| show_value(self.model, &p.ty, v)),
        }
    }
}

/// The author's words without the reason, which stands on its own.
fn words(rule: &Rule) -> String {
    let reason = rule.because.as_ref().map(|because| format!("because \"{because}\""));
    match reason {
        Some(reason) => rule.text.replacen(&reason, "", 1).split_whitespace().collect::<Vec<_>>().join(" "),
        None => rule.text.clone(),
    }
}

/// A value as people write it.
///
/// ```
/// # use qualify::explanation::show_value;
/// # use qualify::leads::Value;
/// # let model = qualify::Model::from_text("lead key id { size integer } when size > 100 add 20")?;
/// use qualify::typed::{NumberKind, Type};
///
/// let points = Value::Number(12_5000);
/// assert_eq!(show_value(model.typed(), &Type::Number(NumberKind::Points), &points), "12.5");
/// # Ok::<(), qualify::rules::Mistakes>(())
/// ```
pub fn show_value(model: &Model, ty: &Type, value: &Value) -> String {
    match (value, ty) {
        (Value::YesNo(yes), _) => if *yes { "yes" } else { "no" }.to_string(),
        (Value::Number(units), Type::Number(kind)) => {
            qualify_model::exact::format(i128::from(*units), kind.decimals())
        }
        (Value::Number(units), _) => units.to_string(),
        (Value::Text(text), _) | (Value::Stage(text), _) => text.to_string(),
        (Value::Word(word), Type::OneOf(id)) => {
            model.schema.vocabulary(*id).words.get(*word as usize).map_or(String::new(), |w| w.name.clone())
        }
        (Value::Word(word), _) => word.to_string(),
        (Value::Date(day), _) => qualify_model::calendar::format_day(*day),
        (Value::Time(time), _) => qualify_model::calendar::format_instant(*time),
        (Value::Duration(length), _) => format!("{} s", length / 1_000_000),
        (Value::List(values), Type::List(of)) => {
            values.iter().map(|v| show_value(model, of, v)).collect::<Vec<_>>().join(", ")
        }
        (Value::List(_), _) => String::new(),
    }
}
