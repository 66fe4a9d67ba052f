//! What the checker proves of a model, held against the reference interpreter: random models, random leads. No
//! lead leaves a range, reaches what no lead is said to reach, or fails what is said to be always true.

use qualify_check::{Options, check, score_ranges};
use qualify_diagnostics::{Code, Sources};
use qualify_model::{Entry, Event, EventId, Lead, Model, Outcome, Status, Value};
use qualify_reference::Interpreter;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;

const SEED: u64 = 20_260_101;
const MODELS: u64 = 80;
const LEADS: usize = 60;
const DAY: i64 = 86_400_000_000;
const AS_OF: i64 = 1_767_225_600_000_000;

const SCHEMA: &str = "\
lead key id {
  size integer from 1 to 10
  staff integer from 1 to 10 required
  rate number from 0 to 5
  region one of (emea, amer, apac)
  tier ordered one of (low, mid, high)
  agreed yes/no
  note text
  email email
  born time
}
event visited (page one of (home, price), seconds integer from 0 to 20)
event opened (campaign text)
param line = 5 from 2 to 8
";

/// Writes a random model.
struct Author {
    rng: StdRng,
}

impl Author {
    fn below(&mut self, n: usize) -> usize {
        self.rng.random_range(0..n)
    }

    fn one<'t>(&mut self, words: &[&'t str]) -> &'t str {
        words[self.below(words.len())]
    }

    fn number(&mut self) -> i64 {
        self.rng.random_range(-1..12)
    }

    fn comparison(&mut self) -> &'static str {
        self.one(&["<", "<=", ">", ">=", "=", "!="])
    }

    fn value(&mut self) -> String {
        match self.below(9) {
            0 => "size + staff".into(),
            1 => "size / staff".into(),
            2 => "(size if known else 3)".into(),
            3 => "min(size, staff)".into(),
            4 => "if agreed then size else staff".into(),
            5 => "fit".into(),
            6 => "staff - 2 * size".into(),
            7 => "size".into(),
            _ => "staff".into(),
        }
    }

    fn window(&mut self) -> String {
        let (a, b) = (self.below(12) + 1, self.below(12) + 1);
        match self.below(6) {
            0 => format!("more than {a}d ago"),
            1 => format!("between {}d and {}d ago", a.min(b), a.max(b) + 1),
            2 => "since born".into(),
            3 => String::new(),
            _ => format!("within {a}d"),
        }
    }

    fn event(&mut self) -> String {
        let name = self.one(&["visited price", "visited home", "visited", "any event", "opened"]);
        let filter = match self.below(4) {
            0 if name.starts_with("visited") => {
                format!("where (seconds {} {})", self.comparison(), self.number())
            }
            _ => String::new(),
        };
        format!("{name} {filter} {}", self.window())
    }

    fn counted(&mut self) -> String {
        let n = self.below(4) + 1;
        let count = match self.below(9) {
            0 => format!("at least {n} times"),
            1 => format!("at most {n} times"),
            2 => format!("exactly {n} times"),
            3 => format!("between {n} and {} times", n + 1),
            4 => format!("on at least {n} different days"),
            5 => format!("at least {n} times in one week"),
            _ => String::new(),
        };
        format!("{} {count}", self.event())
    }

    fn leaf(&mut self) -> String {
        let n = self.number();
        let compare = self.comparison();
        match self.below(20) {
            0 => format!("tier {compare} {}", self.one(&["low", "mid", "high"])),
            1 => format!("region in ({})", self.one(&["emea, amer", "apac", "amer, apac"])),
            2 => format!("region {} {}", self.one(&["=", "is not"]), self.one(&["emea", "amer", "apac"])),
            3 => self.one(&["agreed", "agreed = no", "not agreed", "agreed is unknown"]).into(),
            4 => format!("note {} \"{}\"", self.one(&["=", "!="]), self.one(&["x", "Y ", "z"])),
            5 => format!("note {}in (\"x\", \"y\")", self.one(&["", "not "])),
            6 => format!("{} is {}", self.one(&["size", "note", "region"]), self.one(&["known", "unknown"])),
            7 => format!("size between {} and {}", n.min(5), n.max(5)),
            8 => format!("rate {compare} {}", self.one(&["0", "1.5", "2.25", "5"])),
            9 => format!("staff {compare} line"),
            10 => format!("born {}", self.one(&["within 5d", "more than 5d ago", "within 10d"])),
            11 | 12 => self.counted(),
            13 => format!("no {}", self.event()),
            14 => format!("number of {} {compare} {n}", self.event()),
            15 => format!("days since last {} {compare} {n}", self.event()),
            16 => format!("total of visited.seconds within {}d {compare} {n}", self.below(9) + 1),
            17 => format!("email.domain {} (\"a.com\", \"b.org\")", self.one(&["in", "not in"])),
            18 => self.one(&["first", "second"]).into(),
            _ => format!("{} {compare} {n}", self.value()),
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.leaf();
        }
        let mut part = || self.condition(depth - 1);
        let (a, b, c) = (part(), part(), part());
        match self.below(8) {
            0 | 1 => format!("({a} and {b})"),
            2 => format!("({a} and {b} and {c})"),
            3 => format!("({a} or {b})"),
            4 => format!("not ({a})"),
            5 => {
                let quantity = self.one(&["at least 2", "at most 1", "exactly 1", "more than 1"]);
                format!("{quantity} of ({a}, {b}, {c})")
            }
            _ => a,
        }
    }

    fn rule(&mut self) -> String {
        let n = self.below(20) + 1;
        match self.below(9) {
            0 => format!("for each {} add {n} up to {}\n", self.event(), n * 3),
            1 => format!("for each visited {} add seconds / 4 up to 3 times\n", self.window()),
            2 => format!("for each different visited.page {} subtract {n}\n", self.window()),
            3 => format!("for each visited within 6d add {n} up to 2 times per day\n"),
            4 => format!(
                "points for {} {{ over 7 : {n} over 3 : 2 otherwise : -1 unknown : 3 }}\n",
                self.value().replace("fit", "size").replace("if agreed then size else staff", "staff")
            ),
            5 => format!("when tier = {} add {n}\n", self.one(&["low", "mid", "high"])),
            6 => format!("when {} subtract staff / 3\n", self.condition(1).replace("fit", "size")),
            7 => format!("when visited price within 9d add {n} halving every 2d\n"),
            _ => format!("when {} add {n}\n", self.condition(1).replace("fit", "size")),
        }
    }

    fn model(&mut self) -> String {
        let mut text = SCHEMA.to_string();
        for name in ["first", "second"] {
            let condition = loop {
                let condition = self.condition(1);
                if !["first", "second", "fit"].iter().any(|word| condition.contains(word)) {
                    break condition;
                }
            };
            text += &format!("let {name} = {condition}\n");
        }
        text += self.one(&["score fit {\n", "score fit from 0 up to 30 {\n", "score fit up to line {\n"]);
        for _ in 0..self.below(6) + 1 {
            text += &self.rule();
        }
        text += "}\nscore heat {\n";
        for _ in 0..self.below(3) + 1 {
            text += &self.rule();
        }
        for action in ["multiply by 1.5", "cap heat at 7", "set heat to 4", "multiply fit by 0.5"] {
            if self.below(3) == 0 {
                text += &format!("when {} {action}\n", self.condition(0).replace("fit", "size"));
            }
        }
        text += "}\n";
        if self.below(2) == 0 {
            text += "score = 0.5 * fit - 0.25 * heat\n";
        }
        for i in 0..12 {
            text += &format!("segment s{i} if {}\n", self.condition(i % 3));
        }
        for stage in ["low_stage", "mid_stage", "top_stage"] {
            text += &format!("stage {stage} if {}\n", self.condition(1));
        }
        let lines: Vec<String> = (0..3).map(|_| self.condition(1)).collect();
        for (label, line) in ["A", "B", "C"].iter().zip(&lines) {
            text += &format!("grade {label} if {line}\n");
        }
        text += "grade D otherwise\n";
        for i in 0..3 {
            text += &format!("route \"r{i}\" if {}\n", self.condition(1));
        }
        text + "route \"rest\" otherwise\n"
    }

    fn maybe(&mut self, value: Value) -> Option<Value> {
        (self.below(4) > 0).then_some(value)
    }

    fn lead(&mut self, model: &Model) -> Lead {
        let text = |text: &str| Value::Text(Arc::from(text));
        let word = |n: usize| Value::Word(n as u32);
        let size = Value::Number(self.rng.random_range(1..=10));
        let staff = Value::Number(self.rng.random_range(1..=10));
        let rate = Value::Number(self.rng.random_range(0..=20) * 250_000);
        let (region, tier) = (word(self.below(3)), word(self.below(3)));
        let note = text(self.one(&["x", "y", "Z", "w"]));
        let email = text(self.one(&["me@a.com", "you@mail.b.org", "they@c.net", "nobody"]));
        let (agreed, born) = (self.below(2) == 0, AS_OF - self.rng.random_range(-1..14 * 24) * DAY / 24);
        let attributes = vec![
            self.maybe(size),
            Some(staff),
            self.maybe(rate),
            self.maybe(region),
            self.maybe(tier),
            self.maybe(Value::YesNo(agreed)),
            self.maybe(note),
            self.maybe(email),
            self.maybe(Value::Time(born)),
        ];
        assert_eq!(attributes.len(), model.schema.attributes.len());
        let events = (0..self.below(9)).map(|_| self.visit()).collect();
        Lead { key: "lead".into(), attributes, events }
    }

    fn visit(&mut self) -> Event {
        let time = AS_OF - self.rng.random_range(0..14 * 24) * DAY / 24;
        let opened = self.below(4) == 0;
        let properties = if opened {
            vec![self.maybe(Value::Text(Arc::from("news")))]
        } else {
            let (page, seconds) = (self.below(2), self.rng.random_range(0..=20));
            vec![self.maybe(Value::Word(page as u32)), self.maybe(Value::Number(seconds))]
        };
        Event { kind: EventId(u32::from(opened)), time, received: None, properties }
    }
}

