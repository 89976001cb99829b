// Generated from spec/cloudabi.abi by `npm run generate`. Do not edit.
// Offsets are in bytes. Readers fill an object that the caller makes once and uses again. Memory is the
// program's: an enumeration read from it may hold any number.

import { readWord64, writeWord64 } from '../word.ts';

/** The attributes of a descriptor. */
export interface Fdstat {
  /** What the descriptor refers to. */
  fs_filetype: number;
  /** How it reads and writes. */
  fs_flags: number;
  /** What it may be used for. */
  fs_rights_base: bigint;
  /** What a descriptor opened through it may be used for at most. */
  fs_rights_inheriting: bigint;
}

/** Makes a {@link Fdstat} full of zeros. */
export function newFdstat(): Fdstat {
  return {
    fs_filetype: 0,
    fs_flags: 0,
    fs_rights_base: 0n,
    fs_rights_inheriting: 0n,
  };
}

/** Size, alignment and offsets of `fdstat`. */
export const FdstatLayout = {
  size: 24,
  alignment: 8,
  offsets: {
    fs_filetype: 0,
    fs_flags: 2,
    fs_rights_base: 8,
    fs_rights_inheriting: 16,
  },
} as const;

/**
 * Reads the `fdstat` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readFdstat(view: DataView, at: number, value: Fdstat): Fdstat {
  value.fs_filetype = view.getUint8(at);
  value.fs_flags = view.getUint16(at + 2, true);
  value.fs_rights_base = view.getBigUint64(at + 8, true);
  value.fs_rights_inheriting = view.getBigUint64(at + 16, true);
  return value;
}

/**
 * Writes the `fdstat` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeFdstat(view: DataView, at: number, value: Readonly<Fdstat>): void {
  view.setUint8(at, value.fs_filetype);
  view.setUint16(at + 2, value.fs_flags, true);
  view.setBigUint64(at + 8, value.fs_rights_base, true);
  view.setBigUint64(at + 16, value.fs_rights_inheriting, true);
}

/** Where a path starts. It is passed as a value, not by address. */
export interface Lookup {
  /** The directory from which the path is looked up. */
  fd: number;
  /** Whether a link at its end is followed. */
  flags: number;
}

/** Makes a {@link Lookup} full of zeros. */
export function newLookup(): Lookup {
  return {
    fd: 0,
    flags: 0,
  };
}

/** Size, alignment and offsets of `lookup`. */
export const LookupLayout = {
  size: 8,
  alignment: 4,
  offsets: {
    fd: 0,
    flags: 4,
  },
} as const;

/**
 * Reads the `lookup` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readLookup(view: DataView, at: number, value: Lookup): Lookup {
  value.fd = view.getUint32(at, true);
  value.flags = view.getUint32(at + 4, true);
  return value;
}

/**
 * Writes the `lookup` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeLookup(view: DataView, at: number, value: Readonly<Lookup>): void {
  view.setUint32(at, value.fd, true);
  view.setUint32(at + 4, value.flags, true);
}

/** The attributes of a file. */
export interface Filestat {
  /** The file system that holds it. */
  st_dev: bigint;
  /** Its number there. */
  st_ino: bigint;
  /** What it is. */
  st_filetype: number;
  /** How many names it has. */
  st_nlink: number;
  /** Bytes in an ordinary file, or in the target of a symbolic link. */
  st_size: bigint;
  /** When it was last read. */
  st_atim: bigint;
  /** When its content last changed. */
  st_mtim: bigint;
  /** When its attributes last changed. */
  st_ctim: bigint;
}

/** Makes a {@link Filestat} full of zeros. */
export function newFilestat(): Filestat {
  return {
    st_dev: 0n,
    st_ino: 0n,
    st_filetype: 0,
    st_nlink: 0,
    st_size: 0n,
    st_atim: 0n,
    st_mtim: 0n,
    st_ctim: 0n,
  };
}

/** Size, alignment and offsets of `filestat`. */
export const FilestatLayout = {
  size: 56,
  alignment: 8,
  offsets: {
    st_dev: 0,
    st_ino: 8,
    st_filetype: 16,
    st_nlink: 20,
    st_size: 24,
    st_atim: 32,
    st_mtim: 40,
    st_ctim: 48,
  },
} as const;

/**
 * Reads the `filestat` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readFilestat(view: DataView, at: number, value: Filestat): Filestat {
  value.st_dev = view.getBigUint64(at, true);
  value.st_ino = view.getBigUint64(at + 8, true);
  value.st_filetype = view.getUint8(at + 16);
  value.st_nlink = view.getUint32(at + 20, true);
  value.st_size = view.getBigUint64(at + 24, true);
  value.st_atim = view.getBigUint64(at + 32, true);
  value.st_mtim = view.getBigUint64(at + 40, true);
  value.st_ctim = view.getBigUint64(at + 48, true);
  return value;
}

/**
 * Writes the `filestat` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeFilestat(view: DataView, at: number, value: Readonly<Filestat>): void {
  view.setBigUint64(at, value.st_dev, true);
  view.setBigUint64(at + 8, value.st_ino, true);
  view.setUint8(at + 16, value.st_filetype);
  view.setUint32(at + 20, value.st_nlink, true);
  view.setBigUint64(at + 24, value.st_size, true);
  view.setBigUint64(at + 32, value.st_atim, true);
  view.setBigUint64(at + 40, value.st_mtim, true);
  view.setBigUint64(at + 48, value.st_ctim, true);
}

/** The head of a directory entry. The name follows at once, without padding or a zero byte. */
export interface Dirent {
  /** Where the next entry is. */
  d_next: bigint;
  /** The number of the file. */
  d_ino: bigint;
  /** Bytes in the name. */
  d_namlen: number;
  /** What the file is. */
  d_type: number;
}

