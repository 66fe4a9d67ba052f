//! What went wrong, as a value that C holds until it frees it.

use qualify_embed::{Refusal, problems};
use std::any::Any;
use std::ffi::CString;

/// What went wrong: a message for people, and the same as JSON.
pub struct Failure {
    pub(crate) kind: Kind,
    pub(crate) message: CString,
    pub(crate) json: CString,
}

/// The kinds of errors.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The rules are wrong; the JSON has `diagnostics`.
    Model = 1,
    /// Leads, events or a manifest cannot be read; the JSON has `problems`.
    Data = 2,
    /// A file cannot be read.
    File = 3,
    /// An argument is NULL where it must not be, is no UTF-8, or means nothing.
    Argument = 4,
    /// A mistake in this library. What was asked for was not done; the model can be used further.
    Internal = 5,
}

impl Failure {
    pub(crate) fn argument(why: impl Into<String>) -> Failure {
        Failure::from(Refusal::Argument(why.into()))
    }

    /// A panic that ended here.
    pub(crate) fn internal(panic: &(dyn Any + Send)) -> Failure {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("without a word");
        let message = format!("a mistake in the library: {said}");
        let json = serde_json::json!({ "kind": "internal", "message": message });
        Failure { kind: Kind::Internal, message: c_text(&message), json: c_text(&json.to_string()) }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Failure {
        let kind = match &refusal {
            Refusal::Model(_) => Kind::Model,
            Refusal::Data(_) => Kind::Data,
            Refusal::File(_) => Kind::File,
            Refusal::Argument(_) => Kind::Argument,
        };
        let json = problems(&refusal).to_string();
        Failure { kind, message: c_text(&refusal.to_string()), json: c_text(&json) }
    }
}

/// A text as C has it; zero bytes, which would end it, become blanks.
pub(crate) fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', " ")).unwrap_or_default() // none is left
}
