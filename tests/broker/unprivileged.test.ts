import { test } from 'node:test';
import { passAsNobody } from '../frame/other-user.ts';

test('programs of an ordinary user reach granted hosts just as those of root do', (context) =>
  passAsNobody(
    context,
    ['hosts.test.js', 'lifetime.test.js', 'clients.test.js', 'live.test.js'].map(
      (name) => new URL(name, import.meta.url),
    ),
  ));
