import { test } from 'node:test';
import { passAsNobody } from '../frame/other-user.ts';

test('a launcher of an ordinary user fails in the same way as one of root', (context) =>
  passAsNobody(context, [new URL('few.test.js', import.meta.url)]));
