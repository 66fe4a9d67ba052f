//! A file and its statements.

use super::{Got, Parser, Reported};
use crate::tokens::Kind;
use crate::tree::*;

impl Parser<'_> {
    pub(super) fn file(&mut self) -> File {
        let mut statements = Vec::new();
        while !self.at_kind(Kind::End) {
            self.statement_of_list(&mut statements);
        }
        File { statements }
    }

    /// One statement or `;`; after a mistake it goes on at the next one.
    fn statement_of_list(&mut self, statements: &mut Vec<Statement>) {
        if self.eat_kind(Kind::Semicolon) {
            return;
        }
        let start = self.at;
        self.forget();
        match self.statement() {
            Ok(kind) => {
                statements.push(Statement { kind, span: self.since(start) });
                self.end_of_statement(start);
            }
            Err(Reported) => self.skip_statement(start),
        }
    }

    fn statement(&mut self) -> Got<StatementKind> {
        let Some(word) = self.statement_word() else { return Err(self.no_statement()) };
        match word {
            "language" => self.language(),
            "use" => self.use_file(),
            "timezone" => self.timezone(),
            "list" => self.list(),
            "param" => self.param(),
            "let" => Ok(StatementKind::Let(self.definition()?)),
            "lead" => self.lead(),
            "related" => self.related(),
            "event" => self.event(),
            "exclude" => self.exclude(),
            "disqualify" => self.disqualify(),
            "account" => self.score_total(),
            "score" if self.kind(self.at + 1) == Kind::Equal => self.score_total(),
            "score" => self.score(),
            "grade" if self.is_name(self.at + 1) && self.kind(self.at + 2) == Kind::Equal => self.matrix(),
            "grade" => self.grade(),
            "stages" => self.stages(),
            "side" | "stage" => self.stage(),
            "segment" => self.segment(),
            "route" => self.route(),
            "test" => self.test(),
            "for" if self.begins_per_record() => self.per_record(),
            _ => Ok(StatementKind::Rule(self.rule(word)?)),
        }
    }

    fn language(&mut self) -> Got<StatementKind> {
        self.take();
        match self.at_kind(Kind::Number) {
            true => Ok(StatementKind::Language(self.plain_number())),
            false => Err(self.unexpected("the number of the edition, as in `language 1`", &[])),
        }
    }

    fn use_file(&mut self) -> Got<StatementKind> {
        self.take();
        Ok(StatementKind::Use(self.quoted_text("the name of a file in quotes")?))
    }

    fn timezone(&mut self) -> Got<StatementKind> {
        self.take();
        Ok(StatementKind::Timezone(self.quoted_text("a zone in quotes, such as `\"Europe/Berlin\"`")?))
    }

    fn list(&mut self) -> Got<StatementKind> {
        self.take();
        let name = self.name("the list")?;
        let source = if self.eat("from") {
            ListSource::File(self.quoted_text("the name of a file in quotes")?)
        } else {
            self.equals("`=` and the values, or `from` and a file")?;
            ListSource::Values(match self.at_kind(Kind::OpenParen) {
                true => self.needless_brackets()?,
                false => self.values()?,
            })
        };
        Ok(StatementKind::List(ListDecl { name, source }))
    }

    fn param(&mut self) -> Got<StatementKind> {
        self.take();
        let name = self.name("the param")?;
        self.equals("`=` and its value")?;
        let value = self.value("its value")?;
        let range = match self.at("from") {
            true => Some(self.range()?),
            false => None,
        };
        Ok(StatementKind::Param(ParamDecl { name, value, range }))
    }

    /// `let NAME = …`.
    pub(super) fn definition(&mut self) -> Got<LetDecl> {
        self.take();
        let name = self.name("the definition")?;
        self.equals("`=` and what it stands for")?;
        let value = self.expression_or_mistake();
        Ok(LetDecl { name, value })
    }

    fn begins_per_record(&self) -> bool {
        self.is(self.at + 1, "each") && self.is_name(self.at + 2) && self.kind(self.at + 3) == Kind::OpenBrace
    }

    /// `for each account { … }`: its statements are read and dropped, for the language has no meaning for them yet.
    fn per_record(&mut self) -> Got<StatementKind> {
        let start = self.take();
        self.take();
        let record = self.name("a record")?;
        let open = self.open_block("`{`", start, false)?;
        self.enter()?;
        let mut statements = Vec::new();
        while !self.per_record_ends(open) {
            self.statement_of_list(&mut statements);
        }
        self.leave();
        Ok(StatementKind::PerRecord { record, statements })
    }
}