/** Makes a {@link Dirent} full of zeros. */
export function newDirent(): Dirent {
  return {
    d_next: 0n,
    d_ino: 0n,
    d_namlen: 0,
    d_type: 0,
  };
}

/** Size, alignment and offsets of `dirent`. */
export const DirentLayout = {
  size: 24,
  alignment: 8,
  offsets: {
    d_next: 0,
    d_ino: 8,
    d_namlen: 16,
    d_type: 20,
  },
} as const;

/**
 * Reads the `dirent` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readDirent(view: DataView, at: number, value: Dirent): Dirent {
  value.d_next = view.getBigUint64(at, true);
  value.d_ino = view.getBigUint64(at + 8, true);
  value.d_namlen = view.getUint32(at + 16, true);
  value.d_type = view.getUint8(at + 20);
  return value;
}

/**
 * Writes the `dirent` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeDirent(view: DataView, at: number, value: Readonly<Dirent>): void {
  view.setBigUint64(at, value.d_next, true);
  view.setBigUint64(at + 8, value.d_ino, true);
  view.setUint32(at + 16, value.d_namlen, true);
  view.setUint8(at + 20, value.d_type);
}

/** A piece of memory to be filled by a scattering read. */
export interface Iovec {
  /** Its address and its size in bytes. */
  buf: number;
  /** Number of elements of `buf`. */
  buf_len: number;
}

/** Makes a {@link Iovec} full of zeros. */
export function newIovec(): Iovec {
  return {
    buf: 0,
    buf_len: 0,
  };
}

/** Size, alignment and offsets of `iovec`. */
export const IovecLayout32 = {
  size: 8,
  alignment: 4,
  offsets: {
    buf: 0,
    buf_len: 4,
  },
} as const;

/**
 * Reads the `iovec` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readIovec32(view: DataView, at: number, value: Iovec): Iovec {
  value.buf = view.getUint32(at, true);
  value.buf_len = view.getUint32(at + 4, true);
  return value;
}

/**
 * Writes the `iovec` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeIovec32(view: DataView, at: number, value: Readonly<Iovec>): void {
  view.setUint32(at, value.buf, true);
  view.setUint32(at + 4, value.buf_len, true);
}

/** Size, alignment and offsets of `iovec`. */
export const IovecLayout64 = {
  size: 16,
  alignment: 8,
  offsets: {
    buf: 0,
    buf_len: 8,
  },
} as const;

/**
 * Reads the `iovec` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readIovec64(view: DataView, at: number, value: Iovec): Iovec {
  value.buf = readWord64(view, at);
  value.buf_len = readWord64(view, at + 8);
  return value;
}

/**
 * Writes the `iovec` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeIovec64(view: DataView, at: number, value: Readonly<Iovec>): void {
  writeWord64(view, at, value.buf);
  writeWord64(view, at + 8, value.buf_len);
}

/** A piece of memory to be taken by a gathering write. */
export interface Ciovec {
  /** Its address and its size in bytes. */
  buf: number;
  /** Number of elements of `buf`. */
  buf_len: number;
}

/** Makes a {@link Ciovec} full of zeros. */
export function newCiovec(): Ciovec {
  return {
    buf: 0,
    buf_len: 0,
  };
}

/** Size, alignment and offsets of `ciovec`. */
export const CiovecLayout32 = {
  size: 8,
  alignment: 4,
  offsets: {
    buf: 0,
    buf_len: 4,
  },
} as const;

/**
 * Reads the `ciovec` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readCiovec32(view: DataView, at: number, value: Ciovec): Ciovec {
  value.buf = view.getUint32(at, true);
  value.buf_len = view.getUint32(at + 4, true);
  return value;
}

/**
 * Writes the `ciovec` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeCiovec32(view: DataView, at: number, value: Readonly<Ciovec>): void {
  view.setUint32(at, value.buf, true);
  view.setUint32(at + 4, value.buf_len, true);
}

/** Size, alignment and offsets of `ciovec`. */
export const CiovecLayout64 = {
  size: 16,
  alignment: 8,
  offsets: {
    buf: 0,
    buf_len: 8,
  },
} as const;

