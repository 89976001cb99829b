// The same for an ordinary user, whose file systems are mounted in a user namespace.
import { test } from 'node:test';
import { passAsNobody } from '../frame/other-user.ts';

test('directories of an ordinary user are encrypted', (t) =>
  passAsNobody(t, [new URL('encrypt.test.js', import.meta.url)]));