/// What the checker claims of a model.
#[derive(Default)]
struct Claims {
    /// Segments without leads.
    empty: Vec<String>,
    /// Segments of all leads.
    full: Vec<String>,
    /// Stages, grades, routes of no lead.
    unreached: Vec<String>,
    /// Rules that never fire.
    idle: Vec<usize>,
}

fn compiled(text: &str, line: &str) -> (Sources, qualify_check::Checked) {
    let mut sources = Sources::new();
    let root = sources.add("model.qualify", text);
    let load = |path: &str, _: &str| Err(format!("there is no file `{path}`"));
    let options = Options { params: vec![("line".into(), line.into())] };
    let checked = check(&mut sources, &[root], &load, &options);
    (sources, checked)
}

fn claims(model: &Model, diagnostics: &[qualify_diagnostics::Diagnostic]) -> Claims {
    let mut claims = Claims::default();
    for d in diagnostics {
        let said = |before: &str| {
            let (_, after) = d.message.rsplit_once(before)?;
            after.strip_prefix('`')?.split('`').next().map(str::to_string)
        };
        claims.empty.extend(said("no lead is in the segment "));
        for before in
            ["no lead reaches stage ", "no lead stays in stage ", "gets the grade ", "takes the route "]
        {
            claims.unreached.extend(said(before));
        }
        if d.message.ends_with("so this rule never fires") {
            let holds = |rule: &qualify_model::Rule| {
                rule.span.start <= d.place.span.start && d.place.span.end <= rule.span.end
            };
            claims.idle.extend(model.rules.iter().position(holds));
        }
        if d.code == Code::W0502 {
            let whole = model.segments.iter().filter(|s| s.condition.span == d.place.span);
            claims.full.extend(whole.map(|s| s.name.clone()));
        }
    }
    claims
}