/**
 * Reads the `ciovec` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readCiovec64(view: DataView, at: number, value: Ciovec): Ciovec {
  value.buf = readWord64(view, at);
  value.buf_len = readWord64(view, at + 8);
  return value;
}

/**
 * Writes the `ciovec` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeCiovec64(view: DataView, at: number, value: Readonly<Ciovec>): void {
  writeWord64(view, at, value.buf);
  writeWord64(view, at + 8, value.buf_len);
}

/** What `sock_recv` is asked for. */
export interface RecvIn {
  /** Where the data goes. */
  ri_data: number;
  /** Number of elements of `ri_data`. */
  ri_data_len: number;
  /** Where the numbers of received descriptors go. */
  ri_fds: number;
  /** Number of elements of `ri_fds`. */
  ri_fds_len: number;
  /** How to receive. */
  ri_flags: number;
}

/** Makes a {@link RecvIn} full of zeros. */
export function newRecvIn(): RecvIn {
  return {
    ri_data: 0,
    ri_data_len: 0,
    ri_fds: 0,
    ri_fds_len: 0,
    ri_flags: 0,
  };
}

/** Size, alignment and offsets of `recv_in`. */
export const RecvInLayout32 = {
  size: 20,
  alignment: 4,
  offsets: {
    ri_data: 0,
    ri_data_len: 4,
    ri_fds: 8,
    ri_fds_len: 12,
    ri_flags: 16,
  },
} as const;

/**
 * Reads the `recv_in` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readRecvIn32(view: DataView, at: number, value: RecvIn): RecvIn {
  value.ri_data = view.getUint32(at, true);
  value.ri_data_len = view.getUint32(at + 4, true);
  value.ri_fds = view.getUint32(at + 8, true);
  value.ri_fds_len = view.getUint32(at + 12, true);
  value.ri_flags = view.getUint16(at + 16, true);
  return value;
}

/**
 * Writes the `recv_in` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeRecvIn32(view: DataView, at: number, value: Readonly<RecvIn>): void {
  view.setUint32(at, value.ri_data, true);
  view.setUint32(at + 4, value.ri_data_len, true);
  view.setUint32(at + 8, value.ri_fds, true);
  view.setUint32(at + 12, value.ri_fds_len, true);
  view.setUint16(at + 16, value.ri_flags, true);
}

/** Size, alignment and offsets of `recv_in`. */
export const RecvInLayout64 = {
  size: 40,
  alignment: 8,
  offsets: {
    ri_data: 0,
    ri_data_len: 8,
    ri_fds: 16,
    ri_fds_len: 24,
    ri_flags: 32,
  },
} as const;

/**
 * Reads the `recv_in` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readRecvIn64(view: DataView, at: number, value: RecvIn): RecvIn {
  value.ri_data = readWord64(view, at);
  value.ri_data_len = readWord64(view, at + 8);
  value.ri_fds = readWord64(view, at + 16);
  value.ri_fds_len = readWord64(view, at + 24);
  value.ri_flags = view.getUint16(at + 32, true);
  return value;
}

/**
 * Writes the `recv_in` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeRecvIn64(view: DataView, at: number, value: Readonly<RecvIn>): void {
  writeWord64(view, at, value.ri_data);
  writeWord64(view, at + 8, value.ri_data_len);
  writeWord64(view, at + 16, value.ri_fds);
  writeWord64(view, at + 24, value.ri_fds_len);
  view.setUint16(at + 32, value.ri_flags, true);
}

/** What `sock_recv` received. */
export interface RecvOut {
  /** Bytes of data. */
  ro_datalen: number;
  /** Descriptors. */
  ro_fdslen: number;
  /** What was cut off. */
  ro_flags: number;
}

/** Makes a {@link RecvOut} full of zeros. */
export function newRecvOut(): RecvOut {
  return {
    ro_datalen: 0,
    ro_fdslen: 0,
    ro_flags: 0,
  };
}

/** Size, alignment and offsets of `recv_out`. */
export const RecvOutLayout32 = {
  size: 52,
  alignment: 4,
  offsets: {
    ro_datalen: 0,
    ro_fdslen: 4,
    ro_unused: 8,
    ro_flags: 48,
  },
} as const;

/**
 * Reads the `recv_out` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readRecvOut32(view: DataView, at: number, value: RecvOut): RecvOut {
  value.ro_datalen = view.getUint32(at, true);
  value.ro_fdslen = view.getUint32(at + 4, true);
  value.ro_flags = view.getUint16(at + 48, true);
  return value;
}

/**
 * Writes the `recv_out` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeRecvOut32(view: DataView, at: number, value: Readonly<RecvOut>): void {
  view.setUint32(at, value.ro_datalen, true);
  view.setUint32(at + 4, value.ro_fdslen, true);
  view.setUint16(at + 48, value.ro_flags, true);
}

/** Size, alignment and offsets of `recv_out`. */
export const RecvOutLayout64 = {
  size: 64,
  alignment: 8,
  offsets: {
    ro_datalen: 0,
    ro_fdslen: 8,
    ro_unused: 16,
    ro_flags: 56,
  },
} as const;

