//! Work in several threads, its results in their order.

use crate::problem::DataErrors;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::{io, thread};

/// Results that may wait for one before them, for each thread.
pub(super) const WAITING: usize = 8;

/// Why work ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something is wrong with the data, or odd: the row-wise reader shall look at all of it.
    Rows,
    /// Something is wrong, and to tell of it the keys that stand twice, or all keys, have to be known before.
    Keys,
    /// What is wrong, told.
    Data(DataErrors),
    /// The files are not what they were when they were gone through before.
    Changed,
    /// The file's own summary of its rows is wrong.
    Lies(String),
    /// Whoever takes the results could not.
    Output(io::Error),
    /// A temporary file could not be written or read.
    Spill(io::Error),
}

/// Locks what no thread leaves half done.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where a worker puts its results, each under its number.
pub(super) type Put<'a, T> = &'a mut dyn FnMut(usize, T) -> Result<(), Stop>;

/// Does a task: the number of the thread, that of the task, and where to put results.
pub(super) type Work<'a, T> = &'a (dyn Fn(usize, usize, Put<'_, T>) -> Result<(), Stop> + Sync);

/// Runs tasks 0 to `tasks`, each in one of so many threads, which take them in order. Results have numbers from 0
/// and reach `take` in this order.
pub(super) fn run<T: Send>(
    threads: usize,
    tasks: usize,
    work: Work<'_, T>,
    take: &mut dyn FnMut(T) -> Result<(), Stop>,
) -> Result<(), Stop> {
    run_within(None, threads, tasks, work, take)
}

/// The same; if only so many results may wait, a thread that would put one more waits as well. For work where each thread
/// puts rising numbers, and begins with none before all lower ones are put or begun: so who has the next one never waits.
pub(super) fn run_within<T: Send>(
    ahead: Option<usize>,
    threads: usize,
    tasks: usize,
    work: Work<'_, T>,
    take: &mut dyn FnMut(T) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let mut waiting = Waiting { next: 0, results: BTreeMap::new() };
    if threads <= 1 {
        for task in 0..tasks {
            work(0, task, &mut |number, result| waiting.add(number, result, take))?;
        }
        return Ok(());
    }
    let state = State {
        next: AtomicUsize::new(0),
        stopped: AtomicBool::new(false),
        ahead: Mutex::new(Ahead::default()),
        most: ahead.unwrap_or(threads * WAITING),
        puts_wait: ahead.is_some(),
        freed: Condvar::new(),
    };
    thread::scope(|scope| {
        let (sender, receiver) = channel();
        for worker in 0..threads.min(tasks) {
            let (sender, state) = (sender.clone(), &state);
            scope.spawn(move || {
                let _guard = StopsAll(state);
                let result = state.work(worker, tasks, work, &sender);
                if let Err(stop) = result {
                    state.stop();
                    let _ = sender.send(Err(stop)); // nobody listens if another stopped first
                }
            });
        }
        drop(sender);
        let result = deliver(&receiver, &mut waiting, &state, take);
        state.stop();
        result
    })
}

/// What the threads share.
struct State {
    next: AtomicUsize,
    stopped: AtomicBool,
    ahead: Mutex<Ahead>,
    /// How many results may wait, and whether those who would put more have to wait.
    most: usize,
    puts_wait: bool,
    freed: Condvar,
}

#[derive(Default)]
struct Ahead {
    /// Results that were put and not taken.
    results: usize,
    /// The number of the one that is next.
    next: usize,
}

/// Nobody waits for the results of a thread that panicked.
struct StopsAll<'s>(&'s State);

impl Drop for StopsAll<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}

type Message<T> = Result<(usize, T), Stop>;

impl State {
    fn work<T: Send>(
        &self,
        worker: usize,
        tasks: usize,
        work: Work<'_, T>,
        sender: &Sender<Message<T>>,
    ) -> Result<(), Stop> {
        loop {
            drop(self.wait(|ahead| ahead.results > self.most));
            let task = self.next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks || self.stopped.load(Ordering::Relaxed) {
                return Ok(());
            }
            work(worker, task, &mut |number, result| {
                let full =
                    |ahead: &Ahead| self.puts_wait && number > ahead.next && ahead.results >= self.most;
                self.wait(full).results += 1;
                let _ = sender.send(Ok((number, result))); // nobody listens after a stop
                Ok(())
            })?;
        }
    }

    /// Waits as long as that is so.
    fn wait(&self, while_so: impl Fn(&Ahead) -> bool) -> MutexGuard<'_, Ahead> {
        let mut ahead = lock(&self.ahead);
        while while_so(&ahead) && !self.stopped.load(Ordering::Relaxed) {
            ahead = self.freed.wait(ahead).unwrap_or_else(PoisonError::into_inner);
        }
        ahead
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        let _held = lock(&self.ahead); // nobody is between looking and waiting
        self.freed.notify_all();
    }
}

fn deliver<T>(
    receiver: &Receiver<Message<T>>,
    waiting: &mut Waiting<T>,
    state: &State,
    take: &mut dyn FnMut(T) -> Result<(), Stop>,
) -> Result<(), Stop> {
    for message in receiver {
        let (number, result) = message?;
        let before = waiting.next;
        waiting.add(number, result, take)?;
        let mut ahead = lock(&state.ahead);
        ahead.results -= waiting.next - before;
        ahead.next = waiting.next;
        drop(ahead);
        state.freed.notify_all();
    }
    Ok(())
}

/// Results that came before their turn.
struct Waiting<T> {
    next: usize,
    results: BTreeMap<usize, T>,
}

impl<T> Waiting<T> {
    fn add(
        &mut self,
        number: usize,
        result: T,
        take: &mut dyn FnMut(T) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.results.insert(number, result);
        while let Some(result) = self.results.remove(&self.next) {
            self.next += 1;
            take(result)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        for threads in [1, 2, 7] {
            for ahead in [None, Some(0), Some(1), Some(8)] {
                let mut taken = Vec::new();
                let work = |_: usize, task: usize, put: Put<'_, usize>| {
                    let mut numbers = [2 * task, 2 * task + 1];
                    if ahead.is_none() {
                        numbers.reverse();
                    }
                    numbers.into_iter().try_for_each(|number| put(number, number))
                };
                let mut take = |n| {
                    taken.push(n);
                    Ok(())
                };
                run_within(ahead, threads, 500, &work, &mut take).expect("no stop");
                assert_eq!(taken, (0..1000).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_panic_ends_all_threads() {
        let work = |_: usize, task: usize, put: Put<'_, ()>| {
            assert!(task != 100, "one of them panics");
            put(task, ())
        };
        let all = || run(3, 100_000, &work, &mut |()| Ok(()));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(all)).is_err());
    }

    #[test]
    fn a_stop_ends_all_threads() {
        for threads in [1, 3] {
            let work = |_: usize, task: usize, put: Put<'_, ()>| {
                if task == 100 { Err(Stop::Rows) } else { put(task, ()) }
            };
            assert!(matches!(run(threads, 100_000, &work, &mut |()| Ok(())), Err(Stop::Rows)));
            let full = || Stop::Output(io::Error::other("full"));
            let work = |_: usize, task: usize, put: Put<'_, ()>| put(task, ());
            assert!(matches!(run(threads, 100_000, &work, &mut |()| Err(full())), Err(Stop::Output(_))));
        }
    }
}
