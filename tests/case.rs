//! Cases of the corpus, as they stand on its Markdown pages. `tests/corpus/README.md` tells their format.
//!
//! Not in here: running them.

use crate::blocks::blocks;

/// One `##` section of a page with a block of rules.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// The page, then the title of the section.
    pub name: String,
    /// The line of the title, from 1.
    pub line: usize,
    /// The number of the rule of the catalogue of real models that it expresses.
    pub catalogue: Vec<u32>,
    /// The block before the first section, which all cases of the page share.
    pub shared: String,
    /// Its own rules.
    pub rules: String,
    /// Files that the rules may use: name and text.
    pub files: Vec<(String, String)>,
    /// Values that replace those of params.
    pub params: Vec<(String, String)>,
    /// The instant, as text, if it is not the usual one.
    pub as_of: Option<String>,
    /// What is expected of each test, if the case says so.
    pub expected: Vec<Expected>,
    /// The messages expected, one a line, if the case says so.
    pub diagnostics: Option<Vec<String>>,
}

/// What is expected of the lead of a test.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The name of the test.
    pub test: String,
    /// Such as `stage` and `MQL`.
    pub results: Vec<(String, String)>,
    /// Lines of the ledger: points and words. Empty: not compared.
    pub ledger: Vec<(String, String)>,
}

/// The cases of a page. Mistakes in the format come as messages.
pub fn cases(page_name: &str, page: &str) -> Result<Vec<Case>, String> {
    let mut found = Vec::new();
    let mut shared = String::new();
    for (line, title, section) in sections(page) {
        let place = format!("{page_name}:{line}");
        let mut case = Case { name: format!("{page_name}: {title}"), line, ..Case::default() };
        for block in blocks(section) {
            let mut words = block.mark.split_whitespace();
            match (words.next().unwrap_or_default(), words.next()) {
                ("qualify", _) if title.is_empty() => shared.push_str(&block.text),
                ("qualify", _) => case.rules.push_str(&block.text),
                ("file", Some(name)) => case.files.push((name.into(), block.text)),
                ("expect", _) => expectations(&block.text, &mut case).map_err(|e| format!("{place}: {e}"))?,
                ("diagnostics", _) => {
                    let lines = block.text.lines().filter(|line| !line.trim().is_empty());
                    case.diagnostics = Some(lines.map(|line| line.trim().to_string()).collect());
                }
                ("text" | "", _) => {}
                (mark, _) => return Err(format!("{place}: a block marked `{mark}` means nothing")),
            }
        }
        for line in section.lines() {
            if let Some(numbers) = line.strip_prefix("catalogue:") {
                let numbers = numbers.split(',').map(|number| number.trim().parse::<u32>());
                let numbers: Result<Vec<u32>, _> = numbers.collect();
                case.catalogue = numbers.map_err(|e| format!("{place}: catalogue: {e}"))?;
            }
        }
        case.shared = shared.clone();
        if !case.rules.is_empty() {
            found.push(case);
        }
    }
    Ok(found)
}

/// The parts of a page: before the first `##` (with an empty title), then from each `##` to the next.
fn sections(page: &str) -> Vec<(usize, &str, &str)> {
    let mut found = vec![(1, "", 0)];
    let (mut offset, mut fenced) = (0, false);
    for (number, line) in page.split_inclusive('\n').enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if let (false, Some(title)) = (fenced, line.strip_prefix("## ")) {
            found.push((number + 1, title.trim(), offset));
        }
        offset += line.len();
    }
    let ends = found.iter().skip(1).map(|part| part.2).chain([page.len()]).collect::<Vec<_>>();
    found.iter().zip(ends).map(|((line, title, start), end)| (*line, *title, &page[*start..end])).collect()
}

fn expectations(text: &str, case: &mut Case) -> Result<(), String> {
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if line.starts_with(' ') {
            let (points, words) =
                line.trim().split_once(' ').ok_or(format!("`{line}`: points, then words"))?;
            let lead =
                case.expected.last_mut().ok_or(format!("`{line}`: a ledger line stands below a test"))?;
            lead.ledger.push((points.into(), words.trim().into()));
        } else if let Some(instant) = line.strip_prefix("as of ") {
            case.as_of = Some(instant.trim().into());
        } else if let Some(param) = line.strip_prefix("param ") {
            let (name, value) = param.split_once('=').ok_or(format!("`{line}`: `param NAME = VALUE`"))?;
            case.params.push((name.trim().into(), value.trim().into()));
        } else {
            let (test, results) = split_outside_quotes(line, ':')
                .split_first()
                .map(|(test, rest)| (unquoted(test), rest.join(":")))
                .unwrap_or_default();
            let results = split_outside_quotes(&results, ',')
                .into_iter()
                .filter(|result| !result.is_empty())
                .map(|result| {
                    let (name, value) =
                        result.split_once(' ').ok_or(format!("`{result}`: a name and a value"))?;
                    Ok((name.to_string(), value.trim().to_string()))
                });
            let results: Result<_, String> = results.collect();
            case.expected.push(Expected { test, results: results?, ledger: Vec::new() });
        }
    }
    Ok(())
}

/// The parts of `text` between the signs `at` that stand outside quotes, stripped of white space.
pub fn split_outside_quotes(text: &str, at: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        match parts.last_mut() {
            Some(_) if c == at && !quoted => parts.push(String::new()),
            Some(last) => last.push(c),
            None => {}
        }
    }
    parts.iter().map(|part| part.trim().to_string()).collect()
}

/// The text without the quotes around it, if there are any.
pub fn unquoted(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.unwrap_or(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read() {
        let page = "# Page\n```qualify\nlead {}\n```\n## One\ncatalogue: 19, 20\n```qualify\nwhen a add 1\n```\n\
                    ```expect\nas of 2026-02-01T00:00:00Z\na: score 1, route \"x, y\"\n  +1 when a add 1\n```\n";
        let found = cases("page.md", page).expect("the page is right");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].line, &found[0].catalogue[..]), (5, &[19, 20][..]));
        assert_eq!(found[0].shared, "lead {}\n");
        assert_eq!(found[0].as_of.as_deref(), Some("2026-02-01T00:00:00Z"));
        let expected = &found[0].expected[0];
        assert_eq!(expected.test, "a");
        assert_eq!(expected.results[1], ("route".to_string(), "\"x, y\"".to_string()));
        assert_eq!(expected.ledger, [("+1".to_string(), "when a add 1".to_string())]);
    }
}