/**
 * Reads the `recv_out` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readRecvOut64(view: DataView, at: number, value: RecvOut): RecvOut {
  value.ro_datalen = readWord64(view, at);
  value.ro_fdslen = readWord64(view, at + 8);
  value.ro_flags = view.getUint16(at + 56, true);
  return value;
}

/**
 * Writes the `recv_out` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeRecvOut64(view: DataView, at: number, value: Readonly<RecvOut>): void {
  writeWord64(view, at, value.ro_datalen);
  writeWord64(view, at + 8, value.ro_fdslen);
  view.setUint16(at + 56, value.ro_flags, true);
}

/** What `sock_send` is asked for. */
export interface SendIn {
  /** The data to send. */
  si_data: number;
  /** Number of elements of `si_data`. */
  si_data_len: number;
  /** Descriptors to send along. */
  si_fds: number;
  /** Number of elements of `si_fds`. */
  si_fds_len: number;
  /** How to send. */
  si_flags: number;
}

/** Makes a {@link SendIn} full of zeros. */
export function newSendIn(): SendIn {
  return {
    si_data: 0,
    si_data_len: 0,
    si_fds: 0,
    si_fds_len: 0,
    si_flags: 0,
  };
}

/** Size, alignment and offsets of `send_in`. */
export const SendInLayout32 = {
  size: 20,
  alignment: 4,
  offsets: {
    si_data: 0,
    si_data_len: 4,
    si_fds: 8,
    si_fds_len: 12,
    si_flags: 16,
  },
} as const;

/**
 * Reads the `send_in` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readSendIn32(view: DataView, at: number, value: SendIn): SendIn {
  value.si_data = view.getUint32(at, true);
  value.si_data_len = view.getUint32(at + 4, true);
  value.si_fds = view.getUint32(at + 8, true);
  value.si_fds_len = view.getUint32(at + 12, true);
  value.si_flags = view.getUint16(at + 16, true);
  return value;
}

/**
 * Writes the `send_in` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeSendIn32(view: DataView, at: number, value: Readonly<SendIn>): void {
  view.setUint32(at, value.si_data, true);
  view.setUint32(at + 4, value.si_data_len, true);
  view.setUint32(at + 8, value.si_fds, true);
  view.setUint32(at + 12, value.si_fds_len, true);
  view.setUint16(at + 16, value.si_flags, true);
}

/** Size, alignment and offsets of `send_in`. */
export const SendInLayout64 = {
  size: 40,
  alignment: 8,
  offsets: {
    si_data: 0,
    si_data_len: 8,
    si_fds: 16,
    si_fds_len: 24,
    si_flags: 32,
  },
} as const;

/**
 * Reads the `send_in` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readSendIn64(view: DataView, at: number, value: SendIn): SendIn {
  value.si_data = readWord64(view, at);
  value.si_data_len = readWord64(view, at + 8);
  value.si_fds = readWord64(view, at + 16);
  value.si_fds_len = readWord64(view, at + 24);
  value.si_flags = view.getUint16(at + 32, true);
  return value;
}

/**
 * Writes the `send_in` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeSendIn64(view: DataView, at: number, value: Readonly<SendIn>): void {
  writeWord64(view, at, value.si_data);
  writeWord64(view, at + 8, value.si_data_len);
  writeWord64(view, at + 16, value.si_fds);
  writeWord64(view, at + 24, value.si_fds_len);
  view.setUint16(at + 32, value.si_flags, true);
}

/** What `sock_send` sent. */
export interface SendOut {
  /** Bytes of data. */
  so_datalen: number;
}

/** Makes a {@link SendOut} full of zeros. */
export function newSendOut(): SendOut {
  return {
    so_datalen: 0,
  };
}

/** Size, alignment and offsets of `send_out`. */
export const SendOutLayout32 = {
  size: 4,
  alignment: 4,
  offsets: {
    so_datalen: 0,
  },
} as const;

/**
 * Reads the `send_out` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readSendOut32(view: DataView, at: number, value: SendOut): SendOut {
  value.so_datalen = view.getUint32(at, true);
  return value;
}

/**
 * Writes the `send_out` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeSendOut32(view: DataView, at: number, value: Readonly<SendOut>): void {
  view.setUint32(at, value.so_datalen, true);
}

/** Size, alignment and offsets of `send_out`. */
export const SendOutLayout64 = {
  size: 8,
  alignment: 8,
  offsets: {
    so_datalen: 0,
  },
} as const;

/**
 * Reads the `send_out` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readSendOut64(view: DataView, at: number, value: SendOut): SendOut {
  value.so_datalen = readWord64(view, at);
  return value;
}

/**
 * Writes the `send_out` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeSendOut64(view: DataView, at: number, value: Readonly<SendOut>): void {
  writeWord64(view, at, value.so_datalen);
}

/** One thing to wait for. */
export interface Subscription {
  /** Comes back in `event.userdata`. */
  userdata: bigint;
  /** Ignored. */
  unused: number;
  /** What to wait for. */
  type: number;
  /** Meaningful if `type` is clock. */
  readonly clock: {
    /** A number by which the program knows the clock. Ignored. */
    identifier: bigint;
    /** The clock to look at. */
    clock_id: number;
    /** When, or after how long. */
    timeout: bigint;
    /** How much later will do, so that several timers can share one wakeup. */
    precision: bigint;
    /** Whether the timeout is a time or a duration. */
    flags: number;
  };
  /** Meaningful if `type` is condvar. */
  readonly condvar: {
    /** The condition variable. */
    condvar: number;
    /** A lock held for writing. It is given up meanwhile and taken again before the event. */
    lock: number;
    /** In what kind of memory the condition variable lies. */
    condvar_scope: number;
    /** In what kind of memory the lock lies. */
    lock_scope: number;
  };
  /** Meaningful if `type` is fd_read or fd_write. */
  readonly fd_readwrite: {
    /** The descriptor. */
    fd: number;
    /** How to wait for it. */
    flags: number;
  };
  /** Meaningful if `type` is lock_rdlock or lock_wrlock. */
  readonly lock: {
    /** The lock to take. */
    lock: number;
    /** In what kind of memory it lies. */
    lock_scope: number;
  };
  /** Meaningful if `type` is proc_terminate. */
  readonly proc_terminate: {
    /** The descriptor of the process. */
    fd: number;
  };
}

