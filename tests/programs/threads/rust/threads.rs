//! What a program with Rust's std::thread does: mutexes, condition variables, channels, barriers, scopes and
//! thread-locals. It prints one line for each part; the test knows what they must say.
use std::cell::Cell;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{mpsc, Arc, Barrier, Condvar, Mutex, RwLock};
use std::thread;
use std::time::{Duration, Instant};

const THREADS: usize = 8;
const ROUNDS: usize = 2000;

thread_local!(static OWN: Cell<usize> = const { Cell::new(0) });

fn counter() -> usize {
    let total = Arc::new(Mutex::new(0));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let total = Arc::clone(&total);
            thread::spawn(move || {
                for _ in 0..ROUNDS {
                    *total.lock().unwrap() += 1;
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let result = *total.lock().unwrap();
    result
}

fn channel() -> usize {
    let (sender, receiver) = mpsc::channel();
    for thread in 0..THREADS {
        let sender = sender.clone();
        thread::spawn(move || {
            for round in 0..ROUNDS {
                sender.send(thread * ROUNDS + round).unwrap();
            }
        });
    }
    drop(sender);
    receiver.iter().sum()
}

fn ping_pong() -> usize {
    let pair = Arc::new((Mutex::new(0), Condvar::new()));
    let other = Arc::clone(&pair);
    let thread = thread::spawn(move || turns(&other, 1));
    turns(&pair, 0);
    thread.join().unwrap();
    let result = *pair.0.lock().unwrap();
    result
}

fn turns(pair: &(Mutex<usize>, Condvar), mine: usize) {
    let (turn, changed) = pair;
    for _ in 0..ROUNDS {
        let mut now = changed.wait_while(turn.lock().unwrap(), |now| *now % 2 != mine).unwrap();
        *now += 1;
        changed.notify_one();
    }
}

fn readers() -> usize {
    let pair = RwLock::new((0usize, 0usize));
    let torn = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    let mut both = pair.write().unwrap();
                    both.0 += 1;
                    both.1 += 1;
                }
            });
        }
        for _ in 0..2 {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    let both = pair.read().unwrap();
                    if both.0 != both.1 {
                        torn.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    assert_eq!(torn.load(Ordering::Relaxed), 0);
    let result = pair.read().unwrap().0;
    result
}

fn own() -> usize {
    let barrier = Arc::new(Barrier::new(THREADS));
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let barrier = Arc::clone(&barrier);
            thread::spawn(move || {
                OWN.with(|own| own.set(thread));
                barrier.wait();
                OWN.with(|own| own.get())
            })
        })
        .collect();
    OWN.with(|own| own.get()) + threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
}

fn storm() -> usize {
    (0..500).map(|round| thread::spawn(move || round).join().unwrap()).sum()
}

fn timeout() -> bool {
    let pair = (Mutex::new(()), Condvar::new());
    let start = Instant::now();
    let (_guard, result) = pair.1.wait_timeout(pair.0.lock().unwrap(), Duration::from_millis(50)).unwrap();
    result.timed_out() && start.elapsed() >= Duration::from_millis(50)
}

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("exit") => {
            thread::spawn(|| std::process::exit(7));
            loop {
                thread::sleep(Duration::from_secs(1));
            }
        }
        Some("spin-exit") => {
            thread::spawn(|| {
                thread::sleep(Duration::from_millis(50));
                std::process::exit(8)
            });
            loop {
                std::hint::spin_loop();
            }
        }
        Some("panic") => {
            thread::spawn(|| panic!("on purpose"));
            loop {
                thread::sleep(Duration::from_secs(1));
            }
        }
        Some("many") => {
            let mut threads = Vec::new();
            let result = loop {
                match thread::Builder::new().stack_size(16384).spawn(thread::park) {
                    Ok(thread) => threads.push(thread),
                    Err(error) => break error.kind(),
                }
            };
            println!("{} {:?}", threads.len(), result);
            std::io::stdout().flush().unwrap();
            std::process::exit(0);
        }
        Some("write") => {
            // Threads share descriptors and the directory.
            thread::spawn(|| std::fs::write("/directory/written", "by a thread").unwrap()).join().unwrap();
            println!("{}", std::fs::read_to_string("/directory/written").unwrap());
        }
        _ => {
            println!("counter {}", counter());
            println!("channel {}", channel());
            println!("ping-pong {}", ping_pong());
            println!("readers {}", readers());
            println!("own {}", own());
            println!("storm {}", storm());
            println!("timeout {}", timeout());
        }
    }
}
