import { test } from 'node:test';
import { passAsNobody } from '../other-user.ts';

test('an ordinary user runs Linux programs just as root does', (context) =>
  passAsNobody(
    context,
    ['running', 'plan'].map((name) => new URL(`${name}.test.js`, import.meta.url)),
  ));