/** Makes a {@link Subscription} full of zeros. */
export function newSubscription(): Subscription {
  return {
    userdata: 0n,
    unused: 0,
    type: 0,
    clock: { identifier: 0n, clock_id: 0, timeout: 0n, precision: 0n, flags: 0 },
    condvar: { condvar: 0, lock: 0, condvar_scope: 0, lock_scope: 0 },
    fd_readwrite: { fd: 0, flags: 0 },
    lock: { lock: 0, lock_scope: 0 },
    proc_terminate: { fd: 0 },
  };
}

/** Size, alignment and offsets of `subscription`. */
export const SubscriptionLayout32 = {
  size: 56,
  alignment: 8,
  offsets: {
    userdata: 0,
    unused: 8,
    type: 10,
    'clock.identifier': 16,
    'clock.clock_id': 24,
    'clock.timeout': 32,
    'clock.precision': 40,
    'clock.flags': 48,
    'condvar.condvar': 16,
    'condvar.lock': 20,
    'condvar.condvar_scope': 24,
    'condvar.lock_scope': 25,
    'fd_readwrite.fd': 16,
    'fd_readwrite.flags': 20,
    'lock.lock': 16,
    'lock.lock_scope': 20,
    'proc_terminate.fd': 16,
  },
} as const;

/**
 * Reads the `subscription` at an offset of the view into `value`, and returns that, of the variant only
 * what `type` chooses.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readSubscription32(view: DataView, at: number, value: Subscription): Subscription {
  value.userdata = view.getBigUint64(at, true);
  value.unused = view.getUint16(at + 8, true);
  value.type = view.getUint8(at + 10);
  switch (value.type) {
    case 1: // clock
      value.clock.identifier = view.getBigUint64(at + 16, true);
      value.clock.clock_id = view.getUint32(at + 24, true);
      value.clock.timeout = view.getBigUint64(at + 32, true);
      value.clock.precision = view.getBigUint64(at + 40, true);
      value.clock.flags = view.getUint16(at + 48, true);
      break;
    case 2: // condvar
      value.condvar.condvar = view.getUint32(at + 16, true);
      value.condvar.lock = view.getUint32(at + 20, true);
      value.condvar.condvar_scope = view.getUint8(at + 24);
      value.condvar.lock_scope = view.getUint8(at + 25);
      break;
    case 3: // fd_read
    case 4: // fd_write
      value.fd_readwrite.fd = view.getUint32(at + 16, true);
      value.fd_readwrite.flags = view.getUint16(at + 20, true);
      break;
    case 5: // lock_rdlock
    case 6: // lock_wrlock
      value.lock.lock = view.getUint32(at + 16, true);
      value.lock.lock_scope = view.getUint8(at + 20);
      break;
    case 7: // proc_terminate
      value.proc_terminate.fd = view.getUint32(at + 16, true);
      break;
    default:
  }
  return value;
}

/**
 * Writes the `subscription` at an offset of the view, of the variant only what `type` chooses; padding
 * stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeSubscription32(view: DataView, at: number, value: Readonly<Subscription>): void {
  view.setBigUint64(at, value.userdata, true);
  view.setUint16(at + 8, value.unused, true);
  view.setUint8(at + 10, value.type);
  switch (value.type) {
    case 1: // clock
      view.setBigUint64(at + 16, value.clock.identifier, true);
      view.setUint32(at + 24, value.clock.clock_id, true);
      view.setBigUint64(at + 32, value.clock.timeout, true);
      view.setBigUint64(at + 40, value.clock.precision, true);
      view.setUint16(at + 48, value.clock.flags, true);
      break;
    case 2: // condvar
      view.setUint32(at + 16, value.condvar.condvar, true);
      view.setUint32(at + 20, value.condvar.lock, true);
      view.setUint8(at + 24, value.condvar.condvar_scope);
      view.setUint8(at + 25, value.condvar.lock_scope);
      break;
    case 3: // fd_read
    case 4: // fd_write
      view.setUint32(at + 16, value.fd_readwrite.fd, true);
      view.setUint16(at + 20, value.fd_readwrite.flags, true);
      break;
    case 5: // lock_rdlock
    case 6: // lock_wrlock
      view.setUint32(at + 16, value.lock.lock, true);
      view.setUint8(at + 20, value.lock.lock_scope);
      break;
    case 7: // proc_terminate
      view.setUint32(at + 16, value.proc_terminate.fd, true);
      break;
    default:
  }
}

/** Size, alignment and offsets of `subscription`. */
export const SubscriptionLayout64 = {
  size: 56,
  alignment: 8,
  offsets: {
    userdata: 0,
    unused: 8,
    type: 10,
    'clock.identifier': 16,
    'clock.clock_id': 24,
    'clock.timeout': 32,
    'clock.precision': 40,
    'clock.flags': 48,
    'condvar.condvar': 16,
    'condvar.lock': 24,
    'condvar.condvar_scope': 32,
    'condvar.lock_scope': 33,
    'fd_readwrite.fd': 16,
    'fd_readwrite.flags': 20,
    'lock.lock': 16,
    'lock.lock_scope': 24,
    'proc_terminate.fd': 16,
  },
} as const;

