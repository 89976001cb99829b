// The same for an ordinary user.
import { test } from 'node:test';
import { passAsNobody } from '../../frame/other-user.ts';

test('programs of an ordinary user that crash are kept from starting', (t) =>
  passAsNobody(t, [new URL('crash-guard.test.js', import.meta.url)]));
