//! Bars and aligned columns in fixed-width text.

/// A bar of so many cells at most, an eighth of a cell exact.
pub(super) fn bar(n: u64, most: u64, cells: u64) -> String {
    if most == 0 || n == 0 {
        return String::new();
    }
    let eighths = ((u128::from(n) * u128::from(cells) * 8).div_ceil(u128::from(most))) as usize;
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    format!("{}{}", "█".repeat(eighths / 8), parts[eighths % 8])
}

/// Rows with each column as wide as it must be; the first column stands left, the others right.
pub(super) fn table(rows: &[Vec<String>], indent: &str) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = indent.to_string();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let gap = " ".repeat(width - cell.chars().count());
            line.push_str(&if column == 0 { format!("{cell}{gap}") } else { format!("  {gap}{cell}") });
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}
