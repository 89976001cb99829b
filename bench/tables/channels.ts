import { atMost } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, type Table, titled, value } from '../table.ts';

const PLAIN = 'node:tls';
const reason = 'the noise of the machine: both make the same calls of TLS';

export const tables: readonly Table[] = [
  {
    name: 'channels',
    page: 'docs/performance.md',
    head: 'step',
    columns: [value('without', 'no proxy'), value(PLAIN, 'plain proxies'), value(OURS), ratioTo(PLAIN)],
    rows: [
      titled('a connection, to its first answer', 'connection', atMost(1.2, PLAIN, reason)),
      titled('64 bytes there and back', 'trip', atMost(1.2, PLAIN, reason)),
      titled('32 MiB there and back', 'bulk', atMost(1.2, PLAIN, reason)),
    ],
  },
];
