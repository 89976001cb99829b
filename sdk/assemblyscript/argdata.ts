import { Errno, Filetype } from './abi/constants';
import { Cursor, encodeInteger, isMinimal, isUtf8, readBigEndian32, renumber, Tag } from './argdata-encoding';
import { Descriptor, NO_DESCRIPTOR } from './descriptor';
import { Directory } from './directory';
import { File } from './file';
import { failure, Result, success } from './result';
import { Listener, Socket } from './socket';
import { Stream } from './stream';

/** The type of a value. */
export const enum ArgdataType {
  null_ = 0,
  binary = 1,
  bool = 2,
  fd = 3,
  float = 4,
  int = 5,
  map = 6,
  seq = 7,
  str = 8,
  timestamp = 9,
  /** No value that can be read. */
  malformed = 10,
}

/** The encoding of a value whose descriptors are numbers of a list. */
export class Serialized {
  constructor(
    readonly bytes: Uint8Array,
    readonly descriptors: u32[],
  ) {}
}

/** A key of a map and its value. */
export class Entry {
  constructor(
    readonly key: Argdata,
    readonly value: Argdata,
  ) {}
}

/**
 * A value of the tree that a program was handed, or of one that it makes. It is looked at when it is asked for, so
 * that a tree from an attacker is safe to read: a malformed value is an error of the getter that meets it.
 *
 * Errors of getters: `noent` there is no such entry, `inval` another type or malformed, `range` a number that does
 * not fit, `ilseq` text that is not UTF-8, `badf` a descriptor that was not handed over.
 */
export class Argdata {
  constructor(
    private readonly buffer: Uint8Array,
    private readonly start: i32,
    private readonly end: i32,
    /** Place in its tree, such as `listen[0]`; empty for the whole tree. */
    readonly path: string = '',
    /** Reason for which there is no value here. */
    private readonly fault: Errno = Errno.success,
  ) {}

  /** The value that some bytes encode; they must not change while it is in use. */
  static from(bytes: Uint8Array): Argdata {
    return new Argdata(bytes, 0, bytes.length);
  }

  static fromNull(): Argdata {
    return Argdata.from(new Uint8Array(0));
  }

  static fromBool(value: bool): Argdata {
    const bytes = new Uint8Array(value ? 2 : 1);
    bytes[0] = <u8>Tag.bool;
    if (value) bytes[1] = 1;
    return Argdata.from(bytes);
  }

  /** An integer of any type. */
  static fromInt<T>(value: T): Argdata {
    return Argdata.from(encodeInteger(Tag.int, <u64>value, isSigned<T>()));
  }

  static fromFloat(value: f64): Argdata {
    const bytes = new Uint8Array(9);
    bytes[0] = <u8>Tag.float;
    // There is one NaN only.
    const bits = isNaN(value) ? 0x7ff8000000000000 : reinterpret<u64>(value);
    store<u64>(bytes.dataStart, bswap<u64>(bits), 1);
    return Argdata.from(bytes);
  }

  /** Text; half of a surrogate pair by itself becomes U+FFFD. */
  static fromStr(value: string): Argdata {
    const text = Uint8Array.wrap(String.UTF8.encode(value, false, String.UTF8.ErrorMode.REPLACE));
    const bytes = new Uint8Array(text.length + 2);
    bytes[0] = <u8>Tag.str;
    bytes.set(text, 1);
    return Argdata.from(bytes);
  }

  static fromBinary(value: Uint8Array): Argdata {
    const bytes = new Uint8Array(value.length + 1);
    bytes[0] = <u8>Tag.binary;
    bytes.set(value, 1);
    return Argdata.from(bytes);
  }

  static fromFd(value: Descriptor): Argdata {
    const bytes = new Uint8Array(5);
    bytes[0] = <u8>Tag.fd;
    store<u32>(bytes.dataStart, bswap<u32>(value.fd), 1);
    return Argdata.from(bytes);
  }

