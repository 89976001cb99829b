import { atMost, atMostMore } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioOf, ratioTo, row, type Table, value } from '../table.ts';

const GRANTS = 'grants';
const APPEND = 'append';
const MOUNTS = 'mounts';

const floor =
  'a rule that hides is about every call that names a file, and the kernel cannot tell by a pointer which those of the project are';

export const tables: readonly Table[] = [
  {
    name: 'rules',
    page: 'docs/performance.md',
    head: 'work',
    columns: [
      value(GRANTS, 'static grants'),
      value(APPEND, 'and appending rules'),
      value(MOUNTS, 'and hiding by mounts'),
      value(OURS, 'and hiding by the supervisor'),
      value('syd', 'hiding by syd'),
      value('runsc', 'gVisor, without rules'),
      ratioOf(APPEND, GRANTS, 'appending to static'),
      ratioOf(MOUNTS, GRANTS, 'by mounts to static'),
      ratioTo(GRANTS, 'by the supervisor to static'),
    ],
    rows: [
      row(
        'one open and close, on one processor',
        atMostMore(13, GRANTS, 'each step is a call of the kernel'),
      ),
      row(
        'one open and close by an absolute path, on one processor',
        atMostMore(13, GRANTS, 'each step is a call of the kernel'),
      ),
      row('one open and close'),
      row('opens of eight processes at once'),
      row('memory of the first process'),
      row('start to end', atMostMore(5, GRANTS, 'rules are grouped and compiled by cold JavaScript')),
      ...['find and cat', 'git status', 'gcc, 8 files', 'npm ci'].flatMap((work) => [
        row(work, atMost(1.1, GRANTS, floor)),
        row(`${work}, on one processor`, atMost(1.1, GRANTS, floor)),
      ]),
    ],
  },
];