/**
 * Reads the `subscription` at an offset of the view into `value`, and returns that, of the variant only
 * what `type` chooses.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readSubscription64(view: DataView, at: number, value: Subscription): Subscription {
  value.userdata = view.getBigUint64(at, true);
  value.unused = view.getUint16(at + 8, true);
  value.type = view.getUint8(at + 10);
  switch (value.type) {
    case 1: // clock
      value.clock.identifier = view.getBigUint64(at + 16, true);
      value.clock.clock_id = view.getUint32(at + 24, true);
      value.clock.timeout = view.getBigUint64(at + 32, true);
      value.clock.precision = view.getBigUint64(at + 40, true);
      value.clock.flags = view.getUint16(at + 48, true);
      break;
    case 2: // condvar
      value.condvar.condvar = readWord64(view, at + 16);
      value.condvar.lock = readWord64(view, at + 24);
      value.condvar.condvar_scope = view.getUint8(at + 32);
      value.condvar.lock_scope = view.getUint8(at + 33);
      break;
    case 3: // fd_read
    case 4: // fd_write
      value.fd_readwrite.fd = view.getUint32(at + 16, true);
      value.fd_readwrite.flags = view.getUint16(at + 20, true);
      break;
    case 5: // lock_rdlock
    case 6: // lock_wrlock
      value.lock.lock = readWord64(view, at + 16);
      value.lock.lock_scope = view.getUint8(at + 24);
      break;
    case 7: // proc_terminate
      value.proc_terminate.fd = view.getUint32(at + 16, true);
      break;
    default:
  }
  return value;
}

/**
 * Writes the `subscription` at an offset of the view, of the variant only what `type` chooses; padding
 * stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeSubscription64(view: DataView, at: number, value: Readonly<Subscription>): void {
  view.setBigUint64(at, value.userdata, true);
  view.setUint16(at + 8, value.unused, true);
  view.setUint8(at + 10, value.type);
  switch (value.type) {
    case 1: // clock
      view.setBigUint64(at + 16, value.clock.identifier, true);
      view.setUint32(at + 24, value.clock.clock_id, true);
      view.setBigUint64(at + 32, value.clock.timeout, true);
      view.setBigUint64(at + 40, value.clock.precision, true);
      view.setUint16(at + 48, value.clock.flags, true);
      break;
    case 2: // condvar
      writeWord64(view, at + 16, value.condvar.condvar);
      writeWord64(view, at + 24, value.condvar.lock);
      view.setUint8(at + 32, value.condvar.condvar_scope);
      view.setUint8(at + 33, value.condvar.lock_scope);
      break;
    case 3: // fd_read
    case 4: // fd_write
      view.setUint32(at + 16, value.fd_readwrite.fd, true);
      view.setUint16(at + 20, value.fd_readwrite.flags, true);
      break;
    case 5: // lock_rdlock
    case 6: // lock_wrlock
      writeWord64(view, at + 16, value.lock.lock);
      view.setUint8(at + 24, value.lock.lock_scope);
      break;
    case 7: // proc_terminate
      view.setUint32(at + 16, value.proc_terminate.fd, true);
      break;
    default:
  }
}

/** One thing that has happened. */
export interface Event {
  /** From `subscription.userdata`. */
  userdata: bigint;
  /** Why this subscription failed; if it did, nothing below is filled in. */
  error: number;
  /** What has happened. */
  type: number;
  /** Meaningful if `type` is fd_read or fd_write. */
  readonly fd_readwrite: {
    /** How many bytes can be read or written; zero if unknown. */
    nbytes: bigint;
    /** The state of the descriptor. */
    flags: number;
  };
  /** Meaningful if `type` is proc_terminate. */
  readonly proc_terminate: {
    /** The signal that ended the process, or zero if it ended by itself. */
    signal: number;
    /** The exit code, if it ended by itself. */
    exitcode: number;
  };
}

/** Makes a {@link Event} full of zeros. */
export function newEvent(): Event {
  return {
    userdata: 0n,
    error: 0,
    type: 0,
    fd_readwrite: { nbytes: 0n, flags: 0 },
    proc_terminate: { signal: 0, exitcode: 0 },
  };
}

