// Generated from spec/cloudabi.abi by `npm run generate`. Do not edit.
// Offsets of the fields of CloudABI's structures, in bytes, for AssemblyScript.

/** The attributes of a descriptor. */
export namespace FdstatLayout {
  /** Bytes in all. */
  export const SIZE: usize = 24;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 8;
  /** What the descriptor refers to. */
  export const fs_filetype: usize = 0;
  /** How it reads and writes. */
  export const fs_flags: usize = 2;
  /** What it may be used for. */
  export const fs_rights_base: usize = 8;
  /** What a descriptor opened through it may be used for at most. */
  export const fs_rights_inheriting: usize = 16;
}

/** Where a path starts. It is passed as a value, not by address. */
export namespace LookupLayout {
  /** Bytes in all. */
  export const SIZE: usize = 8;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 4;
  /** The directory from which the path is looked up. */
  export const fd: usize = 0;
  /** Whether a link at its end is followed. */
  export const flags: usize = 4;
}

/** The attributes of a file. */
export namespace FilestatLayout {
  /** Bytes in all. */
  export const SIZE: usize = 56;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 8;
  /** The file system that holds it. */
  export const st_dev: usize = 0;
  /** Its number there. */
  export const st_ino: usize = 8;
  /** What it is. */
  export const st_filetype: usize = 16;
  /** How many names it has. */
  export const st_nlink: usize = 20;
  /** Bytes in an ordinary file, or in the target of a symbolic link. */
  export const st_size: usize = 24;
  /** When it was last read. */
  export const st_atim: usize = 32;
  /** When its content last changed. */
  export const st_mtim: usize = 40;
  /** When its attributes last changed. */
  export const st_ctim: usize = 48;
}

/** The head of a directory entry. The name follows at once, without padding or a zero byte. */
export namespace DirentLayout {
  /** Bytes in all. */
  export const SIZE: usize = 24;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 8;
  /** Where the next entry is. */
  export const d_next: usize = 0;
  /** The number of the file. */
  export const d_ino: usize = 8;
  /** Bytes in the name. */
  export const d_namlen: usize = 16;
  /** What the file is. */
  export const d_type: usize = 20;
}

/** A piece of memory to be filled by a scattering read. */
export namespace IovecLayout {
  /** Bytes in all. */
  export const SIZE: usize = 8;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 4;
  /** Its address and its size in bytes. */
  export const buf: usize = 0;
  export const buf_len: usize = 4;
}

/** A piece of memory to be taken by a gathering write. */
export namespace CiovecLayout {
  /** Bytes in all. */
  export const SIZE: usize = 8;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 4;
  /** Its address and its size in bytes. */
  export const buf: usize = 0;
  export const buf_len: usize = 4;
}

/** What `sock_recv` is asked for. */
export namespace RecvInLayout {
  /** Bytes in all. */
  export const SIZE: usize = 20;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 4;
  /** Where the data goes. */
  export const ri_data: usize = 0;
  export const ri_data_len: usize = 4;
  /** Where the numbers of received descriptors go. */
  export const ri_fds: usize = 8;
  export const ri_fds_len: usize = 12;
  /** How to receive. */
  export const ri_flags: usize = 16;
}

/** What `sock_recv` received. */
export namespace RecvOutLayout {
  /** Bytes in all. */
  export const SIZE: usize = 52;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 4;
  /** Bytes of data. */
  export const ro_datalen: usize = 0;
  /** Descriptors. */
  export const ro_fdslen: usize = 4;
  /** Held addresses once. Left alone. */
  export const ro_unused: usize = 8;
  /** What was cut off. */
  export const ro_flags: usize = 48;
}

/** What `sock_send` is asked for. */
export namespace SendInLayout {
  /** Bytes in all. */
  export const SIZE: usize = 20;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 4;
  /** The data to send. */
  export const si_data: usize = 0;
  export const si_data_len: usize = 4;
  /** Descriptors to send along. */
  export const si_fds: usize = 8;
  export const si_fds_len: usize = 12;
  /** How to send. */
  export const si_flags: usize = 16;
}

