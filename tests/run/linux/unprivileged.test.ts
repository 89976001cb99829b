import { test } from 'node:test';
import { passAsNobody } from '../../frame/other-user.ts';

test('an ordinary user runs Linux programs just as root does', (context) =>
  passAsNobody(
    context,
    [
      'running.test.js',
      'claims.test.js',
      'answers.test.js',
      'devices.test.js',
      'streams.test.js',
      'pins.test.js',
      'rules.test.js',
      'hidden-places.test.js',
      'whole-host.test.js',
      'proc.test.js',
      '../../plan/linux/plan.test.js',
      '../../plan/steering/steering.test.js',
      '../../plan/linux/implied.test.js',
    ].map((name) => new URL(name, import.meta.url)),
  ));