  /** A point in time: nanoseconds since 1970-01-01T00:00:00Z. */
  static fromTimestamp(value: i64): Argdata {
    return Argdata.from(encodeInteger(Tag.timestamp, <u64>value, true));
  }

  /** Its type. */
  get type(): ArgdataType {
    if (this.fault != Errno.success) return ArgdataType.malformed;
    if (this.start == this.end) return ArgdataType.null_;
    const tag = this.buffer[this.start];
    return tag >= <u8>Tag.binary && tag <= <u8>Tag.timestamp ? <ArgdataType>tag : ArgdataType.malformed;
  }

  /** `true` if there is a value here, be it null. */
  get exists(): bool {
    return this.fault != Errno.noent;
  }

  get isNull(): bool {
    return this.type == ArgdataType.null_;
  }

  bool(): Result<bool> {
    if (this.type != ArgdataType.bool) return this.wrong<bool>('a bool');
    const size = this.end - this.start - 1;
    if (size > 1 || (size == 1 && this.buffer[this.start + 1] != 1)) return this.malformed<bool>('a bool');
    return success<bool>(size == 1);
  }

  /** An integer, which must fit the type asked for: `int<u16>()`. */
  int<T = i64>(): Result<T> {
    const at = this.start + 1;
    const size = this.end - at;
    if (this.type != ArgdataType.int) return this.wrong<T>('an int');
    if (!isMinimal(this.buffer, at, this.end)) return this.malformed<T>('an int');
    const negative = size > 0 && this.buffer[at] >= 0x80;
    if (size > 9 || (size == 9 && this.buffer[at] != 0)) return this.outside<T>('an int');
    const value = this.bits(at, negative);
    if (isSigned<T>()) {
      if ((!negative && <i64>value < 0) || <i64>(<T>value) != <i64>value) return this.outside<T>('an int');
    } else if (negative || <u64>(<T>value) != value) {
      return this.outside<T>('an int');
    }
    return success<T>(<T>value);
  }

  float(): Result<f64> {
    if (this.type != ArgdataType.float) return this.wrong<f64>('a float');
    if (this.end - this.start != 9) return this.malformed<f64>('a float');
    return success<f64>(reinterpret<f64>(bswap<u64>(load<u64>(this.buffer.dataStart + this.start, 1))));
  }

  str(): Result<string> {
    if (this.type != ArgdataType.str) return this.wrong<string>('a str');
    const at = this.start + 1;
    const end = this.end - 1;
    if (end < at || this.buffer[end] != 0) return this.malformed<string>('a str');
    if (!isUtf8(this.buffer, at, end)) return failure<string>(Errno.ilseq, this.task('a str'));
    return success(String.UTF8.decodeUnsafe(this.buffer.dataStart + at, end - at));
  }

  /** Bytes, which share memory with the tree. */
  binary(): Result<Uint8Array> {
    if (this.type != ArgdataType.binary) return this.wrong<Uint8Array>('a binary');
    return success(this.buffer.subarray(this.start + 1, this.end));
  }

  /** A point in time: nanoseconds since 1970-01-01T00:00:00Z. */
  timestamp(): Result<i64> {
    const at = this.start + 1;
    if (this.type != ArgdataType.timestamp) return this.wrong<i64>('a timestamp');
    if (!isMinimal(this.buffer, at, this.end)) return this.malformed<i64>('a timestamp');
    if (this.end - at > 8) return this.outside<i64>('a timestamp');
    return success<i64>(<i64>this.bits(at, this.end > at && this.buffer[at] >= 0x80));
  }

  /** A descriptor of any kind. */
  descriptor(): Result<Descriptor> {
    const fd = this.fd('a descriptor');
    return fd.ok ? success(new Descriptor(fd.value)) : failure<Descriptor>(fd.error, fd.task, fd.reason);
  }

