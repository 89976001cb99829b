// The conformance cases for WASI preview 1: which program, which case of it, what that promises, what it is
// handed and what must come out. The programs are tests/programs/wasi/*.c; docs of each expectation are in
// wasi-expectations.md, and which public case is covered by which of these is in wasi-public.ts.

/** A file's contents, a symbolic link's target, or null for a directory. */
export type Entry = string | { readonly link: string } | null;

/** One case. What is left out is the default: nothing in the directory, `/` granted, no environment, exit 0, no output. */
export interface WasiCase {
  /** tests/programs/wasi/PROGRAM.wasm */
  readonly program: string;
  /** The first argument. */
  readonly name: string;
  readonly promise: string;
  /** Entries of the scratch directory, parents before children. */
  readonly files?: Readonly<Record<string, Entry>>;
  /** Folder in the scratch directory, name for the program; default `[['.', '/']]`. */
  readonly preopens?: readonly (readonly [string, string])[];
  /** After the program's name and the case's. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly status?: number | 'trap';
  /** Latin-1: one character, one byte. */
  readonly stdout?: string;
  readonly stderr?: string;
  /** A peer for the listening socket: connects at once or when the program has printed, sends `ping`, ends, reads `pong`. */
  readonly peer?: 'at once' | 'when it prints';
  /** Reason for which wasmtime 50, the reference, fails the case or traps. */
  readonly wasmtime?: string;
}

type Given = Omit<WasiCase, 'program' | 'name' | 'promise'>;
type Row = readonly [name: string, promise: string, given?: Given];

const cases = (program: string, ...rows: readonly Row[]): readonly WasiCase[] =>
  rows.map(([name, promise, given]) => ({ program, name, promise, ...given }));

const traps = { wasmtime: 'traps on numbers and flags that the interface does not define' };
const faults = { wasmtime: 'traps on addresses outside of memory' };
const noRights = { wasmtime: 'keeps no rights; fd_fdstat_set_rights is notsup' };
const twoGrants: Given = {
  files: { root: null, other: null, 'other/here': '' },
  preopens: [
    ['root', '/'],
    ['other', 'other'],
  ],
};
const cFiles: Given = {
  files: {
    file: '',
    'lseek.txt': '01234567',
    'pread.txt': 'test-data',
    dir: null,
    'dir/file-0': '',
    'dir/file-1': '',
  },
};
const listening = (peer: NonNullable<Given['peer']>): Given => ({
  peer,
  wasmtime: 'its embedding takes no listening socket',
});

