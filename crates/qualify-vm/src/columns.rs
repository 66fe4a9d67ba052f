//! Loops over columns, and the borrowing that they need: one column of a bank is written while others of the
//! same bank are read.
//!
//! All loops run over slices cut to one length, with what they compute given by value: only so the compiler
//! makes vector instructions of them.

use crate::Bank;

/// The columns around one that is written.
pub(crate) struct Others<'a, T> {
    before: &'a [T],
    after: &'a [T],
    /// Where `after` begins.
    behind: usize,
    stride: usize,
    rows: usize,
}

impl<'a, T> Others<'a, T> {
    /// A register other than the one that is written.
    #[inline(always)]
    pub(crate) fn column(&self, register: usize) -> &'a [T] {
        let at = register * self.stride;
        if at < self.behind {
            &self.before[at..at + self.rows]
        } else {
            let at = at - self.behind;
            &self.after[at..at + self.rows]
        }
    }
}

impl<T: Copy + Default> Bank<T> {
    /// A register to be written, and all others.
    #[inline(always)]
    pub(crate) fn write(&mut self, to: usize, rows: usize) -> (&mut [T], Others<'_, T>) {
        let stride = self.stride();
        let at = to * stride;
        let (before, rest) = self.flat_mut().split_at_mut(at);
        let (out, after) = rest.split_at_mut(rows);
        (out, Others { before, after, behind: at + rows, stride, rows })
    }

    /// A register with the values of `a` that is not `to`: `a` itself, or a spare one that it is copied to.
    #[inline(always)]
    pub(crate) fn apart(&mut self, to: usize, a: usize, spare: usize, rows: usize) -> usize {
        if a != to {
            return a;
        }
        let (register, stride) = (self.spare(spare), self.stride());
        self.flat_mut().copy_within(a * stride..a * stride + rows, register * stride);
        register
    }
}

/// One column of another.
#[inline(always)]
pub(crate) fn map1<A: Copy, O>(out: &mut [O], a: &[A], f: impl Fn(A) -> O) {
    let n = out.len();
    let a = &a[..n];
    for i in 0..n {
        out[i] = f(a[i]);
    }
}

/// One column of two.
#[inline(always)]
pub(crate) fn map2<A: Copy, B: Copy, O>(out: &mut [O], a: &[A], b: &[B], f: impl Fn(A, B) -> O) {
    let n = out.len();
    let (a, b) = (&a[..n], &b[..n]);
    for i in 0..n {
        out[i] = f(a[i], b[i]);
    }
}

/// One column of three.
#[inline(always)]
pub(crate) fn map3<A: Copy, B: Copy, C: Copy, O>(
    out: &mut [O],
    a: &[A],
    b: &[B],
    c: &[C],
    f: impl Fn(A, B, C) -> O,
) {
    let n = out.len();
    let (a, b, c) = (&a[..n], &b[..n], &c[..n]);
    for i in 0..n {
        out[i] = f(a[i], b[i], c[i]);
    }
}

/// One column of four.
#[inline(always)]
pub(crate) fn map4<A: Copy, B: Copy, C: Copy, D: Copy, O>(
    out: &mut [O],
    (a, b): (&[A], &[B]),
    (c, d): (&[C], &[D]),
    f: impl Fn(A, B, C, D) -> O,
) {
    let n = out.len();
    let (a, b, c, d) = (&a[..n], &b[..n], &c[..n], &d[..n]);
    for i in 0..n {
        out[i] = f(a[i], b[i], c[i], d[i]);
    }
}

/// All ones where known (1), all zeros where not (0).
#[inline(always)]
pub(crate) fn mask(known: u8) -> i64 {
    -(known as i64)
}
