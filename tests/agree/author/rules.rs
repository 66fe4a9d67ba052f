//! Scores and their rules: what gives points, what fades, what multiplies, caps and sets.
//!
//! Not in here: conditions, numbers, tables.

use super::names::{Hand, Place};
use super::number::{is_moment, is_money};
use super::term::Shape;
use super::{Author, Line};

/// The block that rules stand in.
#[derive(Clone, Copy)]
struct Home {
    /// Rules about events fade unless they say otherwise.
    fades: bool,
    /// So many scores stand before it.
    before: usize,
    /// Rules of no block.
    loose: bool,
}

impl Author<'_> {
    pub(super) fn lists_and_params(&mut self) {
        if self.dice.chance(50) {
            self.line("list friends = \"a.com\", \"B.org\", \"x\", \"ärztin\", \"spring\"");
            self.names.text_lists.push("friends".into());
        }
        if self.dice.chance(25) {
            self.line("list numbers = 1, 2.5, 10, 100");
            self.names.number_lists.push("numbers".into());
        }
        let params: &[(&str, &[&str])] = &[
            ("line", &["20 from 0 to 100", "5", "12.5 from 0 to 50", "0.0001"]),
            ("few", &["2 from 0 to 5", "1", "3"]),
            ("span", &["7d from 1d to 90d", "30d", "36h"]),
            ("season", &["3 months", "2 business days", "1 quarter"]),
            ("term_text", &["\"Spring\"", "\"x \"", "docs"]),
            ("share", &["25%", "50% from 0% to 100%"]),
        ];
        for (name, values) in params {
            if !self.dice.chance(35) {
                continue;
            }
            let value = self.dice.word(values);
            self.line(format!("param {name} = {value}"));
            let names = &mut self.names;
            let kind = match *name {
                "line" => &mut names.params,
                "few" => &mut names.counts,
                "span" => &mut names.lengths,
                "season" => &mut names.calendar_lengths,
                "term_text" => &mut names.texts,
                _ => &mut names.shares,
            };
            kind.push(name.to_string());
        }
        let few = self.names.counts.clone();
        self.names.params.extend(few);
    }

    pub(super) fn ignores(&mut self) {
        for _ in 0..*self.dice.one(&[0, 0, 0, 1, 1, 2]) {
            let ignore = self.ignore();
            self.line(ignore);
        }
    }

    fn ignore(&mut self) -> String {
        let at = Place::facts();
        match self.dice.below(3) {
            0 => {
                let kind = self.dice.below(self.schema.events.len());
                let event = self.schema.events[kind].name.clone();
                let condition = self.condition(Place::filter(Some(kind)), 0);
                format!("ignore {event} where ({condition})")
            }
            1 => {
                let kinds: Vec<String> = self.schema.events.iter().map(|event| event.name.clone()).collect();
                let (one, two) = (self.dice.one(&kinds).clone(), self.dice.one(&kinds).clone());
                let one = if self.dice.chance(50) { "event".to_string() } else { one };
                format!("ignore {one} before last {two}")
            }
            _ => format!("ignore {} because \"noise\"", self.term(at, Shape::EACH).text),
        }
    }

    pub(super) fn scores(&mut self) {
        let wanted = *self.dice.one(&[0, 1, 1, 1, 2, 2, 3]);
        let names = ["fit", "heat", "extra"];
        for (before, name) in names.iter().enumerate().take(wanted) {
            self.score_block(name, before);
            self.names.scores.push(name.to_string());
        }
    }

    fn score_block(&mut self, name: &str, before: usize) {
        let mut header = format!("score {name}");
        if self.dice.chance(20) {
            let depth = self.dice.below(2);
            let population = self.condition(Place::facts(), depth);
            header += &format!(" for leads where ({population})");
        }
        header += &self.bounds();
        let fades = self.dice.chance(35);
        if fades {
            header += &format!(" {}", self.fading());
        }
        let home = Home { fades, before, loose: false };
        let mut rules = Vec::new();
        if self.dice.chance(15) {
            rules.push(self.ignore());
        }
        if self.dice.chance(15) {
            let at = Place::facts();
            rules.push(format!("let own = {}", self.condition(at, 1)));
            self.names.local_conditions.push("own".into());
        }
        if self.dice.chance(15) {
            rules.push(format!("let own_amount = {}", self.number(Place::facts(), 1)));
            self.names.local_numbers.push("own_amount".into());
        }
        for _ in 0..1 + self.dice.below(4) {
            rules.push(self.rule(home));
        }
        // names of lets are the model's: each block has its own
        let rules = rules.into_iter().map(|rule| rule.replace("own_amount", &format!("amount_of_{name}")));
        let rules = rules.map(|rule| replace_word(&rule, "own", &format!("of_{name}"))).collect();
        self.names.local_conditions.clear();
        self.names.local_numbers.clear();
        self.draft.lines.push(Line::Block(header, rules));
    }

    pub(super) fn total(&mut self) {
        let scores = self.names.scores.clone();
        if !scores.is_empty() && self.dice.chance(35) {
            let first = self.dice.one(&scores).clone();
            let second = self.dice.one(&scores).clone();
            let formula = match self.dice.below(7) {
                0 => scores.join(" + "),
                1 => format!("0.6 * {first} + 0.4 * {second}"),
                2 => format!("max({first}, {second}) - {first} / 3"),
                3 => format!("if {} then {first} else {second}", self.leaf(Place::facts())),
                4 => format!("({first} if known else 3) * {}", self.number(Place::facts(), 0)),
                5 => format!("clamp({first} - 1.5 * {second}, -20, 80)"),
                _ => format!("0.3333 * {first} + 0.6667 * {second}"),
            };
            let bounds = self.bounds();
            return self.line(format!("score = {formula}{bounds}"));
        }
        let home = Home { fades: false, before: self.names.scores.len(), loose: true };
        let loose = if scores.is_empty() { 1 + self.dice.below(4) } else { self.dice.below(3) };
        for _ in 0..loose {
            let rule = self.rule(home);
            self.line(rule);
        }
        if self.dice.chance(10) && !scores.is_empty() {
            let bounds = self.bounds();
            if !bounds.is_empty() && loose == 0 {
                self.line(format!("score = {}{bounds}", scores.join(" + ")));
            }
        }
    }

    fn bounds(&mut self) -> String {
        let high = match self.name(|names| names.params.clone()) {
            Some(param) if self.dice.chance(15) => param,
            _ => self.dice.word(&["100", "30", "12.5"]).into(),
        };
        match self.dice.below(5) {
            0 => format!(" from 0 up to {high}"),
            1 => format!(" up to {high}"),
            2 => format!(" from {}", self.dice.word(&["0", "-10", "-2.5"])),
            _ => String::new(),
        }
    }

    /// A shape of fading.
    fn fading(&mut self) -> String {
        let length = self.exact_length();
        match self.dice.below(7) {
            0 => format!("halving every {} by day", self.dice.word(&["1d", "7d", "30d", "2w"])),
            1 => format!("fading over {length}"),
            2 => {
                let share = self.name(|names| names.shares.clone());
                let share =
                    share.unwrap_or_else(|| self.dice.word(&["25%", "10%", "33.3333%", "100%"]).into());
                format!("losing {share} every {length}")
            }
            3 => format!("losing {} every {length}", self.dice.word(&["1", "2.5", "0.0001"])),
            4 => format!(
                "dropping to {} after 7d, {} after 30d",
                self.dice.word(&["50%", "75%", "12.5%"]),
                self.dice.word(&["0%", "10%"])
            ),
            _ => format!("halving every {length}"),
        }
    }

    fn rule(&mut self, home: Home) -> String {
        // no circle: what changes a score reads scores before it alone
        let at = Place { scores: home.before, ..Place::facts() };
        let rule = match self.dice.below(16) {
            0 | 1 => {
                let at = if self.dice.chance(70) { Place::facts() } else { at };
                return self.table(at);
            }
            2..=4 => self.for_each(home),
            5 | 6 => self.for_each_different(home),
            7 => return self.change(home),
            8 | 9 => self.fading_when(home),
            _ => {
                let depth = *self.dice.one(&[0, 0, 1, 1, 2]);
                let condition = if self.dice.chance(8) { "always".into() } else { self.condition(at, depth) };
                let (verb, amount) = self.gives(at);
                let mut rule = format!("when {condition} {verb} {amount}");
                if home.fades {
                    rule += " without decay";
                }
                rule + &self.up_to()
            }
        };
        if self.dice.chance(10) { rule + " because \"so\"" } else { rule }
    }

    fn up_to(&mut self) -> String {
        if !self.dice.chance(20) {
            return String::new();
        }
        match self.name(|names| names.params.clone()) {
            Some(param) if self.dice.chance(20) => format!(" up to {param}"),
            _ => format!(" up to {}", self.dice.word(&["3", "12", "7.5", "20"])),
        }
    }

    /// `add` or `subtract`, and how much.
    fn gives(&mut self, at: Place) -> (&'static str, String) {
        let verb = if self.dice.chance(25) { "subtract" } else { "add" };
        let amount = match self.dice.below(10) {
            0 => self.name(|names| names.params.clone()).unwrap_or("6".into()),
            1 | 2 => {
                let depth = 1 + self.dice.below(2);
                self.number(at, depth)
            }
            3 if at.hand.is_some() => self.number(at, 0),
            4 => match self.value_of(at, is_money) {
                Some(named) => format!("{} / {}", named.path, self.dice.word(&["100 EUR", "7 EUR"])),
                None => "4".into(),
            },
            5 => format!("({})", self.table_value(at)),
            _ => self.dice.word(&["1", "2", "5", "10", "20", "0.1", "2.5", "33.3333", "100"]).into(),
        };
        (verb, amount)
    }

    /// A rule that fades by its one event.
    fn fading_when(&mut self, home: Home) -> String {
        let written = self.term(Place::facts(), Shape::CONDITION);
        let quiet = Place { scores: home.before, ..Place::facts() }.quiet();
        let no_lets = self.set_lets_aside();
        let condition = match self.dice.below(4) {
            0 => format!("{} and {}", written.text, self.leaf(quiet)),
            1 => format!("{} or {}", written.text, self.leaf(quiet)),
            _ => written.text,
        };
        let (verb, amount) = self.gives(quiet);
        let tail = self.fading_tail(home, written.kind);
        self.take_lets_back(no_lets);
        format!("when {condition} {verb} {amount}{tail}{}", self.up_to())
    }

    /// How a rule about events fades, if it does.
    fn fading_tail(&mut self, home: Home, kind: Option<usize>) -> String {
        let mut tail = String::new();
        let own = self.dice.chance(if home.fades { 25 } else { 60 });
        if own {
            tail += &format!(" {}", self.fading());
            let times: Vec<String> =
                self.properties(kind).into_iter().filter(|p| is_moment(&p.ty)).map(|p| p.path).collect();
            if !times.is_empty() && self.dice.chance(50) {
                tail += &format!(" from {}", self.dice.one(&times));
            }
        }
        if (own || home.fades) && self.dice.chance(20) {
            tail += &format!(" without decay if {}", self.leaf(Place::facts().quiet()));
        } else if home.fades && !own && self.dice.chance(20) {
            tail += " without decay";
        }
        tail
    }

    /// Lets may stand for events, and a rule that fades has one event term.
    fn set_lets_aside(&mut self) -> [Vec<String>; 4] {
        let names = &mut self.names;
        [
            std::mem::take(&mut names.conditions),
            std::mem::take(&mut names.numbers),
            std::mem::take(&mut names.local_conditions),
            std::mem::take(&mut names.local_numbers),
        ]
    }

    fn take_lets_back(&mut self, lets: [Vec<String>; 4]) {
        let names = &mut self.names;
        [names.conditions, names.numbers, names.local_conditions, names.local_numbers] = lets;
    }

    fn for_each(&mut self, home: Home) -> String {
        let written = self.term(Place::facts(), Shape::NUMBER);
        let hand = Hand { kind: written.kind, filter: false, times: false };
        let at = Place { hand: Some(hand), ..Place::facts() };
        let (verb, amount) = self.gives(at);
        let search = if self.dice.chance(12) { self.search(at) } else { None };
        let amount = match search {
            Some(search) => format!("(if {search} then 3 else 1.5)"),
            None => amount,
        };
        let tails = self.tails(home, written.kind);
        format!("for each {} {verb} {amount}{tails}", written.text)
    }

    fn for_each_different(&mut self, home: Home) -> String {
        let Some((path, rest)) = self.event_property(Place::facts(), |_| true) else {
            return self.for_each(home);
        };
        let event = path.split('.').next().unwrap_or_default();
        let kind = self.schema.events.iter().position(|known| known.name == event);
        let hand = Hand { kind, filter: false, times: true };
        let at = Place { hand: Some(hand), ..Place::facts() };
        let (verb, amount) = self.gives(at);
        let amount = if self.dice.chance(15) { "2 * times".into() } else { amount };
        let tails = self.tails(home, kind);
        format!("for each different {path} {rest} {verb} {amount}{tails}")
    }

    fn tails(&mut self, home: Home, kind: Option<usize>) -> String {
        let mut tails = String::new();
        let period = self.dice.word(&["hour", "day", "week", "month", "quarter", "year"]);
        match self.dice.below(7) {
            0 => tails += &format!(" once per {period}"),
            1 => {
                let count = match self.name(|names| names.counts.clone()) {
                    Some(name) if self.dice.chance(30) => name,
                    _ => (1 + self.dice.below(4)).to_string(),
                };
                tails += &format!(" up to {count} times per {period}");
            }
            2 => tails += &format!(" up to {} times", self.dice.below(4) + 1),
            _ => {}
        }
        tails += &self.fading_tail(home, kind);
        tails + &self.up_to()
    }

    /// `multiply`, `cap`, `set`.
    fn change(&mut self, home: Home) -> String {
        let mut target = String::new();
        let mut reads = home.before;
        if self.dice.chance(30) && !self.names.scores.is_empty() {
            let place = self.dice.below(self.names.scores.len());
            target = format!(" {}", self.names.scores[place]);
            reads = place;
        }
        let at = Place { scores: reads, ..Place::facts() };
        let condition = match self.dice.below(3) {
            0 => "always".into(),
            _ => self.leaf(at),
        };
        let action = match self.dice.below(3) {
            0 => {
                let factor = match self.dice.below(3) {
                    0 => self.number(at, 1),
                    _ => self.dice.word(&["1.5", "0.5", "2", "1.333333", "0"]).into(),
                };
                format!("multiply{target} by {factor}")
            }
            1 => format!("cap{target} at {}", self.change_to(at)),
            _ => format!("set{target} to {}", self.change_to(at)),
        };
        let loose = if home.loose && self.dice.chance(10) { " because \"so it is\"" } else { "" };
        format!("when {condition} {action}{loose}")
    }

    fn change_to(&mut self, at: Place) -> String {
        match self.dice.below(4) {
            0 => self.number(at, 1),
            1 => self.name(|names| names.params.clone()).unwrap_or("9".into()),
            _ => self.dice.word(&["0", "7", "12.5", "40"]).into(),
        }
    }
}

/// Puts a word for another, whole words only.
fn replace_word(text: &str, from: &str, to: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_alphanumeric() || c == '_' || c == '.' {
            word.push(c);
            continue;
        }
        out += if word == from { to } else { &word };
        word.clear();
        out.push(c);
    }
    out.pop();
    out
}
