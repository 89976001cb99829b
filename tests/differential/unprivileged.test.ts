import { test } from 'node:test';
import { passAsNobody } from '../frame/other-user.ts';

test('system calls of an ordinary user are answered inside as they are outside, too', (context) =>
  passAsNobody(context, [new URL('system-calls.test.js', import.meta.url)]));
