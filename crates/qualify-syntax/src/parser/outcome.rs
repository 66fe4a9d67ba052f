//! What is not points: exclusions, grades, stages, segments, routes.

use super::{Got, Parser};
use crate::tokens::Kind;
use crate::tree::*;

impl Parser<'_> {
    pub(super) fn exclude(&mut self) -> Got<StatementKind> {
        self.take();
        self.leads_where()?;
        let condition = self.expression_or_mistake();
        Ok(StatementKind::Exclude(Verdict { condition, because: self.because()? }))
    }

    pub(super) fn disqualify(&mut self) -> Got<StatementKind> {
        self.take();
        self.if_word()?;
        let condition = self.expression_or_mistake();
        Ok(StatementKind::Disqualify(Verdict { condition, because: self.because()? }))
    }

    pub(super) fn grade(&mut self) -> Got<StatementKind> {
        self.take();
        let set = match self.is_name(self.at) && self.kind(self.at + 1) == Kind::Colon {
            true => {
                let set = self.name("a grade set")?;
                self.take();
                Some(set)
            }
            false => None,
        };
        let label = match self.at_kind(Kind::Number) {
            true => {
                let i = self.take();
                Name { text: self.text(i).to_string(), span: self.span(i) }
            }
            false => self.label("the grade")?,
        };
        let label = Quoted { text: label.text, span: label.span };
        let condition = self.if_or_otherwise()?;
        Ok(StatementKind::Grade(GradeDecl { set, label, condition }))
    }

    pub(super) fn matrix(&mut self) -> Got<StatementKind> {
        self.take();
        let name = self.name("the grade")?;
        self.sign(Kind::Equal, "`=`")?;
        let first = self.name("the first grade set")?;
        let second = self.name("the second grade set")?;
        Ok(StatementKind::Matrix(MatrixDecl { name, first, second }))
    }

    pub(super) fn stages(&mut self) -> Got<StatementKind> {
        self.take();
        if !self.eat("only") {
            return Err(self.unexpected("`only move up`", &["only"]));
        }
        self.word("move")?;
        self.word("up")?;
        let mut except = Vec::new();
        if self.eat("except") {
            self.word("to")?;
            except.push(self.label("a stage")?);
            while self.eat_kind(Kind::Comma) {
                except.push(self.label("a stage")?);
            }
        }
        Ok(StatementKind::StagesOnlyMoveUp { except })
    }

    pub(super) fn stage(&mut self) -> Got<StatementKind> {
        let side = self.eat("side");
        if side {
            self.word("stage")?;
        } else {
            self.take();
        }
        let name = self.label("the stage")?;
        let mut stage = StageDecl { side, name, condition: None, stays_while: None, because: None };
        if self.eat("if") {
            stage.condition = Some(self.expression_or_mistake());
        }
        if self.eat("stays") {
            self.word("while")?;
            stage.stays_while = Some(self.expression_or_mistake());
        }
        stage.because = self.because()?;
        Ok(StatementKind::Stage(stage))
    }

    pub(super) fn segment(&mut self) -> Got<StatementKind> {
        self.take();
        let name = self.label("the segment")?;
        self.if_word()?;
        let condition = self.expression_or_mistake();
        Ok(StatementKind::Segment(SegmentDecl { name, condition, because: self.because()? }))
    }

    pub(super) fn route(&mut self) -> Got<StatementKind> {
        self.take();
        let name = self.label("the route")?;
        let condition = self.if_or_otherwise()?;
        let respond_within = match self.eat("respond") {
            true => {
                self.word("within")?;
                Some(self.length()?)
            }
            false => None,
        };
        Ok(StatementKind::Route(RouteDecl { name, condition, respond_within, because: self.because()? }))
    }

    /// `if` and a condition, or `otherwise`.
    fn if_or_otherwise(&mut self) -> Got<Option<Expr>> {
        if self.eat("otherwise") {
            return Ok(None);
        }
        match self.eat("if") {
            true => Ok(Some(self.expression_or_mistake())),
            false if self.at("when") || self.at("where") => {
                self.if_not_when();
                Ok(Some(self.expression_or_mistake()))
            }
            false => Err(self.no_if("`if` and a condition, or `otherwise`", &["if", "otherwise"])),
        }
    }

    /// `if`, with a word about `when` and `where` in its place.
    fn if_word(&mut self) -> Got<()> {
        if self.at("when") || self.at("where") {
            self.if_not_when();
            return Ok(());
        }
        match self.eat("if") {
            true => Ok(()),
            false => Err(self.no_if("`if` and a condition", &["if"])),
        }
    }
}
