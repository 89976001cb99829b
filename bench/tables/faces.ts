import { atLeast, atMost } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, row, type Table, value } from '../table.ts';

/** The other face; ours stands for CloudABI's. */
const WASI = 'WASI';

const MORE = 'its face decodes or checks an argument more';
const LESS = "WASI's face decodes or checks an argument more";

const CALLS = [
  'clock',
  'random-16',
  'fd_stat',
  'pread-64',
  'pread-64k',
  'pwrite-64',
  'stat of a descriptor',
  'stat of a path',
];

export const tables: readonly Table[] = [
  {
    name: 'faces',
    page: 'docs/performance.md',
    head: 'call',
    columns: [value(WASI), value(OURS, 'CloudABI'), ratioTo(WASI)],
    rows: CALLS.map((call) => row(call, atMost(1.05, WASI, MORE), atLeast(0.95, WASI, LESS))),
  },
];
