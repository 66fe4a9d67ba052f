//! Where models come from.

use qualify::Model;
use std::path::PathBuf;

/// A model and the files that it was made of.
pub struct Loaded {
    /// The model.
    pub model: Model,
    /// When one of these changes, the model is loaded again.
    pub files: Vec<PathBuf>,
}

/// Loads the model. An error is what to tell people, and the files that were read until then.
pub type Load = Box<dyn Fn() -> Result<Loaded, (String, Vec<PathBuf>)> + Send + Sync>;
