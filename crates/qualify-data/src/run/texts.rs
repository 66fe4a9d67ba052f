//! The texts and lists that codes stand for: those of one reader, or those that all threads share.
//!
//! Those that all threads share are held up to a bound. What finds no room is put aside, each time that it comes, and
//! its code says where it lies.

use super::aside::{Aside, Kept, Pages, record};
use super::order::Stop;
use super::saved::{Saved, put_value};
use qualify_model::{Column, UNKNOWN, Value};
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex};

/// What a text takes in the table beside its letters, about.
const ENTRY: u64 = 96;

/// Codes from here on say where a value lies that was put aside.
const ASIDE: u32 = 1 << 31;

/// Values that were put aside begin at places that this divides.
const STEP: u64 = 16;

/// A dictionary that grows.
pub(super) enum Texts {
    /// Of one reader: a text may stand in it more than once.
    Own {
        texts: Vec<Arc<str>>,
        shared: Arc<Vec<Arc<str>>>,
        lists: Vec<Vec<Value>>,
        shared_lists: Arc<Vec<Vec<Value>>>,
    },
    /// Of all threads: texts in memory have one code each; one that was put aside has another each time that it comes.
    Common(Arc<Mutex<Common>>),
}

/// Texts and lists by their codes.
pub(super) struct Finished {
    texts: Arc<Vec<Arc<str>>>,
    lists: Arc<Vec<Vec<Value>>>,
    aside: Option<Kept>,
}

/// The dictionary of all threads.
pub(super) struct Common {
    codes: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
    list_codes: HashMap<Vec<Value>, u32>,
    lists: Vec<Vec<Value>>,
    /// Bytes that may still be held.
    room: u64,
    aside: Option<Aside>,
    buffer: Vec<u8>,
    failed: Option<io::Error>,
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
                if !common.has_room(text.len())
                    && let Some(code) = common.put_aside(&Value::Text(text.clone()))
                {
                    return code;
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
                let texts =
                    list.iter().map(|value| if let Value::Text(text) = value { text.len() } else { 0 });
                if !common.has_room(48 * list.len() + texts.sum::<usize>())
                    && let Some(code) = common.put_aside(&Value::List(list.to_vec()))
                {
                    return code;
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
    /// One for all threads that holds about so many bytes.
    pub fn shared(room: u64) -> Arc<Mutex<Common>> {
        Arc::new(Mutex::new(Common {
            codes: HashMap::new(),
            texts: Vec::new(),
            list_codes: HashMap::new(),
            lists: Vec::new(),
            room,
            aside: None,
            buffer: Vec::new(),
            failed: None,
        }))
    }

    fn has_room(&mut self, bytes: usize) -> bool {
        let bytes = bytes as u64 + ENTRY;
        let fits = bytes <= self.room;
        self.room -= if fits { bytes } else { 0 };
        fits
    }

    /// The code of a value that finds no room; none if there are too many for codes.
    fn put_aside(&mut self, value: &Value) -> Option<u32> {
        let aside = self.aside.get_or_insert_with(|| Aside::new(0));
        let code = u32::try_from(aside.length() / STEP).ok().filter(|at| *at < UNKNOWN - ASIDE)?;
        record(&mut self.buffer);
        put_value(Some(value), &mut self.buffer);
        self.buffer.resize(self.buffer.len().next_multiple_of(STEP as usize), 0);
        if let Err(error) = aside.add_record(&mut self.buffer) {
            self.failed.get_or_insert(error);
        }
        Some(ASIDE | code)
    }

    /// All texts and all lists.
    pub fn finish(&mut self) -> Result<Finished, Stop> {
        self.codes = HashMap::new();
        self.list_codes = HashMap::new();
        match self.failed.take() {
            Some(error) => Err(Stop::Spill(error)),
            None => Ok(Finished {
                texts: Arc::new(std::mem::take(&mut self.texts)),
                lists: Arc::new(std::mem::take(&mut self.lists)),
                aside: self.aside.take().map(Aside::finish).transpose().map_err(Stop::Spill)?,
            }),
        }
    }
}

impl Finished {
    /// Gives a column of codes its dictionary; what was put aside is brought back for it.
    pub fn share(&self, column: &mut Column) -> Result<(), Stop> {
        match column {
            Column::Text { codes, dictionary } => {
                *dictionary = match self.brought(codes)? {
                    None => Arc::clone(&self.texts),
                    Some(brought) => {
                        let text = |value| if let Value::Text(text) = value { text } else { Arc::from("") };
                        self.own(codes, &self.texts, brought.into_iter().map(|(code, v)| (code, text(v))))
                    }
                };
            }
            Column::List { codes, dictionary } => {
                *dictionary = match self.brought(codes)? {
                    None => Arc::clone(&self.lists),
                    Some(brought) => {
                        let list = |value| if let Value::List(list) = value { list } else { Vec::new() };
                        self.own(codes, &self.lists, brought.into_iter().map(|(code, v)| (code, list(v))))
                    }
                };
            }
            _ => {}
        }
        Ok(())
    }

    /// The values of codes that were put aside, each once; none if there is no such code.
    fn brought(&self, codes: &[u32]) -> Result<Option<Vec<(u32, Value)>>, Stop> {
        let Some(kept) = &self.aside else { return Ok(None) };
        let mut wanted: Vec<u32> =
            codes.iter().copied().filter(|code| *code >= ASIDE && *code != UNKNOWN).collect();
        if wanted.is_empty() {
            return Ok(None);
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut pages = Pages::new(kept, PAGE);
        let mut brought = Vec::with_capacity(wanted.len());
        for code in wanted {
            let value = Saved(pages.record(u64::from(code - ASIDE) * STEP)?).value();
            brought.push((code, value.ok_or(Stop::Rows)?));
        }
        Ok(Some(brought))
    }

    /// A dictionary of what these codes stand for alone; they become places in it.
    fn own<V: Clone>(
        &self,
        codes: &mut [u32],
        held: &[V],
        brought: impl Iterator<Item = (u32, V)>,
    ) -> Arc<Vec<V>> {
        let mut places: HashMap<u32, u32> = HashMap::new();
        let mut values = Vec::new();
        for (code, value) in brought {
            places.insert(code, values.len() as u32);
            values.push(value);
        }
        for code in codes.iter_mut().filter(|code| **code != UNKNOWN) {
            let known = *code;
            *code = *places.entry(known).or_insert_with(|| {
                values.extend(held.get(known as usize).cloned());
                values.len() as u32 - 1
            });
        }
        Arc::new(values)
    }

    /// The bytes of its temporary file.
    pub fn spilled_bytes(&self) -> u64 {
        self.aside.as_ref().map_or(0, Kept::spilled_bytes)
    }
}

/// Bytes that are brought back at a time.
const PAGE: u64 = 4096;
