import { atMost, noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, row, type Table, value } from '../table.ts';

const COUNTS = [10, 100, 1000, 10_000].map((count) => `${count.toLocaleString('en')} rules`);
const PEERS = ['fnmatch', 'picomatch', 'minimatch'];

export const tables: readonly Table[] = [
  {
    name: 'rules-match',
    page: 'docs/performance.md',
    head: 'rules',
    columns: [
      value(OURS, 'supervisor'),
      value('launcher', 'launcher, in JavaScript'),
      ...PEERS.map((name) => value(name)),
      ...PEERS.map((name) => ratioTo(name)),
    ],
    rows: COUNTS.map((work) =>
      row(
        work,
        noMoreThan(1, 'a table of this size no longer fits the caches of a processor'),
        ...PEERS.map((name) => atMost(1, name, 'a path is looked up in each group of rules')),
      ),
    ),
  },
];