/** Size, alignment and offsets of `event`. */
export const EventLayout = {
  size: 32,
  alignment: 8,
  offsets: {
    userdata: 0,
    error: 8,
    type: 10,
    'fd_readwrite.nbytes': 16,
    'fd_readwrite.unused': 24,
    'fd_readwrite.flags': 28,
    'proc_terminate.unused': 16,
    'proc_terminate.signal': 20,
    'proc_terminate.exitcode': 24,
  },
} as const;

/**
 * Reads the `event` at an offset of the view into `value`, and returns that, of the variant only what
 * `type` chooses.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readEvent(view: DataView, at: number, value: Event): Event {
  value.userdata = view.getBigUint64(at, true);
  value.error = view.getUint16(at + 8, true);
  value.type = view.getUint8(at + 10);
  switch (value.type) {
    case 3: // fd_read
    case 4: // fd_write
      value.fd_readwrite.nbytes = view.getBigUint64(at + 16, true);
      value.fd_readwrite.flags = view.getUint16(at + 28, true);
      break;
    case 7: // proc_terminate
      value.proc_terminate.signal = view.getUint8(at + 20);
      value.proc_terminate.exitcode = view.getUint32(at + 24, true);
      break;
    default:
  }
  return value;
}

/**
 * Writes the `event` at an offset of the view, of the variant only what `type` chooses; padding stays as it
 * is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeEvent(view: DataView, at: number, value: Readonly<Event>): void {
  view.setBigUint64(at, value.userdata, true);
  view.setUint16(at + 8, value.error, true);
  view.setUint8(at + 10, value.type);
  switch (value.type) {
    case 3: // fd_read
    case 4: // fd_write
      view.setBigUint64(at + 16, value.fd_readwrite.nbytes, true);
      view.setUint16(at + 28, value.fd_readwrite.flags, true);
      break;
    case 7: // proc_terminate
      view.setUint8(at + 20, value.proc_terminate.signal);
      view.setUint32(at + 24, value.proc_terminate.exitcode, true);
      break;
    default:
  }
}

/** What `thread_create` needs to know. */
export interface Threadattr {
  /** Where the thread starts. */
  entry_point: number;
  /** The memory for its stack: lowest address and size. */
  stack: number;
  /** Number of elements of `stack`. */
  stack_len: number;
  /** What is passed on to the entry point. */
  argument: number;
}

/** Makes a {@link Threadattr} full of zeros. */
export function newThreadattr(): Threadattr {
  return {
    entry_point: 0,
    stack: 0,
    stack_len: 0,
    argument: 0,
  };
}

/** Size, alignment and offsets of `threadattr`. */
export const ThreadattrLayout32 = {
  size: 16,
  alignment: 4,
  offsets: {
    entry_point: 0,
    stack: 4,
    stack_len: 8,
    argument: 12,
  },
} as const;

/**
 * Reads the `threadattr` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readThreadattr32(view: DataView, at: number, value: Threadattr): Threadattr {
  value.entry_point = view.getUint32(at, true);
  value.stack = view.getUint32(at + 4, true);
  value.stack_len = view.getUint32(at + 8, true);
  value.argument = view.getUint32(at + 12, true);
  return value;
}

/**
 * Writes the `threadattr` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeThreadattr32(view: DataView, at: number, value: Readonly<Threadattr>): void {
  view.setUint32(at, value.entry_point, true);
  view.setUint32(at + 4, value.stack, true);
  view.setUint32(at + 8, value.stack_len, true);
  view.setUint32(at + 12, value.argument, true);
}

/** Size, alignment and offsets of `threadattr`. */
export const ThreadattrLayout64 = {
  size: 32,
  alignment: 8,
  offsets: {
    entry_point: 0,
    stack: 8,
    stack_len: 16,
    argument: 24,
  },
} as const;

/**
 * Reads the `threadattr` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readThreadattr64(view: DataView, at: number, value: Threadattr): Threadattr {
  value.entry_point = readWord64(view, at);
  value.stack = readWord64(view, at + 8);
  value.stack_len = readWord64(view, at + 16);
  value.argument = readWord64(view, at + 24);
  return value;
}

/**
 * Writes the `threadattr` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeThreadattr64(view: DataView, at: number, value: Readonly<Threadattr>): void {
  writeWord64(view, at, value.entry_point);
  writeWord64(view, at + 8, value.stack);
  writeWord64(view, at + 16, value.stack_len);
  writeWord64(view, at + 24, value.argument);
}

/**
 * The thread control block: what the thread register of the processor points to when a thread starts. A
 * program that wants more thread-local storage makes its own area, copies this block into it, and sets the
 * register to that; the block must stay within reach, because an emulator may keep its own state there.
 */
export interface Tcb {
  /** Belongs to the system. It means nothing to the program. */
  parent: number;
}

/** Makes a {@link Tcb} full of zeros. */
export function newTcb(): Tcb {
  return {
    parent: 0,
  };
}

/** Size, alignment and offsets of `tcb`. */
export const TcbLayout32 = {
  size: 4,
  alignment: 4,
  offsets: {
    parent: 0,
  },
} as const;

