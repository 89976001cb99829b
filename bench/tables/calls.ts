import { atMost, noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, row, type Table, value } from '../table.ts';

const NATIVE = 'native';
const WASI = 'node:wasi';

/** Calls, each with its aims. */
const rows = [
  row(
    'clock',
    noMoreThan(55, 'the C library takes most of it; the way out of WebAssembly adds the rest'),
    atMost(1, WASI, 'both pay for the way out of WebAssembly and ask the C library'),
  ),
  row(
    'realtime',
    atMost(1, WASI, 'Node has no exact call for it, so that the C library is called as a foreign one'),
  ),
  row(
    'pread-64',
    atMost(1.5, NATIVE, 'the way out of WebAssembly, where the offset becomes a BigInt'),
    atMost(1, WASI, 'the system call is most of the time of both'),
  ),
  row(
    'pread-64k',
    atMost(1.5, NATIVE, 'the copy of the kernel takes most of it'),
    atMost(1, WASI, 'nearly all of it is the system call, the same in both'),
  ),
  row(
    'pwrite-64',
    atMost(1.5, NATIVE, 'the way out of WebAssembly, where the offset becomes a BigInt'),
    atMost(1, WASI, 'the system call is most of the time of both'),
  ),
  row(
    'pwrite-64k',
    atMost(1.5, NATIVE, 'the copy of the kernel takes most of it'),
    atMost(1, WASI, 'nearly all of it is the system call, the same in both'),
  ),
  row(
    'stat',
    atMost(2.5, NATIVE, 'a lookup that stays beneath a directory is openat2, fstat and close, not one call'),
  ),
  row(
    'open+close',
    atMost(
      0.7,
      WASI,
      'Landlock looks at each directory, and the C library asks for its rights before it opens',
    ),
  ),
  row(
    'readdir-10000',
    atMost(1.5, NATIVE, 'wasi-libc allocates and copies each entry; a machine that is busy shows here most'),
    atMost(0.7, WASI, 'both read blocks of entries'),
  ),
];

export const tables: readonly Table[] = [
  {
    name: 'calls',
    page: 'docs/performance.md',
    head: 'call',
    columns: [value(NATIVE), value(OURS), value(WASI), ratioTo(NATIVE), ratioTo(WASI)],
    rows,
  },
  {
    name: 'calls-compared',
    page: 'docs/comparison.md',
    head: 'call',
    columns: [ratioTo(WASI, 'cloudabi to node:wasi')],
    rows: rows.map(({ work }) => row(work)),
  },
];
