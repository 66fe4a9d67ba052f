//! Codes for texts that stand plainly in their column, so that each different one is looked at once.

use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use std::collections::HashMap;
use std::sync::Arc;

/// Rows that are looked at to see whether texts are few.
const SAMPLE: usize = 4096;

/// Different texts at most, then codes begin anew: what is known of a dictionary is worked out for all of it again when
/// it grows.
const MOST: usize = 4096;

/// The dictionary so far.
#[derive(Default)]
pub(super) struct Codes {
    codes: HashMap<Arc<str>, i32, foldhash::fast::RandomState>,
    texts: Vec<Arc<str>>,
    /// The texts as an array; stays the same one until there are more.
    values: Option<ArrayRef>,
}

impl Codes {
    /// A column of texts as one of codes, with a dictionary in which each text stands once.
    ///
    /// # Errors
    ///
    /// If the column is not one of texts.
    pub fn of(&mut self, column: &ArrayRef) -> Result<ArrayRef, ArrowError> {
        let column =
            if *column.data_type() == DataType::Utf8 { column } else { &cast(column, &DataType::Utf8)? };
        let column: &StringArray = column.as_string();
        if self.texts.len() > MOST {
            *self = Codes::default();
        }
        let known = self.texts.len();
        let keys: Vec<i32> = match column.nulls() {
            None => (0..column.len()).map(|row| self.code(column.value(row))).collect(),
            Some(nulls) => {
                let code = |row: usize| if nulls.is_null(row) { 0 } else { self.code(column.value(row)) };
                (0..column.len()).map(code).collect()
            }
        };
        if self.texts.len() > known {
            self.values = None;
        }
        let texts = &self.texts;
        let values = self.values.get_or_insert_with(|| Arc::new(StringArray::from_iter_values(texts)));
        let keys = Int32Array::new(keys.into(), column.nulls().cloned());
        Ok(Arc::new(DictionaryArray::try_new(keys, values.clone())?))
    }

    fn code(&mut self, text: &str) -> i32 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = self.texts.len() as i32; // a batch has far fewer rows than that holds
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        self.codes.insert(text, code);
        code
    }
}

/// Whether few different texts stand in a column, as far as its beginning tells: at most one in eight rows has another.
pub(super) fn are_few(column: &ArrayRef) -> bool {
    let sample = column.slice(0, column.len().min(SAMPLE));
    let rows = sample.len();
    let mut codes = Codes::default();
    codes.of(&sample).is_ok() && codes.texts.len() <= (rows / 8).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{LargeStringArray, StringViewArray};
    use arrow::datatypes::Int32Type;

    fn texts(coded: &ArrayRef) -> Vec<Option<&str>> {
        let coded = coded.as_dictionary::<Int32Type>();
        coded.downcast_dict::<StringArray>().expect("texts").into_iter().collect()
    }

    #[test]
    fn texts_come_back_from_their_codes() {
        let given = [Some("a"), None, Some("b"), Some(""), Some("a")];
        let columns: [ArrayRef; 3] = [
            Arc::new(StringArray::from(given.to_vec())),
            Arc::new(LargeStringArray::from(given.to_vec())),
            Arc::new(StringViewArray::from(given.to_vec())),
        ];
        for column in columns {
            let mut codes = Codes::default();
            let first = codes.of(&column).expect("texts");
            assert_eq!(texts(&first), given);
            let again = codes.of(&column.slice(1, 3)).expect("texts");
            assert_eq!(texts(&again), given[1..4]);
            let values = |array: &ArrayRef| array.as_dictionary::<Int32Type>().values().clone();
            assert!(Arc::ptr_eq(&values(&first), &values(&again)), "nothing was new");
        }
    }

    #[test]
    fn columns_without_a_text() {
        for column in [StringArray::from(vec![None::<&str>; 3]), StringArray::from(Vec::<&str>::new())] {
            let column: ArrayRef = Arc::new(column);
            let coded = Codes::default().of(&column).expect("texts");
            assert_eq!((coded.len(), coded.logical_null_count()), (column.len(), column.len()));
        }
    }

    #[test]
    fn codes_begin_anew_after_many() {
        let many: ArrayRef = Arc::new(StringArray::from_iter_values((0..=MOST).map(|n| n.to_string())));
        let few: ArrayRef = Arc::new(StringArray::from(vec!["x", "y", "x"]));
        let mut codes = Codes::default();
        codes.of(&many).expect("texts");
        let coded = codes.of(&few).expect("texts");
        assert_eq!(texts(&coded), [Some("x"), Some("y"), Some("x")]);
        assert_eq!(codes.texts.len(), 2);
    }

    #[test]
    fn few_are_one_in_eight() {
        let column = |different: usize| -> ArrayRef {
            Arc::new(StringArray::from_iter_values((0..800).map(|n| (n % different).to_string())))
        };
        assert!(are_few(&column(100)));
        assert!(!are_few(&column(101)));
    }
}