/**
 * Reads the `tcb` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readTcb32(view: DataView, at: number, value: Tcb): Tcb {
  value.parent = view.getUint32(at, true);
  return value;
}

/**
 * Writes the `tcb` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeTcb32(view: DataView, at: number, value: Readonly<Tcb>): void {
  view.setUint32(at, value.parent, true);
}

/** Size, alignment and offsets of `tcb`. */
export const TcbLayout64 = {
  size: 8,
  alignment: 8,
  offsets: {
    parent: 0,
  },
} as const;

/**
 * Reads the `tcb` at an offset of the view into `value`, and returns that.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readTcb64(view: DataView, at: number, value: Tcb): Tcb {
  value.parent = readWord64(view, at);
  return value;
}

/**
 * Writes the `tcb` at an offset of the view; padding stays as it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeTcb64(view: DataView, at: number, value: Readonly<Tcb>): void {
  writeWord64(view, at, value.parent);
}

/**
 * An entry of the auxiliary vector, which tells a process about its start. The vector ends with
 * `auxtype.null`; a program skips the types it does not know.
 */
export interface Auxv {
  /** What the entry tells. */
  a_type: number;
  /** A number. */
  a_val: number;
  /** An address. */
  a_ptr: number;
}

/** Makes a {@link Auxv} full of zeros. */
export function newAuxv(): Auxv {
  return {
    a_type: 0,
    a_val: 0,
    a_ptr: 0,
  };
}

/** Size, alignment and offsets of `auxv`. */
export const AuxvLayout32 = {
  size: 8,
  alignment: 4,
  offsets: {
    a_type: 0,
    a_val: 4,
    a_ptr: 4,
  },
} as const;

/**
 * Reads the `auxv` at an offset of the view into `value`, and returns that, of the variant only what
 * `a_type` chooses.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readAuxv32(view: DataView, at: number, value: Auxv): Auxv {
  value.a_type = view.getUint32(at, true);
  switch (value.a_type) {
    case 257: // argdatalen
    case 259: // canarylen
    case 260: // ncpus
    case 6: // pagesz
    case 4: // phnum
    case 261: // tid
      value.a_val = view.getUint32(at + 4, true);
      break;
    case 256: // argdata
    case 7: // base
    case 258: // canary
    case 3: // phdr
    case 263: // pid
    case 262: // sysinfo_ehdr
      value.a_ptr = view.getUint32(at + 4, true);
      break;
    default:
  }
  return value;
}

/**
 * Writes the `auxv` at an offset of the view, of the variant only what `a_type` chooses; padding stays as
 * it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeAuxv32(view: DataView, at: number, value: Readonly<Auxv>): void {
  view.setUint32(at, value.a_type, true);
  switch (value.a_type) {
    case 257: // argdatalen
    case 259: // canarylen
    case 260: // ncpus
    case 6: // pagesz
    case 4: // phnum
    case 261: // tid
      view.setUint32(at + 4, value.a_val, true);
      break;
    case 256: // argdata
    case 7: // base
    case 258: // canary
    case 3: // phdr
    case 263: // pid
    case 262: // sysinfo_ehdr
      view.setUint32(at + 4, value.a_ptr, true);
      break;
    default:
  }
}

/** Size, alignment and offsets of `auxv`. */
export const AuxvLayout64 = {
  size: 16,
  alignment: 8,
  offsets: {
    a_type: 0,
    a_val: 8,
    a_ptr: 8,
  },
} as const;

/**
 * Reads the `auxv` at an offset of the view into `value`, and returns that, of the variant only what
 * `a_type` chooses.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function readAuxv64(view: DataView, at: number, value: Auxv): Auxv {
  value.a_type = view.getUint32(at, true);
  switch (value.a_type) {
    case 257: // argdatalen
    case 259: // canarylen
    case 260: // ncpus
    case 6: // pagesz
    case 4: // phnum
    case 261: // tid
      value.a_val = readWord64(view, at + 8);
      break;
    case 256: // argdata
    case 7: // base
    case 258: // canary
    case 3: // phdr
    case 263: // pid
    case 262: // sysinfo_ehdr
      value.a_ptr = readWord64(view, at + 8);
      break;
    default:
  }
  return value;
}

/**
 * Writes the `auxv` at an offset of the view, of the variant only what `a_type` chooses; padding stays as
 * it is.
 *
 * @throws {RangeError} if it does not lie within the view.
 */
export function writeAuxv64(view: DataView, at: number, value: Readonly<Auxv>): void {
  view.setUint32(at, value.a_type, true);
  switch (value.a_type) {
    case 257: // argdatalen
    case 259: // canarylen
    case 260: // ncpus
    case 6: // pagesz
    case 4: // phnum
    case 261: // tid
      writeWord64(view, at + 8, value.a_val);
      break;
    case 256: // argdata
    case 7: // base
    case 258: // canary
    case 3: // phdr
    case 263: // pid
    case 262: // sysinfo_ehdr
      writeWord64(view, at + 8, value.a_ptr);
      break;
    default:
  }
}
