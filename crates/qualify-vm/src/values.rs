//! Texts and lists in registers: they say where a value stands and hold nothing of it, so that moving them
//! about allocates nothing. A part of a text is a range of it.

use crate::{Arguments, Input, SlotColumn, Slots};
use qualify_model::Value;
use qualify_plan::Constants;
use std::sync::Arc;

/// Where a text or list stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// Nowhere: unknown.
    #[default]
    Unknown,
    /// In the dictionary of an input, at a code.
    Input(u32),
    /// In a list of constants, at a place.
    Constant(u32),
    /// It is `/`: the path of a web address without one.
    Root,
    /// In a slot, at a row.
    Slot(u32),
    /// Among the arguments.
    Argument(u32),
}

/// A text or unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextHandle {
    /// Where it stands.
    pub source: Source,
    /// Which one there.
    pub code: u32,
    /// The bytes of it from here…
    pub start: u32,
    /// … to here; `u32::MAX` for its end.
    pub end: u32,
}

/// A list or unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListHandle {
    /// Where it stands: an input, a slot or an argument.
    pub source: Source,
    /// Which one there.
    pub code: u32,
}

/// A list that is kept: a place in a shared dictionary.
#[derive(Clone, Debug, PartialEq)]
pub struct ListValue {
    /// The lists.
    pub dictionary: Arc<Vec<Vec<Value>>>,
    /// Which one.
    pub code: u32,
}

impl ListValue {
    /// The values; none if there is no such list.
    pub fn values(&self) -> Option<&[Value]> {
        self.dictionary.get(self.code as usize).map(Vec::as_slice)
    }
}

impl Default for TextHandle {
    fn default() -> TextHandle {
        TextHandle::whole(Source::Unknown, 0)
    }
}

impl TextHandle {
    /// A whole text.
    pub fn whole(source: Source, code: u32) -> TextHandle {
        TextHandle { source, code, start: 0, end: u32::MAX }
    }
}

/// What the handles in registers refer to.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Lists of texts.
    pub constants: &'a Constants,
    /// Columns of the domain.
    pub inputs: &'a [Input<'a>],
    /// Answers of facts.
    pub slots: &'a Slots,
    /// Values of the lead, in event programs.
    pub arguments: Arguments<'a>,
}

impl<'a> Sources<'a> {
    /// The text, if it is known.
    #[inline]
    pub fn text(&self, handle: TextHandle) -> Option<&'a str> {
        // most are whole texts of a column
        if let (Source::Input(input), 0, u32::MAX) = (handle.source, handle.start, handle.end)
            && let Some(Input::Texts { dictionary, .. }) = self.inputs.get(input as usize)
        {
            return dictionary.get(handle.code as usize).map(|text| &**text);
        }
        self.any_text(handle)
    }

    fn any_text(&self, handle: TextHandle) -> Option<&'a str> {
        let whole: &'a str = match handle.source {
            Source::Constant(list) => {
                self.constants.texts.get(list as usize)?.get(handle.code as usize)?.as_str()
            }
            Source::Root => "/",
            _ => self.shared(handle)?,
        };
        if handle.start == 0 && handle.end == u32::MAX {
            return Some(whole);
        }
        whole.get(handle.start as usize..(handle.end as usize).min(whole.len()))
    }

    /// The text, if it is known, to keep: it is copied only if it is a part or a constant.
    pub fn kept_text(&self, handle: TextHandle) -> Option<Arc<str>> {
        if handle.start == 0
            && handle.end == u32::MAX
            && !matches!(handle.source, Source::Constant(_) | Source::Root)
        {
            return self.shared(handle).cloned();
        }
        self.text(handle).map(Arc::from)
    }

    fn shared(&self, handle: TextHandle) -> Option<&'a Arc<str>> {
        match handle.source {
            Source::Input(input) => match self.inputs.get(input as usize)? {
                Input::Texts { dictionary, .. } => dictionary.get(handle.code as usize),
                _ => None,
            },
            Source::Slot(slot) => match self.slots.columns.get(slot as usize)? {
                SlotColumn::Text(texts) => texts.get(handle.code as usize)?.as_ref(),
                _ => None,
            },
            Source::Argument(argument) => self.arguments.texts.get(argument as usize)?.as_ref(),
            Source::Unknown | Source::Constant(_) | Source::Root => None,
        }
    }

    /// The values of the list, if it is known.
    pub fn list(&self, handle: ListHandle) -> Option<&'a [Value]> {
        match handle.source {
            Source::Input(input) => match self.inputs.get(input as usize)? {
                Input::Lists { dictionary, .. } => dictionary.get(handle.code as usize).map(Vec::as_slice),
                _ => None,
            },
            Source::Slot(slot) => match self.slots.columns.get(slot as usize)? {
                SlotColumn::List(lists) => lists.get(handle.code as usize)?.as_ref()?.values(),
                _ => None,
            },
            Source::Argument(argument) => self.arguments.lists.get(argument as usize)?.as_ref()?.values(),
            _ => None,
        }
    }

    /// The list, if it is known, to keep.
    pub fn kept_list(&self, handle: ListHandle) -> Option<ListValue> {
        match handle.source {
            Source::Input(input) => match self.inputs.get(input as usize)? {
                Input::Lists { dictionary, .. } if (handle.code as usize) < dictionary.len() => {
                    Some(ListValue { dictionary: Arc::clone(dictionary), code: handle.code })
                }
                _ => None,
            },
            Source::Slot(slot) => match self.slots.columns.get(slot as usize)? {
                SlotColumn::List(lists) => lists.get(handle.code as usize)?.clone(),
                _ => None,
            },
            Source::Argument(argument) => self.arguments.lists.get(argument as usize)?.clone(),
            _ => None,
        }
    }
}
