import { atMost, noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, row, type Table, value } from '../table.ts';

const NATIVE = 'native';
const WASI = 'node:wasi';
const WASMTIME = 'wasmtime';
const LIBRARY = 'wasmtime library';

const TIERS =
  'the C library takes a third of it, the way through two modules and JavaScript the rest; a loop that is hot from its first call would inline what main cannot';
const MAKING =
  'the program has this loop first, and in it two modules of ours are made, which takes 2 to 3 ms';
const CROSSING =
  'in C with a second thread, a filter of system calls and as many frames to return through, it takes as long';
const LOOKUP = 'a lookup that stays beneath a directory is openat2, fstat and close, not one call';
const OPENING = 'Landlock looks at each directory, and the C library asks for its rights before it opens';
const COLD = 'V8 interprets the kernel in TypeScript for its first calls, and compiles it meanwhile';

/** Calls, each with its aims. */
const rows = [
  row('clock', noMoreThan(55, TIERS), atMost(1, WASI, TIERS)),
  row('realtime', noMoreThan(55, TIERS), atMost(1, WASI, TIERS)),
  row('pread-64', atMost(1.5, NATIVE, CROSSING), atMost(1, WASI, CROSSING)),
  row(
    'pread-64k',
    atMost(1.5, NATIVE, 'the copy of the kernel takes most of it'),
    atMost(1, WASI, 'nearly all of it is the system call, the same in both'),
  ),
  row('pwrite-64', atMost(1.5, NATIVE, CROSSING), atMost(1, WASI, CROSSING)),
  row(
    'pwrite-64k',
    atMost(1.5, NATIVE, 'the copy of the kernel takes most of it'),
    atMost(1, WASI, 'nearly all of it is the system call, the same in both'),
  ),
  row('stat', atMost(2.5, NATIVE, LOOKUP)),
  row('open+close', atMost(0.7, WASI, OPENING)),
  row(
    'readdir-10000',
    atMost(1.5, NATIVE, 'wasi-libc allocates and copies each entry; a machine that is busy shows here most'),
    atMost(0.7, WASI, 'both read blocks of entries'),
  ),
  row('clock, in main', noMoreThan(55, MAKING)),
  row('realtime, in main', noMoreThan(55, TIERS)),
  row('pread-64, in main', atMost(1.5, NATIVE, CROSSING), atMost(1, WASI, CROSSING)),
  row('pwrite-64, in main', atMost(1.5, NATIVE, CROSSING), atMost(1, WASI, CROSSING)),
  row('stat, in main', atMost(2.5, NATIVE, `${LOOKUP}; ${COLD}`)),
  row('open+close, in main', atMost(0.7, WASI, COLD)),
];

export const tables: readonly Table[] = [
  {
    name: 'calls',
    page: 'docs/performance.md',
    head: 'call',
    columns: [
      value(NATIVE),
      value(OURS),
      value(WASI),
      value(WASMTIME),
      value(LIBRARY),
      ratioTo(NATIVE),
      ratioTo(WASI),
      ratioTo(WASMTIME),
    ],
    rows,
  },
  {
    name: 'calls-compared',
    page: 'docs/comparison.md',
    head: 'call',
    columns: [ratioTo(WASI, 'cloudabi to node:wasi'), ratioTo(WASMTIME, 'cloudabi to wasmtime')],
    rows: rows.map(({ work }) => row(work)),
  },
];
