//! Texts as codes that hold for a whole file, although each row group has a dictionary of its own.

use crate::failure::Failure;
use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::Int32Type;
use std::collections::HashMap;

/// Different texts, in the order in which they were met.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// The text of each code.
    pub texts: Vec<String>,
    codes: HashMap<String, u32>,
}

impl Dictionary {
    /// The code of a text, a new one if need be.
    pub fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = self.texts.len() as u32;
        self.texts.push(text.to_string());
        self.codes.insert(text.to_string(), code);
        code
    }

    /// The code of a text, if it occurs.
    pub fn find(&self, text: &str) -> Option<u32> {
        self.codes.get(text).copied()
    }
}

/// From the codes of a row group to those of the file; computed once while the dictionary stays the same.
#[derive(Default)]
pub struct Recode {
    /// Kept, not just its address: a new dictionary could lie where an old one was.
    last: Option<ArrayRef>,
    codes: Vec<u32>,
}

impl Recode {
    /// Gives `push` the code of each row, none where the cell is empty.
    pub fn each(
        &mut self,
        column: &ArrayRef,
        dictionary: &mut Dictionary,
        mut push: impl FnMut(Option<u32>),
    ) -> Result<(), Failure> {
        let column = column.as_dictionary_opt::<Int32Type>();
        let column = column.ok_or_else(|| Failure::new("a text column was not read as a dictionary"))?;
        let texts: &StringArray = column.values().as_string();
        let same = self.last.as_ref().is_some_and(|last| {
            let last: &StringArray = last.as_string();
            last.values().as_ptr() == texts.values().as_ptr() && last.len() == texts.len()
        });
        if !same {
            self.codes = (0..texts.len()).map(|place| dictionary.code(texts.value(place))).collect();
            self.last = Some(column.values().clone());
        }
        let keys = column.keys();
        if keys.null_count() == 0 {
            keys.values().iter().for_each(|key| push(Some(self.codes[*key as usize])));
        } else {
            keys.iter().for_each(|key| push(key.map(|key| self.codes[key as usize])));
        }
        Ok(())
    }
}
