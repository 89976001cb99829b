// Works with files as programs in Rust do, in the directory that the first argument names, and prints a line for each
// thing that did not succeed.
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::time::SystemTime;

fn want<T>(what: &str, result: Result<T>) -> Option<T> {
    result.map_err(|error| println!("{what}: {error}")).ok()
}

fn reads(d: &str) {
    let text = want("read a file", fs::read_to_string(format!("{d}/file")));
    assert_eq!(text.as_deref(), Some("hello"));
    assert_eq!(want("list", fs::read_dir(d)).map(|entries| entries.count()), Some(2));
    want("attributes of a directory", File::open(d).and_then(|dir| dir.metadata()));
    want("seek", File::open(format!("{d}/file")).and_then(|mut file| {
        file.seek(SeekFrom::Start(2))?;
        file.read_to_string(&mut String::new())
    }));
    want("read beneath", fs::read(format!("{d}/sub/inner")));
}

fn writes(d: &str) -> Result<()> {
    fs::write(format!("{d}/made"), "new")?;
    want("append", OpenOptions::new().append(true).open(format!("{d}/made")).and_then(|mut file| file.write(b"y")));
    want("read and write", OpenOptions::new().read(true).write(true).open(format!("{d}/made")).and_then(|file| {
        file.set_len(1)?;
        file.sync_all()
    }));
    let past = SystemTime::UNIX_EPOCH;
    want("set times", OpenOptions::new().write(true).open(format!("{d}/made")).and_then(|file| file.set_modified(past)));
    want("set times of a directory", File::open(format!("{d}/sub")).and_then(|dir| dir.set_modified(past)));
    want("make directories", fs::create_dir_all(format!("{d}/a/b")));
    want("rename", fs::rename(format!("{d}/made"), format!("{d}/a/made")));
    want("copy", fs::copy(format!("{d}/file"), format!("{d}/a/copy")));
    want("link", fs::hard_link(format!("{d}/file"), format!("{d}/a/link")));
    fs::remove_dir_all(format!("{d}/a"))
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    reads(&arguments[1]);
    match writes(&arguments[1]) {
        Err(_) if arguments[2] == "read" => println!("writing is refused"),
        result => drop(want("write", result)),
    }
}
