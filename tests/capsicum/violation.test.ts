import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { told } from '../frame/capsicum/child.ts';

const base = mkdtempSync(join(tmpdir(), 'violation-'));
after(() => rmSync(base, { recursive: true, force: true }));

/** One violation of each kind; `limited` is a descriptor with the rights read and stat alone. */
const violations = `
  attempt(() => fs.writeSync(limited, 'x'));
  limit(limited, { rights: ['read', 'write'] });
  syscall(callNumberOf('sched_setaffinity'), process.ppid, 8, addressOf(Buffer.alloc(8, 255)));
  syscall(callNumberOf('unshare'), 0);
  syscall(callNumberOf('kill'), process.ppid, 0);
  syscall(callNumberOf('socket'), 16, 3, 9);
  const address = Buffer.from('020000500000000000000000000000000'.slice(0, 32), 'hex');
  syscall(callNumberOf('bind'), 1, addressOf(address), 16);
  attempt(() => fs.openSync('/etc/passwd'));
`;

describe('violation', () => {
  test('has a kind with its data: each of the kinds of ktrace is told', async () => {
    const answers = await told(
      `import { addressOf } from '${new URL('../../../dist/host/libc.js', import.meta.url).href}';
       const limited = fs.openSync('/dev/zero', 'r+');
       limit(limited, { rights: ['read', 'stat'] });
       const heard = [];
       enter({ onRefused: ({ violation }) => heard.push(violation) });
       attempt(() => fs.readSync(limited, Buffer.alloc(1)));
       ${violations}
       while (heard.at(-1)?.path !== '/etc/passwd') await new Promise((resolve) => setImmediate(resolve));
       tell({ heard, limited, parent: process.ppid });
       process.exit(0);`,
    );
    const { heard, limited, parent } = answers as { heard: unknown[]; limited: number; parent: number };
    const held = ['read', 'stat'];
    // Notes of the handler are read later than the answer of limit().
    const order = ['NOTCAPABLE', 'INCREASE', 'CPUSET', 'SYSCALL', 'SIGNAL', 'PROTO', 'SOCKADDR', 'NAMEI'];
    const kindOf = (one: unknown): number => order.indexOf((one as { kind: string }).kind);
    assert.deepEqual(
      heard.toSorted((a, b) => kindOf(a) - kindOf(b)),
      [
        { kind: 'NOTCAPABLE', descriptor: limited, needed: ['write'], held },
        { kind: 'INCREASE', descriptor: limited, wanted: ['read', 'write'], held },
        { kind: 'CPUSET', process: parent },
        { kind: 'SYSCALL', call: 'unshare' },
        { kind: 'SIGNAL', process: parent, signal: 0 },
        { kind: 'PROTO', family: 16, type: 3, protocol: 9 },
        { kind: 'SOCKADDR', address: '0.0.0.0:80' },
        { kind: 'NAMEI', path: '/etc/passwd' },
      ],
    );
  });
});
