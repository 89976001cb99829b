import { atMost, noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioOf, ratioTo, row, type Table, titled, value } from '../table.ts';

const SPAWN = 'spawn';
const BWRAP = 'bwrap';
const PEERS = [BWRAP, 'firejail', 'srt', 'sandlock', 'nono'];

const toSpawn = atMost(1.5, SPAWN, 'its namespaces and walls, its /proc, and the plan of each start');
const toBwrap = atMost(0.6, BWRAP, 'the plan of each start, and the mounts that cover /proc');
const blocked = noMoreThan(0.5, 'the call plans, and waits until the child has left our memory');

const rows = [
  row('50 MB, least', toSpawn, toBwrap),
  row('50 MB, median', toSpawn, toBwrap),
  row('50 MB, the first'),
  titled('50 MB, the call', '50 MB, the call, median', blocked),
  titled("50 MB, processor time of the caller's thread", "50 MB, the caller's thread, median"),
  titled('50 MB, processor time of all', '50 MB, processor time, median'),
  row('a directory more each time, least', toSpawn, toBwrap),
  row('a directory more each time, median', toSpawn, toBwrap),
  row('1 GB, least', toBwrap),
  row('1 GB, median', toBwrap),
  row('ordinary user, 50 MB, least', toSpawn, toBwrap),
  row('ordinary user, 50 MB, median', toSpawn, toBwrap),
  row('ordinary user, 50 MB, the first'),
  titled('ordinary user, 50 MB, the call', 'ordinary user, 50 MB, the call, median', blocked),
  titled(
    "ordinary user, 50 MB, processor time of the caller's thread",
    "ordinary user, 50 MB, the caller's thread, median",
  ),
  titled('ordinary user, 50 MB, processor time of all', 'ordinary user, 50 MB, processor time, median'),
];

const medians = rows.filter(({ work }) => /MB, median|GB, median|time, median/.test(work));

export const tables: readonly Table[] = [
  {
    name: 'linux-startup',
    page: 'docs/performance.md',
    head: '/usr/bin/true',
    columns: [...[SPAWN, OURS, ...PEERS].map((name) => value(name)), ratioTo(SPAWN), ratioTo(BWRAP)],
    rows,
  },
  {
    name: 'linux-startup-compared',
    page: 'docs/comparison.md',
    head: '`/usr/bin/true`, to `spawn`',
    columns: [OURS, ...PEERS].map((name) => ratioOf(name, SPAWN, name)),
    rows: medians.filter(({ work }) => !work.includes('processor')).map(({ work }) => row(work)),
  },
];
