//! `qualify grammar`: the normative grammar, or sentences made from it.

use crate::Stop;
use crate::arguments::Grammar;
use crate::console::{Console, Format, Outcome};
use serde_json::json;

/// Prints the grammar or `--sample N` sentences.
pub fn run(arguments: &Grammar, console: &mut Console) -> Result<Outcome, Stop> {
    let sentences = arguments.sample.map(|count| qualify_grammar::sentences(arguments.seed, count));
    match (sentences, console.format) {
        (None, Format::Human) => console.print(qualify_grammar::text())?,
        (None, Format::Json) => {
            console.print(&format!("{:#}\n", json!({ "grammar": qualify_grammar::text() })))?;
        }
        (Some(sentences), Format::Json) => {
            console.print(&format!("{:#}\n", json!(sentences.collect::<Vec<_>>())))?;
        }
        (Some(sentences), Format::Human) => {
            for sentence in sentences {
                console.print(&format!("{}\n\n", sentence.trim()))?;
            }
        }
    }
    Ok(Outcome::Fine)
}