  /** Anything that bytes come from or go to: a file, a pipe, a terminal, a connection. */
  stream(): Result<Stream> {
    const fd = this.opened('a stream', isStream);
    return fd.ok ? success(new Stream(fd.value)) : failure<Stream>(fd.error, fd.task, fd.reason);
  }

  /** A file or a device. */
  file(): Result<File> {
    const fd = this.opened('a file', isFile);
    return fd.ok ? success(new File(fd.value)) : failure<File>(fd.error, fd.task, fd.reason);
  }

  directory(): Result<Directory> {
    const fd = this.opened('a directory', isDirectory);
    return fd.ok ? success(new Directory(fd.value)) : failure<Directory>(fd.error, fd.task, fd.reason);
  }

  /** A connected socket. */
  socket(): Result<Socket> {
    const fd = this.opened('a socket', isSocket);
    return fd.ok ? success(new Socket(fd.value)) : failure<Socket>(fd.error, fd.task, fd.reason);
  }

  /** A socket that others connect to. */
  listener(): Result<Listener> {
    const fd = this.opened('a listening socket', isSocket);
    return fd.ok ? success(new Listener(fd.value)) : failure<Listener>(fd.error, fd.task, fd.reason);
  }

  /** The values of a sequence, in order. */
  items(): Result<Argdata[]> {
    if (this.type != ArgdataType.seq) return this.wrong<Argdata[]>('a seq');
    const items: Argdata[] = [];
    const cursor = new Cursor(this.buffer, this.start + 1, this.end);
    while (cursor.next()) {
      const path = this.path + '[' + items.length.toString() + ']';
      items.push(new Argdata(this.buffer, cursor.start, cursor.end, path));
    }
    return cursor.malformed ? this.malformed<Argdata[]>('a seq') : success(items);
  }

  /** The keys of a map and their values, in order. */
  entries(): Result<Entry[]> {
    if (this.type != ArgdataType.map) return this.wrong<Entry[]>('a map');
    const entries: Entry[] = [];
    const cursor = new Cursor(this.buffer, this.start + 1, this.end);
    while (cursor.next()) {
      const key = new Argdata(this.buffer, cursor.start, cursor.end, this.below('key ' + entries.length.toString()));
      if (!cursor.next()) return this.malformed<Entry[]>('a map');
      const name = key.str();
      const path = this.below(name.ok ? name.value : entries.length.toString());
      entries.push(new Entry(key, new Argdata(this.buffer, cursor.start, cursor.end, path)));
    }
    return cursor.malformed ? this.malformed<Entry[]>('a map') : success(entries);
  }

  /**
   * The value of a map with a text for a key. Where there is none, its getters say so with the error `noent`, and
   * with `inval` where this is no map.
   */
  get(key: string): Argdata {
    const path = this.below(key);
    if (this.type != ArgdataType.map) return new Argdata(this.buffer, 0, 0, path, this.exists ? Errno.inval : Errno.noent);
    const wanted = Argdata.fromStr(key).buffer;
    const cursor = new Cursor(this.buffer, this.start + 1, this.end);
    while (cursor.next()) {
      const length = cursor.end - cursor.start;
      const found =
        length == wanted.length &&
        memory.compare(this.buffer.dataStart + cursor.start, wanted.dataStart, length) == 0;
      if (!cursor.next()) return new Argdata(this.buffer, 0, 0, path, Errno.inval);
      if (found) return new Argdata(this.buffer, cursor.start, cursor.end, path);
    }
    return new Argdata(this.buffer, 0, 0, path, cursor.malformed ? Errno.inval : Errno.noent);
  }

  /** The encoding, which shares memory with the tree. */
  get bytes(): Uint8Array {
    return this.buffer.subarray(this.start, this.end);
  }

