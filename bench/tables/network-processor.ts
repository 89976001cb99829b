import { OURS } from '../report.ts';
import { ratioTo, row, type Table, value } from '../table.ts';

const HOST = 'host network';
const RELAY = 'a relay in C';
const PASTA = 'bwrap and pasta';

export const tables: readonly Table[] = [
  {
    name: 'network-processor',
    page: 'docs/performance.md',
    head: 'processor time',
    columns: [
      value(HOST),
      value(RELAY),
      value(OURS),
      value(PASTA),
      value('bwrap and slirp4netns'),
      value('srt'),
      ratioTo(HOST),
      ratioTo(RELAY),
      ratioTo(PASTA),
    ],
    rows: [row('a connection'), row('1 GB over one stream'), row('1 GB over ten streams')],
  },
];
