import { test } from 'node:test';
import { passAsNobody } from '../../frame/other-user.ts';

test('programs in TypeScript of an ordinary user reach granted hosts just as those of root do', (context) =>
  passAsNobody(context, [new URL('network.test.js', import.meta.url)]));