  /** The encoding with descriptors numbered anew, and the list of them: what another process can be handed. */
  serialize(): Serialized {
    const bytes = this.buffer.slice(this.start, this.end);
    const descriptors: u32[] = [];
    renumber(bytes, 0, bytes.length, descriptors, 0);
    return new Serialized(bytes, descriptors);
  }

  private below(key: string): string {
    return this.path.length > 0 ? this.path + '.' + key : key;
  }

  /** Up to 64 bits of an integer, filled up with its sign. */
  private bits(at: i32, negative: bool): u64 {
    let value: u64 = negative ? u64.MAX_VALUE : 0;
    for (; at < this.end; at++) value = (value << 8) | this.buffer[at];
    return value;
  }

  private fd(wanted: string): Result<u32> {
    if (this.type != ArgdataType.fd) return this.wrong<u32>(wanted);
    if (this.end - this.start != 5) return this.malformed<u32>(wanted);
    const fd = readBigEndian32(this.buffer, this.start + 1);
    if (fd == NO_DESCRIPTOR) return failure<u32>(Errno.badf, this.task(wanted), 'it was not handed over (badf)');
    return success(fd);
  }

  private opened(wanted: string, fits: (type: Filetype) => bool): Result<u32> {
    const fd = this.fd(wanted);
    if (!fd.ok) return fd;
    const status = new Descriptor(fd.value).status();
    if (!status.ok) return failure<u32>(status.error, this.task(wanted));
    if (fits(status.value.type)) return fd;
    return failure<u32>(Errno.inval, this.task(wanted), 'it is ' + kindOf(status.value.type) + ' (inval)');
  }

  private task(wanted: string): string {
    return (this.path.length > 0 ? "take '" + this.path + "'" : 'take the argdata') + ' as ' + wanted;
  }

  private wrong<T>(wanted: string): Result<T> {
    if (this.fault == Errno.noent) return failure<T>(Errno.noent, this.task(wanted), 'there is no such entry (noent)');
    if (this.fault != Errno.success) return failure<T>(this.fault, this.task(wanted), 'it does not stand in a map (inval)');
    return failure<T>(Errno.inval, this.task(wanted), 'it is ' + typeName(this.type) + ' (inval)');
  }

  private malformed<T>(wanted: string): Result<T> {
    return failure<T>(Errno.inval, this.task(wanted), 'it is malformed (inval)');
  }

  private outside<T>(wanted: string): Result<T> {
    return failure<T>(Errno.range, this.task(wanted), 'it does not fit the type asked for (range)');
  }
}

function typeName(type: ArgdataType): string {
  switch (type) {
    case ArgdataType.null_:
      return 'null';
    case ArgdataType.binary:
      return 'a binary';
    case ArgdataType.bool:
      return 'a bool';
    case ArgdataType.fd:
      return 'a descriptor';
    case ArgdataType.float:
      return 'a float';
    case ArgdataType.int:
      return 'an int';
    case ArgdataType.map:
      return 'a map';
    case ArgdataType.seq:
      return 'a seq';
    case ArgdataType.str:
      return 'a str';
    case ArgdataType.timestamp:
      return 'a timestamp';
    default:
      return 'malformed';
  }
}

function kindOf(type: Filetype): string {
  if (isDirectory(type)) return 'a directory';
  if (isSocket(type)) return 'a socket';
  if (isFile(type)) return 'a file';
  if (type == Filetype.process) return 'a process';
  if (type == Filetype.shared_memory) return 'shared memory';
  return 'a pipe or the like';
}

function isDirectory(type: Filetype): bool {
  return type == Filetype.directory;
}

function isFile(type: Filetype): bool {
  return type == Filetype.regular_file || type == Filetype.block_device || type == Filetype.character_device;
}

function isSocket(type: Filetype): bool {
  return type == Filetype.socket_stream || type == Filetype.socket_dgram;
}

function isStream(type: Filetype): bool {
  return !isDirectory(type) && type != Filetype.process && type != Filetype.shared_memory;
}
