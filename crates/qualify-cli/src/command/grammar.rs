//! `qualify grammar`: the normative grammar, or sentences made from it.

use crate::Stop;
use crate::arguments::Grammar;
use crate::console::{Console, Outcome};

/// Prints the grammar or `--sample N` sentences.
pub fn run(arguments: &Grammar, console: &mut Console) -> Result<Outcome, Stop> {
    match arguments.sample {
        None => console.print(qualify_grammar::text())?,
        Some(count) => {
            for sentence in qualify_grammar::sentences(arguments.seed, count) {
                console.print(&format!("{}\n\n", sentence.trim()))?;
            }
        }
    }
    Ok(Outcome::Fine)
}
