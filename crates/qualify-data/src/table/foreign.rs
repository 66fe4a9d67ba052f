//! Files that are not the text that their name promises: what they are instead, and what to do.

use super::Broken;

/// Bytes that are looked at for what no text has.
pub(super) const LOOKED_AT: usize = 65_536;

/// First bytes of files, what such a file is, and what to do.
const STARTS: [(&[u8], &str, &str); 10] = [
    (b"PAR1", "a Parquet file", "`format = \"parquet\"`, or rename it to `.parquet`"),
    (b"ARROW1", "an Arrow file", "`format = \"arrow\"`, or rename it to `.arrow`"),
    (b"\x1f\x8b", "packed with gzip", "rename it so that it ends in `.gz`"),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "rename it so that it ends in `.zst`"),
    (b"PK\x03\x04", "a zip archive or an Excel file", "unpack it, or save the sheet as CSV (UTF-8)"),
    (b"\xd0\xcf\x11\xe0", "an Excel file", "save the sheet as CSV (UTF-8)"),
    (b"%PDF", "a PDF", "export the data as CSV"),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (b"<!DOCTYPE", "a web page", "was it saved from a page that asks for a login?"),
    (b"<html", "a web page", "was it saved from a page that asks for a login?"),
];

/// An error if the content cannot be text in UTF-8.
pub(super) fn check(content: &[u8]) -> Result<(), Broken> {
    let broken =
        |message: String, help: &str| Broken { help: Some(help.to_string()), ..Broken::new(message) };
    for (start, what, help) in STARTS {
        if content.get(..start.len()).is_some_and(|first| first.eq_ignore_ascii_case(start)) {
            return Err(broken(format!("its name promises text, but it is {what}"), help));
        }
    }
    let looked_at = &content[..content.len().min(LOOKED_AT)];
    let mark = content.starts_with(&[0xff, 0xfe]) || content.starts_with(&[0xfe, 0xff]);
    let zeros = |odd: usize| looked_at.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    // Latin text in UTF-16 has a zero in every other place
    if mark || even.max(odd) * 5 > looked_at.len() {
        return Err(broken("the file is in UTF-16, not UTF-8".to_string(), "save it as UTF-8"));
    }
    if even + odd > 0 {
        return Err(broken(
            "it holds bytes that no text has: it is another kind of file, or damaged".to_string(),
            "name its format with `format = \"…\"`, or export it again as CSV (UTF-8)",
        ));
    }
    Ok(())
}
