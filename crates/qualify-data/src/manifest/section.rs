//! One table of the TOML text: its keys, with a problem for each that is not as it should be.

use crate::nearest::nearest;
use crate::problem::{Problem, ProblemKind};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table and the list that its problems go to.
pub(super) struct Section<'a> {
    name: &'a str,
    text: &'a str,
    table: &'a DeTable<'a>,
    line: u64,
    problems: &'a mut Vec<Problem>,
    /// Keys that were probably meant by misspelt ones: they are not missing as well.
    meant: Vec<String>,
}

/// The line of a byte, from 1.
pub(super) fn line(text: &str, at: usize) -> u64 {
    text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count() as u64 + 1
}

impl<'a> Section<'a> {
    pub fn new(
        name: &'a str,
        text: &'a str,
        table: &'a DeTable<'a>,
        line: u64,
        problems: &'a mut Vec<Problem>,
    ) -> Section<'a> {
        Section { name, text, table, line, problems, meant: Vec::new() }
    }

    /// The line of its header.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Reports every key that is not one of these.
    pub fn allow(&mut self, keys: &[&str], of: &str) {
        for (key, _) in self.table.iter() {
            let written = key.get_ref().as_ref();
            if keys.contains(&written) {
                continue;
            }
            let help = match nearest(written, keys.iter().copied()) {
                Some(near) => {
                    self.meant.push(near.to_string());
                    format!("did you mean `{near}`?")
                }
                None => format!("it knows `{}`", keys.join("`, `")),
            };
            let message = format!("{of} has no key `{written}`");
            self.push(line(self.text, key.span().start), message, Some(help));
        }
    }

    /// The key is there, whatever its value.
    pub fn has(&self, key: &str) -> bool {
        self.spanned(key).is_some()
    }

    fn spanned(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    pub fn value(&self, key: &str) -> Option<&'a DeValue<'a>> {
        self.spanned(key).map(Spanned::get_ref)
    }

    /// A text.
    pub fn text(&mut self, key: &str) -> Option<String> {
        let value = self.value(key)?;
        let text = value.as_str().map(str::to_string);
        if text.is_none() {
            self.wrong(key, "expected a text in quotation marks");
        }
        text
    }

    /// A text that must be there; empty if it is not.
    pub fn required(&mut self, key: &str) -> String {
        self.missing(key, &format!("{key} = \"…\""));
        self.text(key).unwrap_or_default()
    }

    /// A text or a TOML time.
    pub fn moment(&mut self, key: &str) -> Option<String> {
        match self.value(key)? {
            DeValue::Datetime(time) => Some(time.to_string()),
            _ => self.text(key),
        }
    }

    /// A text or a list of texts.
    pub fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let value = self.value(key)?;
        let texts = match value {
            DeValue::Array(values) => {
                values.iter().map(|v| v.get_ref().as_str().map(str::to_string)).collect()
            }
            other => other.as_str().map(|text| vec![text.to_string()]),
        };
        if texts.is_none() {
            self.wrong(key, "expected a text in quotation marks, or a list of them");
        }
        texts
    }

    /// A whole number that is not negative.
    pub fn count(&mut self, key: &str) -> Option<u64> {
        let value = self.value(key)?;
        let number = value.as_integer().and_then(|n| n.as_str().replace('_', "").parse().ok());
        if number.is_none() {
            self.wrong(key, "expected a whole number such as 30");
        }
        number
    }

    /// A share such as `"2.5%"`, in millionths.
    pub fn share(&mut self, key: &str) -> Option<u32> {
        let text = self.text(key)?;
        let share = share(&text);
        if share.is_none() {
            self.wrong(key, "expected a share from \"0%\" to \"100%\" such as \"5%\"");
        }
        share
    }

    /// The digits of a number.
    pub fn number(&self, key: &str) -> Option<String> {
        match self.value(key)? {
            DeValue::Integer(number) => Some(number.as_str().replace('_', "")),
            DeValue::Float(number) => Some(number.as_str().replace('_', "")),
            _ => None,
        }
    }

    /// `true` or `false`; absent is false.
    pub fn flag(&mut self, key: &str) -> bool {
        match self.value(key) {
            None => false,
            Some(DeValue::Boolean(value)) => *value,
            Some(_) => {
                self.wrong(key, "expected `true` or `false`");
                false
            }
        }
    }

    /// Names and texts, in the order of the manifest.
    pub fn map(&mut self, key: &str) -> Vec<(String, String)> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let pairs = value.as_table().and_then(|table| flat(table, ""));
        if pairs.is_none() {
            self.wrong(key, "expected pairs such as `{ name = \"column\" }`");
        }
        pairs.unwrap_or_default()
    }

    /// A table.
    pub fn table<T>(&mut self, key: &str, read: impl Fn(&mut Section<'_>) -> T) -> Option<T> {
        let spanned = self.spanned(key)?;
        let Some(table) = spanned.get_ref().as_table() else {
            self.wrong(key, &format!("expected a table `[{key}]`"));
            return None;
        };
        let line = line(self.text, spanned.span().start);
        Some(read(&mut Section::new(self.name, self.text, table, line, self.problems)))
    }

    /// A list of tables; a single one counts as a list of one.
    pub fn tables<T>(&mut self, key: &str, read: impl Fn(usize, &mut Section<'_>) -> T) -> Vec<T> {
        let Some(spanned) = self.spanned(key) else { return Vec::new() };
        let one = std::slice::from_ref(spanned);
        let values: Vec<_> = match spanned.get_ref() {
            DeValue::Array(values) => values.iter().collect(),
            _ => one.iter().collect(),
        };
        let mut out = Vec::new();
        for value in values {
            let Some(table) = value.get_ref().as_table() else {
                self.wrong(key, &format!("expected tables `[[{key}]]`"));
                continue;
            };
            let line = line(self.text, value.span().start);
            out.push(read(out.len(), &mut Section::new(self.name, self.text, table, line, self.problems)));
        }
        out
    }

    /// The value of that key is not what it should be.
    pub fn wrong(&mut self, key: &str, message: &str) {
        let at = self.spanned(key).map_or(self.line, |v| line(self.text, v.span().start));
        self.push(at, format!("`{key}`: {message}"), None);
    }

    /// Something that must be there is not, under any spelling.
    pub fn missing(&mut self, key: &str, paste: &str) {
        if self.has(key) || self.meant.iter().any(|m| m == key) {
            return;
        }
        self.push(self.line, format!("`{key}` is missing"), Some(paste.to_string()));
    }

    fn push(&mut self, line: u64, message: String, help: Option<String>) {
        self.problems.push(Problem::new(ProblemKind::Manifest, self.name, message).row(line).help(help));
    }
}

/// `2.5%` in millionths: 25,000.
fn share(text: &str) -> Option<u32> {
    let percent = text.strip_suffix('%')?.trim_end();
    let (whole, rest) = percent.split_once('.').unwrap_or((percent, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || rest.len() > 4 || !digits(whole) || !digits(rest) {
        return None;
    }
    let millionths: u32 = format!("{whole}{rest:0<4}").parse().ok()?;
    (millionths <= 1_000_000).then_some(millionths)
}

/// `a.b = "x"` is the name `a.b`, whether TOML nests it or not.
fn flat(table: &DeTable<'_>, before: &str) -> Option<Vec<(String, String)>> {
    let mut out = Vec::new();
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (key, value) in entries {
        let name = format!("{before}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) => out.extend(flat(inner, &format!("{name}."))?),
            other => out.push((name, other.as_str()?.to_string())),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_are_exact() {
        for (text, millionths) in [
            ("5%", Some(50_000)),
            ("2.5 %", Some(25_000)),
            ("0.0001%", Some(1)),
            ("100%", Some(1_000_000)),
            ("101%", None),
            ("5", None),
            ("-5%", None),
            ("%", None),
            ("1.23456%", None),
        ] {
            assert_eq!(share(text), millionths, "{text}");
        }
    }
}
