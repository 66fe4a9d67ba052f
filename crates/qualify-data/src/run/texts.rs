//! The texts and lists that codes stand for: those of one reader, or those that all threads share.

use qualify_model::{Column, Value};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// A dictionary that grows.
pub(super) enum Texts {
    /// Of one reader: a text may stand in it more than once.
    Own {
        texts: Vec<Arc<str>>,
        shared: Arc<Vec<Arc<str>>>,
        lists: Vec<Vec<Value>>,
        shared_lists: Arc<Vec<Vec<Value>>>,
    },
    /// Of all threads: equal texts have equal codes.
    Common(Arc<Mutex<Common>>),
}

/// Texts and lists by their codes.
pub(super) type Finished = (Arc<Vec<Arc<str>>>, Arc<Vec<Vec<Value>>>);

/// The dictionary of all threads.
#[derive(Default)]
pub(super) struct Common {
    codes: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    list_codes: HashMap<Vec<Value>, u32>,
    lists: Vec<Vec<Value>>,
}

impl Texts {
    /// An empty one of one reader.
    pub fn own() -> Texts {
        Texts::Own {
            texts: Vec::new(),
            shared: Arc::default(),
            lists: Vec::new(),
            shared_lists: Arc::default(),
        }
    }

    /// The code of a text.
    pub fn text(&mut self, text: &Arc<str>) -> u32 {
        match self {
            Texts::Own { texts, .. } => {
                texts.push(text.clone());
                texts.len() as u32 - 1
            }
            Texts::Common(common) => {
                let mut common = common.lock().unwrap_or_else(|e| e.into_inner());
                if let Some(code) = common.codes.get(text) {
                    return *code;
                }
                let code = common.texts.len() as u32;
                common.texts.push(text.clone());
                common.codes.insert(text.clone(), code);
                code
            }
        }
    }

    /// The same of a text that nobody holds yet.
    pub fn text_of(&mut self, text: &str) -> u32 {
        match self {
            Texts::Own { .. } => self.text(&Arc::from(text)),
            Texts::Common(common) => {
                let known = common.lock().unwrap_or_else(|e| e.into_inner()).codes.get(text).copied();
                known.unwrap_or_else(|| self.text(&Arc::from(text)))
            }
        }
    }

    /// Starts anew; what was shared stays with those who have it.
    pub fn clear(&mut self) {
        if let Texts::Own { texts, shared, lists, shared_lists } = self {
            texts.clear();
            lists.clear();
            *shared = Arc::default();
            *shared_lists = Arc::default();
        }
    }

    /// The code of a list.
    pub fn list(&mut self, list: &[Value]) -> u32 {
        match self {
            Texts::Own { lists, .. } => {
                lists.push(list.to_vec());
                lists.len() as u32 - 1
            }
            Texts::Common(common) => {
                let mut common = common.lock().unwrap_or_else(|e| e.into_inner());
                if let Some(code) = common.list_codes.get(list) {
                    return *code;
                }
                let code = common.lists.len() as u32;
                common.lists.push(list.to_vec());
                common.list_codes.insert(list.to_vec(), code);
                code
            }
        }
    }

    /// Gives a column the dictionary that its codes are places in, as it is now; common ones are given when all
    /// is read.
    pub fn share(&mut self, column: &mut Column) {
        let Texts::Own { texts, shared, lists, shared_lists } = self else { return };
        match column {
            Column::Text { dictionary, .. } => {
                if shared.len() != texts.len() {
                    *shared = Arc::new(texts.clone());
                }
                *dictionary = Arc::clone(shared);
            }
            Column::List { dictionary, .. } => {
                if shared_lists.len() != lists.len() {
                    *shared_lists = Arc::new(lists.clone());
                }
                *dictionary = Arc::clone(shared_lists);
            }
            _ => {}
        }
    }
}

impl Common {
    /// All texts and all lists.
    pub fn finish(&mut self) -> Finished {
        self.codes = HashMap::new();
        self.list_codes = HashMap::new();
        (Arc::new(std::mem::take(&mut self.texts)), Arc::new(std::mem::take(&mut self.lists)))
    }
}