export const wasiCases: readonly WasiCase[] = [
  ...cases(
    'process',
    ['args', 'arguments arrive exactly as given', { args: ['first', 'the "second" arg', '3', '', 'naïve'] }],
    ['no-args', 'without arguments there are only the names'],
    [
      'environ',
      'the environment is exactly what was granted',
      { env: { a: 'text', b: 'escap " ing', c: 'new\nline', d: '' } },
    ],
    ['no-environ', 'nothing of the host environment shows'],
    ['exit-zero', 'an exit with 0 is a success'],
    ['exit-33', 'an exit code comes out as it went in', { status: 33 }],
    [
      'exit-255',
      'the largest exit code comes out',
      { status: 255, wasmtime: 'its embedding refuses codes over 125' },
    ],
    ['exit-at-once', 'nothing runs after proc_exit', { status: 7, stdout: 'before\n' }],
    ['exit-by-libc', 'the exit of libc runs its handlers', { status: 3, stdout: 'before\nafter' }],
    ['trap', 'a trap is no success', { status: 'trap' }],
    ['clock-monotonic', 'the monotonic clock never steps back'],
    ['clock-realtime', 'the realtime clock tells the time of day'],
    ['clock-resolution', 'clocks have a resolution above zero'],
    ['clock-of-the-process', 'clocks of process and thread work or are refused'],
    ['clock-unknown', 'an unknown clock is inval', traps],
    ['random', 'random bytes differ from call to call and stay in their buffer'],
    ['random-large', 'a megabyte of random bytes is random to the end'],
    ['yield', 'yielding succeeds'],
  ),
  ...cases(
    'stdio',
    ['output', 'what is written comes out', { stdout: 'hello' }],
    [
      'both-outputs',
      'output and errors are kept apart',
      { stdout: 'to the output\n', stderr: 'to the errors\n' },
    ],
    ['not-utf8', 'output is bytes, not text', { stdout: '\xff\xfe\x01' }],
    ['much-output', 'a megabyte comes out whole', { stdout: 'x'.repeat(1 << 20) }],
    ['input', 'input arrives and ends', { stdin: 'hello' }],
    ['empty-input', 'empty input ends at once'],
    ['kinds', 'a pipe is neither file nor directory and has no offset'],
    ['status', 'a standard stream has a file status'],
    ['is-no-terminal', 'a pipe and a file are no terminals'],
    ['wrong-direction', 'input cannot be written, output cannot be read'],
    ['closed', 'a standard stream can be closed once'],
    ['as-directories', 'a standard stream is no directory'],
  ),
  ...cases(
    'files',
    ['seek-and-tell', 'seeking moves the offset and never before the start'],
    ['tell-needs-only-tell', 'seeking to where one is needs the right to tell alone'],
    ['pread-and-pwrite', 'positioned reads and writes leave the offset alone'],
    [
      'several-pieces',
      'several pieces move in one call',
      { wasmtime: 'moves the first non-empty piece only' },
    ],
    ['offsets-beyond-the-host', 'offsets over 2^63-1 are refused'],
    ['sparse-write', 'a write beyond the end leaves zeros before it'],
    ['nothing-to-move', 'moving nothing succeeds'],
    ['append', 'append writes at the end and can be switched'],
    ['pwrite-with-append', 'a positioned write leaves the offset alone when appending'],
    ['truncate-on-open', 'opening with trunc empties a file'],
    ['set-size', 'a file can be made longer and shorter'],
    ['allocate', 'allocating makes a file longer, never shorter'],
    ['advise', 'advice changes nothing'],
    ['unknown-whence', 'an unknown whence is inval', traps],
    ['unknown-advice', 'an unknown advice is inval', traps],
    ['unknown-flags', 'an unknown descriptor flag is inval', traps],
    ['sync', 'a file can be synchronised'],
    ['unbuffered', 'what one descriptor writes another reads at once'],
    ['separate-offsets', 'two descriptors of a file have offsets of their own'],
    ['unlinked-while-open', 'an unlinked file stays readable and its name is free'],
    ['bad-descriptors', 'every call on a closed number is badf'],
    ['closed-twice', 'closing twice is badf'],
    ['file-as-directory', 'nothing can be looked up in a file'],
    ['is-no-terminal', 'a regular file says what it is'],
    ['sync-flags', 'sync flags are kept or refused, never dropped'],
    ['nonblock-flag', 'the nonblock flag can be switched'],
  ),
  ...cases(
    'open',
    ['missing', 'what is not there is noent'],
    ['create-existing', 'exclusive creation fails where something is'],
    ['create-exclusively-at-a-symlink', 'exclusive creation does not follow symlinks'],
    ['directory-of-a-file', 'a file is no directory'],
    ['directory-with-no-rights', 'a directory opens with no rights at all'],
    ['directory-for-writing', 'a directory opened for writing is isdir'],
    ['create-directory-by-open', 'creat and directory together are inval'],
    ['same-rights-again', 'a directory can be opened again with the rights it has'],
    ['rights-of-a-preopen', 'a granted directory has the rights that libraries count on'],
    ['read-only-and-write-only', 'a descriptor reads and writes as it was opened'],
    ['nonblock-directory', 'a directory opens with the nonblock flag'],
    ['reuses-numbers', 'closed numbers are used again'],
    ['unknown-oflags', 'unknown open flags are inval', traps],
    ['unknown-fdflags', 'unknown descriptor flags are inval', traps],
    ['unknown-lookupflags', 'unknown lookup flags are inval', traps],
  ),
  ...cases(
    'paths',
    ['absolute', 'no call takes an absolute path'],
    ['above-the-root', 'no call leaves the directory by ..'],
    ['out-and-in-again', 'out and in again is out'],
    ['dots-inside', 'dots inside the directory work'],
    ['empty', 'no call takes the empty path'],
    ['with-nul', 'no call takes a path with a NUL in it'],
    ['not-utf8', 'no call takes a path that is not UTF-8'],
    ['unicode', 'a file can have any UTF-8 name'],
    ['name-too-long', 'no call takes a name over 255 bytes'],
    [
      'path-too-long',
      'no call takes a path over 4,096 bytes',
      { wasmtime: 'walks such a path step by step' },
    ],
    ['slash-after-a-file', 'a slash after a file makes no sense to any call'],
    ['slash-after-a-directory', 'a slash after a directory is fine'],
    [
      'remove-directory-with-slash',
      'a directory can be removed by a name with a slash',
      { wasmtime: 'inval; it is on its own list of failures of the public suite' },
    ],
    ['slash-after-a-symlink', 'a slash after a symlink follows it'],
  ),
  ...cases(
    'symlinks',
    ['to-a-file', 'a symlink to a file is followed when asked'],
    ['to-a-directory', 'a symlink on the way is always followed'],
    ['nofollow', 'a symlink that must not be followed does not open'],
    ['dangling', 'a dangling symlink can be seen and not followed'],
    ['create-through-a-dangling-link', 'creating through a dangling link makes its target'],
    ['loop', 'symlinks in a circle are loop'],
    ['long-chain', 'too many symlinks in a row are loop'],
    ['read-link', 'a link that does not fit is cut'],
    ['read-link-without-room', 'reading a link into nothing succeeds'],
    ['read-link-of-others', 'reading a link that is none is inval'],
    ['existing-name', 'a symlink is not made over anything'],
    ['absolute-target', 'a symlink to an absolute path cannot be made'],
    ['empty-target', 'a symlink to nothing cannot be made'],
    ['upward-target', 'a symlink out of the directory cannot be followed'],
    ['upward-inside', 'a symlink upwards inside the directory works'],
    [
      'made-by-the-host',
      'a symlink of the host leads nowhere outside',
      {
        files: {
          file: '',
          absolute: { link: '/etc' },
          up: { link: '../..' },
          passwd: { link: '/etc/passwd' },
        },
      },
    ],
    ['exists', 'status follows symlinks only when asked'],
  ),
  ...cases(
    'links',
    ['same-directory', 'a link in the same directory is the same file'],
    ['other-directory', 'a link in another directory is the same file'],
    ['existing-name', 'a link is not made over anything'],
    ['to-a-directory', 'a directory gets no second name'],
    ['of-a-symlink', 'a symlink itself can be linked'],
    ['following', 'following is refused or links the target'],
  ),
  ...cases(
    'renames',
    ['file-to-new-name', 'a file can be renamed'],
    ['file-onto-file', 'a file replaces a file'],
    ['file-onto-directory', 'a file does not replace a directory'],
    ['directory-to-new-name', 'a directory can be renamed'],
    ['directory-onto-empty', 'a directory replaces an empty one'],
    ['directory-onto-nonempty', 'a directory replaces no other and no file'],
    ['directory-into-itself', 'a directory does not move into itself'],
    ['onto-itself', 'a rename onto itself changes nothing'],
    ['missing', 'what is not there cannot be renamed'],
    ['between-directories', 'a rename can cross directories'],
    ['symlink', 'a symlink is renamed itself'],
    ['directory-with-slashes', 'directories may be named with slashes'],
    ['file-with-slashes', 'files may not be named with slashes'],
    ['dots', 'a directory cannot be renamed by a dot'],
  ),
  ...cases(
    'directories',
    ['create', 'a directory is made only where nothing is'],
    ['remove', 'a directory is removed only when empty'],
    ['remove-other-things', 'files are unlinked, directories removed, never the other way'],
    ['no-data', 'a directory has no data and no offset'],
    ['no-seek', 'a directory does not get the right to seek'],
    ['sync', 'a directory can be synchronised, or the right is missing'],
    ['empty-has-dots', 'an empty directory lists itself and its parent'],
    ['top-has-dots', 'a granted directory lists itself and a parent'],
    ['entry-kinds', 'entries tell kind and inode'],
    ['cookies', 'listing goes on after any entry, as often as asked'],
    ['starts-over', 'listing from the start sees what changed'],
    ['small-buffers', 'a small buffer is filled to the brim'],
    ['a-thousand', 'a thousand entries come once each'],
    [
      'cookies-in-31-bits',
      'places fit the longs of 32-bit programs and survive changes',
      { wasmtime: 'its places are positions in the list' },
    ],
    [
      'cookies-made-up',
      'a place that was never given out is inval',
      { wasmtime: 'its places are positions in the list' },
    ],
  ),
  ...cases(
    'times',
    ['on-a-descriptor', 'times are set by descriptor'],
    ['on-a-path', 'times are set by path'],
    ['now', 'times are set to now'],
    ['value-and-now-together', 'a time cannot be a value and now'],
    ['unknown-flags', 'unknown time flags are inval', traps],
    ['unknown-lookup-flags', 'unknown lookup flags are inval', traps],
    ['of-a-symlink', 'the times of a symlink and its target are two things'],
    ['identity', 'device and inode tell files apart'],
    ['writing-changes-mtim', 'writing changes the modification time'],
  ),
  ...cases(
    'rights',
    ['taken-from-a-file', 'a right given up is gone for good', noRights],
    ['each-file-right', 'each call on a file needs its right', noRights],
    ['each-directory-right', 'each call on a directory needs its right', noRights],
    ['not-passed-on', 'what a directory does not pass on is never had beneath it', noRights],
    ['asked-for-everything', 'rights that cannot be had are left out', noRights],
    ['size-without-writing', 'the right to change a size opens nothing for writing that cannot be', noRights],
    ['passed-on-whole', 'a directory beneath passes on what the one above does', noRights],
    ['truncation', 'truncating by opening needs the right on the directory', noRights],
    [
      'reading-taken-from-a-directory',
      'a directory that cannot pass on reading passes it on to nothing',
      noRights,
    ],
    ['unknown-bits', 'bits that are no rights cannot be had', noRights],
  ),
  ...cases(
    'preopens',
    ['names', 'granted directories have the names they were given', twoGrants],
    ['name-buffers', 'a name is not cut', twoGrants],
    ['others-are-none', 'nothing else is a granted directory', twoGrants],
    ['closed', 'a granted directory can be closed', twoGrants],
    ['number-used-again', 'who gets a granted number gets no grant', twoGrants],
    ['renumbered-onto', 'a granted number can be replaced', twoGrants],
    ['renumbered-onto-forgets', 'what replaced a granted directory has no name', twoGrants],
    ['renumbered-from', 'the name goes with the descriptor', twoGrants],
    ['renumbered-onto-each-other', 'one granted directory can replace another', twoGrants],
    ['between-two', 'two granted directories meet only by their descriptors', twoGrants],
  ),
  ...cases(
    'renumber',
    ['onto-another', 'renumbering moves a descriptor onto another'],
    ['to-a-closed-number', 'renumbering onto a closed number is badf'],
    ['from-a-closed-number', 'renumbering a closed number is badf'],
    ['onto-itself', 'renumbering onto itself changes nothing'],
    ['keeps-the-offset', 'the offset moves along'],
    ['standard-streams', 'standard streams can be moved'],
    ['file-as-standard-output', 'a file can take the place of standard output'],
  ),
  ...cases(
    'poll',
    ['nothing', 'waiting for nothing is inval'],
    ['relative', 'a relative clock runs out'],
    ['absolute', 'an absolute clock runs out'],
    ['absolute-realtime', 'an absolute time of day is waited for'],
    ['in-the-past', 'a time in the past is over at once'],
    ['many-short-sleeps', 'short sleeps are short'],
    ['two-clocks', 'the sooner of two clocks ends the wait'],
    ['endless-timeout', 'a timeout without end does not overflow'],
    ['unknown-clock', 'an unknown clock is inval'],
    ['unknown-event-type', 'an unknown kind of event is inval'],
    ['files', 'files are always ready'],
    ['files-without-the-poll-right', 'reading is right enough to wait for reading'],
    ['file-beside-a-clock', 'what is ready does not wait for the clock'],
    ['bad-descriptor', 'a closed number is the error of its event', { wasmtime: 'fails the call with badf' }],
    [
      'bad-descriptor-beside-a-clock',
      'a closed number ends the wait',
      { wasmtime: 'fails the call with badf' },
    ],
    [
      'missing-right',
      'a missing right is the error of the event',
      { wasmtime: 'does not look at rights when polling' },
    ],
    ['standard-input', 'standard input is ready or the clock runs out'],
    ['standard-output', 'standard output is ready'],
    ['pipe-with-data', 'a pipe with data is ready', { stdin: 'hello' }],
    ['pipe-hung-up', 'a pipe at its end is hung up', { wasmtime: 'knows no hangup of standard input' }],
  ),
  ...cases(
    'memory',
    ['results', 'a result outside of memory is fault', faults],
    ['paths', 'a path outside of memory is fault', faults],
    ['buffers', 'a buffer outside of memory is fault', faults],
    ['pieces', 'pieces outside of memory are fault', faults],
    [
      'second-piece',
      'a bad second piece keeps the first from being written',
      { wasmtime: 'moves the first piece only and looks at no other' },
    ],
    ['too-many-pieces', 'more pieces than memory holds are refused'],
    ['many-pieces', 'more pieces than the host takes are no trouble'],
    ['sum-too-large', 'lengths that sum up to over 4 GiB are no trouble'],
    ['empty-at-the-end', 'an empty buffer may lie at the end of memory'],
    ['no-place-for-the-descriptor', 'a descriptor without a place is not left open', faults],
    ['grown-memory', 'memory that grew is seen'],
  ),
  ...cases(
    'sockets',
    ['bad-descriptors', 'socket calls on a closed number are badf'],
    ['on-standard-output', 'standard output is no socket'],
    ['on-files', 'files and directories are no sockets'],
    ['unknown-how', 'shutting down nothing is inval', listening('at once')],
    ['listener-kind', 'a granted listening socket says what it is', listening('at once')],
    ['conversation', 'a connection is accepted, read, answered and shut down', listening('at once')],
    [
      'conversation-by-read-and-write',
      'a connection can be read and written like a file',
      listening('at once'),
    ],
    [
      'nonblocking',
      'accepting without blocking is again until somebody is there',
      {
        ...listening('when it prints'),
        stdout: 'polling\n',
      },
    ],
  ),
  ...cases(
    'libc',
    ['open-and-close', 'a C program opens a granted file', cFiles],
    ['open-without-a-grant', 'a C program without a grant finds nothing', { ...cFiles, preopens: [] }],
    ['seek', 'a C program seeks', cFiles],
    ['pread-in-the-middle', 'a C program reads in the middle', cFiles],
    ['pwrite-in-the-middle', 'a C program writes in the middle', cFiles],
    ['pwrite-with-append', 'a C program appends', cFiles],
    ['list-directory', 'a C program lists a directory', cFiles],
    ['identity', 'a C program tells files apart', cFiles],
    ['clock-monotonic', 'two readings of the monotonic clock differ'],
    ['clock-realtime', 'a C program reads the time of day'],
    ['shutdown-of-no-socket', 'standard output cannot be shut down by a C program'],
    ['shutdown-of-nothing', 'a closed number cannot be shut down by a C program', { preopens: [] }],
    ['file-is-no-terminal', 'a file is no terminal to a C program', cFiles],
    ['sleep-a-little', 'a C program sleeps'],
    [
      'poll-a-closed-descriptor',
      'poll of libc says that a number is closed',
      { wasmtime: 'fails the call with badf' },
    ],
  ),
];
