// Four threads begin together, send numbers through a channel and count under a lock.
use std::sync::{mpsc, Arc, Barrier, Mutex};
use std::thread;

fn main() {
    let (sender, receiver) = mpsc::channel();
    let (barrier, count) = (Arc::new(Barrier::new(4)), Arc::new(Mutex::new(0u64)));
    let threads: Vec<_> = (0..4u64)
        .map(|thread| {
            let (sender, barrier, count) = (sender.clone(), barrier.clone(), count.clone());
            thread::spawn(move || {
                barrier.wait();
                for item in 0..1000 {
                    sender.send(thread * 1000 + item).unwrap();
                    *count.lock().unwrap() += 1;
                }
            })
        })
        .collect();
    drop(sender);
    let sum: u64 = receiver.iter().sum();
    for thread in threads {
        thread.join().unwrap();
    }
    println!("{sum} {}", count.lock().unwrap());
}