/// What the outcome contradicts.
fn contradictions(claims: &Claims, ranges: &qualify_check::Ranges, outcome: &Outcome) -> Vec<String> {
    let mut out = Vec::new();
    let mut inside = |what: String, range: qualify_check::Range, points: i64| {
        let points = i128::from(points);
        if range.low.is_some_and(|low| points < low) || range.high.is_some_and(|high| points > high) {
            out.push(format!("{what} is {points}, and should be {range}"));
        }
    };
    if let Some(score) = outcome.score {
        inside("the total".into(), ranges.total, score);
    }
    for (i, score) in outcome.scores.iter().enumerate() {
        if let Some(score) = score {
            inside(format!("score {i}"), ranges.scores[i], *score);
        }
    }
    let mut fired = Vec::new();
    for line in &outcome.ledger {
        if let Entry::Rule { rule, .. } = line.entry {
            inside(format!("rule {}", rule.0), ranges.rules[rule.index()], line.points);
            fired.push(rule.index());
        }
    }
    let names = [outcome.stage.as_ref(), outcome.grades[0].as_ref(), outcome.route.as_ref()];
    for name in names.into_iter().flatten().filter(|name| claims.unreached.contains(name)) {
        out.push(format!("{name} is reached"));
    }
    for segment in outcome.segments.iter().filter(|segment| claims.empty.contains(segment)) {
        out.push(format!("{segment} is not empty"));
    }
    for segment in claims.full.iter().filter(|segment| !outcome.segments.contains(segment)) {
        out.push(format!("{segment} does not hold"));
    }
    for rule in claims.idle.iter().filter(|rule| fired.contains(rule)) {
        out.push(format!("rule {rule} fired"));
    }
    out
}

#[test]
fn no_lead_contradicts_the_checker() {
    println!("seed {SEED}");
    let (mut sound, mut claimed) = (0, 0);
    for number in 0..MODELS {
        let mut author = Author { rng: StdRng::seed_from_u64(SEED + number) };
        let text = author.model();
        let (_, checked) = compiled(&text, "5");
        let Some(model) = &checked.model else { continue };
        sound += 1;
        let ranges = score_ranges(model);
        let claims = claims(model, &checked.diagnostics);
        claimed += claims.empty.len() + claims.full.len() + claims.unreached.len() + claims.idle.len();
        // what is proved holds for every allowed value of the param
        for line in ["5", "2", "8"] {
            let (_, checked) = compiled(&text, line);
            let model = checked.model.as_ref().expect("it checked with the declared value");
            let interpreter = Interpreter::new(model, AS_OF);
            for _ in 0..LEADS / 3 {
                let lead = author.lead(model);
                let outcome = interpreter.score(&lead);
                assert_eq!(outcome.status, Status::Scored);
                let wrong = contradictions(&claims, &ranges, &outcome);
                assert!(
                    wrong.is_empty(),
                    "seed {SEED} + {number}, line {line}:\n{text}\n{lead:?}\n{}\n{:?}",
                    wrong.join("\n"),
                    checked.diagnostics.iter().map(|d| &d.message).collect::<Vec<_>>()
                );
            }
        }
    }
    println!("{sound} models, {claimed} claims");
    assert!(sound > MODELS as usize / 2, "only {sound} of {MODELS} models are sound");
    assert!(claimed > 60, "only {claimed} claims were made");
}
