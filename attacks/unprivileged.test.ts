import { test } from 'node:test';
import { passAsNobody } from '../tests/frame/other-user.ts';

const suites = [
  'capability-mode',
  'messages',
  'threads',
  'races',
  'capsicum',
  'node',
  'node-world',
  '../tests/run/linux/launch',
];

test('every attack comes to nothing for an ordinary user, too', (context) =>
  passAsNobody(
    context,
    suites.map((name) => new URL(`${name}.test.js`, import.meta.url)),
  ));
