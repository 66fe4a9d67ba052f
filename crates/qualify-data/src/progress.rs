//! How reading tells its caller how far it is.

/// Told by [`crate::read`] as it goes. All methods do nothing unless overridden.
pub trait Progress {
    /// Reading starts; `bytes` is the size of all files as they lie on the disk.
    fn start(&mut self, bytes: u64) {
        let _ = bytes;
    }

    /// The next file, by the name that messages use.
    fn file(&mut self, name: &str) {
        let _ = name;
    }

    /// So many more rows were read.
    fn rows(&mut self, rows: u64) {
        let _ = rows;
    }

    /// A file of so many bytes is done.
    fn advance(&mut self, bytes: u64) {
        let _ = bytes;
    }

    /// Everything is read.
    fn finish(&mut self) {}
}

/// Says nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Progress for Quiet {}
