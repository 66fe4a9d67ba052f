//! Aligned columns.

/// How a column stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Text.
    Left,
    /// Numbers.
    Right,
}

/// Rows under an optional head, two blanks between columns, `indent` blanks before each line. A cell longer
/// than `widest` characters is cut with an ellipsis.
pub fn table(columns: &[(&str, Align)], rows: &[Vec<String>], indent: usize, widest: usize) -> String {
    let cut = |cell: &str| match cell.chars().count() > widest {
        true => cell.chars().take(widest - 1).chain(['…']).collect(),
        false => cell.to_string(),
    };
    let head: Vec<String> = columns.iter().map(|(name, _)| name.to_string()).collect();
    let with_head = head.iter().any(|h| !h.is_empty());
    let lines: Vec<Vec<String>> = with_head
        .then_some(head)
        .into_iter()
        .chain(rows.iter().map(|r| r.iter().map(|c| cut(c)).collect()))
        .collect();
    let width =
        |i: usize| lines.iter().filter_map(|l| l.get(i)).map(|c| c.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let mut out = String::new();
    for line in &lines {
        let mut text = " ".repeat(indent);
        for (i, cell) in line.iter().enumerate() {
            let pad = " ".repeat(widths[i] - cell.chars().count());
            text.push_str(if i > 0 { "  " } else { "" });
            match columns[i].1 {
                Align::Left => text.extend([cell.as_str(), &pad]),
                Align::Right => text.extend([pad.as_str(), cell]),
            }
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}
