import { atMost, atMostMore, noMoreThan } from '../aims.ts';
import { OURS } from '../report.ts';
import { ratioTo, type Table, titled, value } from '../table.ts';

const WITHOUT = 'without';
const DIRECT = 'direct';

const cold = 'a process of Node is started for the services, and Node alone takes longer than that';

export const tables: readonly Table[] = [
  {
    name: 'services',
    page: 'docs/performance.md',
    head: 'step',
    columns: [value(WITHOUT, 'without a service'), value(DIRECT), value(OURS), ratioTo(DIRECT)],
    rows: [
      titled('cold, least', 'cold, least', atMostMore(30, WITHOUT, cold)),
      titled('cold, median', 'cold, median'),
      titled('cold, processor time', 'cold, processor time', atMostMore(30, WITHOUT, cold)),
      titled(
        'warm: opening a channel by the zygote',
        'warm',
        noMoreThan(1, 'a message each way, and a pair of sockets'),
      ),
      titled(
        'a question: `getpwnam` of `pwd`',
        'round trip',
        noMoreThan(60, 'two changes of process, and a client of promises'),
      ),
      titled(
        'looking a name up over the loopback',
        'look-up',
        atMost(
          1.2,
          DIRECT,
          'the way to a service and back, that of the row above, is half of a direct look-up by itself',
        ),
      ),
      titled('1,000 channels at once, each opened and asked', '1,000 channels'),
      titled(
        'private memory of ten services in one process',
        'memory, shared',
        noMoreThan(60, 'V8 and Node of the process'),
      ),
      titled(
        'private memory of these, and of seven in processes of their own',
        'memory, family',
        noMoreThan(60, 'a process of its own takes 11 MB, nearly all of it V8 and Node, and there are eight'),
      ),
    ],
  },
];
