//! Event terms in words, for listings: close to how they are written, without filters in full.
