//! Rule files, as text. What is wrong with a file is told in a few words, to stand after its name.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The text of a rule file.
pub fn rule_text(file: &Path) -> Result<String, String> {
    let bytes = std::fs::read(file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_string(),
        ErrorKind::IsADirectory => "it is a folder, not a file".to_string(),
        _ => format!("it cannot be read ({error})"),
    })?;
    as_rule_text(bytes)
}

/// The text of the bytes of a rule file, without the mark that some editors put before it.
pub fn as_rule_text(bytes: Vec<u8>) -> Result<String, String> {
    let text = String::from_utf8(bytes).map_err(|error| {
        format!("it is not text in UTF-8 (byte {})", error.utf8_error().valid_up_to() + 1)
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text))
}

/// The name and text of the file that is written as `path` in the file `asking`.
pub fn used_rule_text(path: &str, asking: &str) -> Result<(String, String), String> {
    let file = beside(path, asking);
    Ok((file.display().to_string(), rule_text(&file)?))
}

/// Where a path leads that is written in the file `asking`.
pub fn beside(path: &str, asking: &str) -> PathBuf {
    Path::new(asking).parent().unwrap_or(Path::new("")).join(path)
}
