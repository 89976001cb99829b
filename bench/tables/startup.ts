import { atMostMore } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, type Table, titled, value } from '../table.ts';

const NODE = 'node -e 0';

const WASI = 'node:wasi';
const pythons = ['native', OURS, WASI, 'wasmtime'];

const over = atMostMore(25, NODE, 'loading the executable and the addon, and entering capability mode');

export const tables: readonly Table[] = [
  {
    name: 'startup',
    page: 'docs/performance.md',
    head: 'start to end',
    columns: [value(NODE, '`node -e 0`'), value(OURS, 'hello')],
    rows: [
      titled('`cloudabi-run`, least', 'command line, least', over),
      titled('`cloudabi-run`, median', 'command line, median'),
      titled('`cloudabi-run`, processor time', 'command line, processor time', over),
      titled('`launch()`, least', 'launch(), least', over),
      titled('`launch()`, median', 'launch(), median'),
      titled('`launch()`, processor time', 'launch(), processor time', over),
      titled(
        '`cloudabi-run`, peak memory',
        'peak memory',
        atMostMore(20, NODE, 'our executable with its code cache, and the addon'),
      ),
    ],
  },
  {
    name: 'startup-python',
    page: 'docs/performance.md',
    head: 'CPython, a script of one line',
    columns: [...pythons.map((name) => value(name)), ratioTo(WASI)],
    rows: ['least', 'median', 'processor time'].map((measure) => titled(measure, `CPython, ${measure}`)),
  },
  {
    name: 'startup-python-compared',
    page: 'docs/comparison.md',
    head: 'CPython, a script of one line',
    columns: [...pythons.map((name) => value(name))],
    rows: ['least', 'processor time'].map((measure) => titled(measure, `CPython, ${measure}`)),
  },
];
