//! A named thing that is computed when first asked for.

use std::cell::RefCell;

/// Remembers the result of a computation for one lead.
pub(crate) struct Memo<T>(RefCell<State<T>>);

enum State<T> {
    Open,
    Busy,
    Done(T),
}

impl<T> Default for Memo<T> {
    fn default() -> Memo<T> {
        Memo(RefCell::new(State::Open))
    }
}

impl<T: Clone> Memo<T> {
    /// The result, computed the first time. The checker refuses cycles of names; should a model come with one
    /// all the same, the inner request gives `in_cycle` instead of never ending.
    pub(crate) fn get(&self, in_cycle: T, compute: impl FnOnce() -> T) -> T {
        match &*self.0.borrow() {
            State::Done(result) => return result.clone(),
            State::Busy => return in_cycle,
            State::Open => {}
        }
        self.0.replace(State::Busy);
        let result = compute();
        self.0.replace(State::Done(result.clone()));
        result
    }
}