/** What `sock_send` sent. */
export namespace SendOutLayout {
  /** Bytes in all. */
  export const SIZE: usize = 4;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 4;
  /** Bytes of data. */
  export const so_datalen: usize = 0;
}

/** One thing to wait for. */
export namespace SubscriptionLayout {
  /** Bytes in all. */
  export const SIZE: usize = 56;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 8;
  /** Comes back in `event.userdata`. */
  export const userdata: usize = 0;
  /** Ignored. */
  export const unused: usize = 8;
  /** What to wait for. */
  export const type: usize = 10;
  /** A number by which the program knows the clock. Ignored. */
  export const clock_identifier: usize = 16;
  /** The clock to look at. */
  export const clock_clock_id: usize = 24;
  /** When, or after how long. */
  export const clock_timeout: usize = 32;
  /** How much later will do, so that several timers can share one wakeup. */
  export const clock_precision: usize = 40;
  /** Whether the timeout is a time or a duration. */
  export const clock_flags: usize = 48;
  /** The condition variable. */
  export const condvar_condvar: usize = 16;
  /** A lock held for writing. It is given up meanwhile and taken again before the event. */
  export const condvar_lock: usize = 20;
  /** In what kind of memory the condition variable lies. */
  export const condvar_condvar_scope: usize = 24;
  /** In what kind of memory the lock lies. */
  export const condvar_lock_scope: usize = 25;
  /** The descriptor. */
  export const fd_readwrite_fd: usize = 16;
  /** How to wait for it. */
  export const fd_readwrite_flags: usize = 20;
  /** The lock to take. */
  export const lock_lock: usize = 16;
  /** In what kind of memory it lies. */
  export const lock_lock_scope: usize = 20;
  /** The descriptor of the process. */
  export const proc_terminate_fd: usize = 16;
}

/** One thing that has happened. */
export namespace EventLayout {
  /** Bytes in all. */
  export const SIZE: usize = 32;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 8;
  /** From `subscription.userdata`. */
  export const userdata: usize = 0;
  /** Why this subscription failed; if it did, nothing below is filled in. */
  export const error: usize = 8;
  /** What has happened. */
  export const type: usize = 10;
  /** How many bytes can be read or written; zero if unknown. */
  export const fd_readwrite_nbytes: usize = 16;
  /** Ignored. */
  export const fd_readwrite_unused: usize = 24;
  /** The state of the descriptor. */
  export const fd_readwrite_flags: usize = 28;
  /** Ignored. */
  export const proc_terminate_unused: usize = 16;
  /** The signal that ended the process, or zero if it ended by itself. */
  export const proc_terminate_signal: usize = 20;
  /** The exit code, if it ended by itself. */
  export const proc_terminate_exitcode: usize = 24;
}

/** What `thread_create` needs to know. */
export namespace ThreadattrLayout {
  /** Bytes in all. */
  export const SIZE: usize = 16;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 4;
  /** Where the thread starts. */
  export const entry_point: usize = 0;
  /** The memory for its stack: lowest address and size. */
  export const stack: usize = 4;
  export const stack_len: usize = 8;
  /** What is passed on to the entry point. */
  export const argument: usize = 12;
}

/**
 * The thread control block: what the thread register of the processor points to when a thread starts. A
 * program that wants more thread-local storage makes its own area, copies this block into it, and sets the
 * register to that; the block must stay within reach, because an emulator may keep its own state there.
 */
export namespace TcbLayout {
  /** Bytes in all. */
  export const SIZE: usize = 4;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 4;
  /** Belongs to the system. It means nothing to the program. */
  export const parent: usize = 0;
}

/**
 * An entry of the auxiliary vector, which tells a process about its start. The vector ends with
 * `auxtype.null`; a program skips the types it does not know.
 */
export namespace AuxvLayout {
  /** Bytes in all. */
  export const SIZE: usize = 8;
  /** The number of which its address is a multiple. */
  export const ALIGNMENT: usize = 4;
  /** What the entry tells. */
  export const a_type: usize = 0;
  /** A number. */
  export const a_val: usize = 4;
  /** An address. */
  export const a_ptr: usize = 4;
}
