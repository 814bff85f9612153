//! Threads for work that fills much memory: hashing passwords, setting type. The allocator keeps what a thread freed for that
//! thread, so on whichever thread is free it would in time lie in all of them: a server held 480 MiB after a few sign-ins.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use tokio::sync::oneshot;

use super::failure::Failure;

type Job = Box<dyn FnOnce() + Send>;

/// A few threads that do one kind of work, in the order in which it comes.
pub struct Workshop {
    name: &'static str,
    jobs: mpsc::Sender<Job>,
}

impl Workshop {
    pub fn open(name: &'static str, threads: usize) -> Self {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads {
            let queue = queue.clone();
            let next = move || queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            // Work that panics drops its answer, which tells; the thread goes on.
            let work = move || {
                std::iter::from_fn(|| next().ok()).for_each(|job| drop(catch_unwind(AssertUnwindSafe(job))));
            };
            if let Err(error) = std::thread::Builder::new().name(name.into()).spawn(work) {
                tracing::error!("a thread for {name} cannot be started: {error}");
            }
        }
        Self { name, jobs }
    }

    /// Has work done and waits for it, in async code.
    pub async fn send<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let (reply, answer) = oneshot::channel();
        self.put(move || drop(reply.send(work())));
        answer.await.map_err(|_| self.lost())
    }

    /// The same where waiting may block.
    pub fn give<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let (reply, answer) = mpsc::sync_channel(1);
        self.put(move || drop(reply.send(work())));
        answer.recv().map_err(|_| self.lost())
    }

    fn put(&self, job: impl FnOnce() + Send + 'static) {
        // Were there no thread, or nobody left who waits, the end of a channel tells.
        let _ = self.jobs.send(Box::new(job));
    }

    fn lost(&self) -> Failure {
        Failure::fault(anyhow::anyhow!("work of {} was lost", self.name))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn work_that_panics_is_told_and_the_next_is_done() {
        let shop = Workshop::open("trial", 1);
        assert!(shop.give(|| "no number".parse::<i32>().unwrap()).is_err());
        assert_eq!(shop.give(|| 7).ok(), Some(7));
    }
}
