import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessRefusal } from '../../src/process/access-refusal.ts';
import { formatRefusedAccess, refusedAccessToJson } from '../../src/process/refused-accesses.ts';

const access: AccessRefusal = {
  time: new Date(0),
  pid: 7,
  executable: '/bin/x\u001b[2J',
  category: 'write',
  path: '/p/a\nb',
  action: 'deny',
  errno: 13,
  lost: 0,
  rule: { text: 'deny write **', place: 'g.yaml:3:5' },
};

test('a refusal names its time, process, category, path, error and rule, and cannot forge lines', () => {
  assert.equal(
    formatRefusedAccess(access),
    "1970-01-01T00:00:00.000Z /bin/x\ufffd[2J (7): write of /p/a\ufffdb refused with EACCES by rule 'deny write **' (g.yaml:3:5)",
  );
  assert.match(
    formatRefusedAccess({ ...access, action: 'log', errno: 0, lost: 3 }),
    /recorded, after 3 more/,
  );
  const json = refusedAccessToJson(access);
  assert.ok(!/\p{C}/u.test(json));
  const { kind, path, error, place, rule } = JSON.parse(json);
  assert.deepEqual(
    [kind, path, error, place, rule],
    ['access', '/p/a\nb', 'EACCES', 'g.yaml:3:5', 'deny write **'],
  );
});
