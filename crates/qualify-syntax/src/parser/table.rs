//! `points for X { … }`.

use super::{Got, Parser, Reported};
use crate::tokens::Kind;
use crate::tree::*;

impl Parser<'_> {
    pub(super) fn table(&mut self) -> Got<Table> {
        let start = self.at;
        self.take();
        self.word("for")?;
        self.enter()?;
        let subject = self.sum();
        self.leave();
        let subject = subject?;
        let open = self.open_block("`{` and the rows of the table", start, self.begins_row())?;
        let mut rows = Vec::new();
        while !self.table_ends(open) {
            let row = self.at;
            match self.row() {
                Ok(row) => rows.push(row),
                Err(Reported) => self.skip_to_row(row),
            }
            let _ = self.eat_kind(Kind::Comma) || self.eat_kind(Kind::Semicolon);
        }
        Ok(Table { subject, rows, span: self.since(start) })
    }

    /// A row stands here: on this line there is a `:` before any bracket.
    fn begins_row(&self) -> bool {
        let mut i = self.at;
        while !self.begins_line(i + 1)
            && !matches!(self.kind(i), Kind::OpenBrace | Kind::CloseBrace | Kind::End)
        {
            if self.kind(i) == Kind::Colon {
                return true;
            }
            i += 1;
        }
        false
    }

    fn row(&mut self) -> Got<Row> {
        let start = self.at;
        let head = self.head()?;
        if !self.eat_kind(Kind::Colon) {
            return Err(self.row_without_points());
        }
        let points = self.points()?;
        Ok(Row { head, points, span: self.since(start) })
    }

    fn head(&mut self) -> Got<RowHead> {
        let start = self.at;
        let word = if self.at_kind(Kind::Word) { self.text(start) } else { "" };
        match word {
            "otherwise" => {
                self.take();
                return Ok(RowHead::Otherwise);
            }
            "unknown" => {
                self.take();
                return Ok(RowHead::Unknown);
            }
            "over" | "under" if self.begins_value(start + 1) => {
                self.take();
                let comparison = if word == "over" { Comparison::Over } else { Comparison::Under };
                return Ok(RowHead::Compare(comparison, self.value("a value")?));
            }
            "at" => return self.at_least_or_most(),
            "between" => {
                self.take();
                let low = self.value("a value")?;
                self.word("and")?;
                return Ok(RowHead::Between(low, self.value("a value")?));
            }
            "in" => {
                self.take();
                return Ok(RowHead::In(self.set()?));
            }
            _ => {}
        }
        if let Some(test) = self.text_test()? {
            let needles = match self.at_kind(Kind::OpenParen) {
                true => self.values_in_brackets()?,
                false => vec![self.value("a text")?],
            };
            return Ok(RowHead::Text(test, needles));
        }
        if let Some(comparison) = self.compare(start) {
            self.take();
            return Ok(RowHead::Compare(comparison, self.value("a value")?));
        }
        let mut values = self.head_values()?;
        match values.pop() {
            Some(low) if values.is_empty() && self.eat("to") => {
                Ok(RowHead::Range(low, self.value("a value")?))
            }
            Some(last) => {
                values.push(last);
                Ok(RowHead::Values(values))
            }
            None => Ok(RowHead::Values(values)),
        }
    }

    fn head_values(&mut self) -> Got<Vec<Literal>> {
        if !self.begins_value(self.at) {
            return Err(
                self.unexpected("a row such as `over 200 : 20` or `DE, AT : 10`", &["otherwise", "unknown"])
            );
        }
        self.values()
    }

    fn at_least_or_most(&mut self) -> Got<RowHead> {
        self.take();
        let comparison = match self.at("most") {
            true => Comparison::AtMost,
            false => Comparison::AtLeast,
        };
        self.word(if comparison == Comparison::AtMost { "most" } else { "least" })?;
        Ok(RowHead::Compare(comparison, self.value("a value")?))
    }
}
