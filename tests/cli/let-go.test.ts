// A command that only waits gives its process away; one that works for services of its program stays.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worksForServices } from '../../src/cli/let-go.ts';
import { plan } from '../../src/plan/plan.ts';
import { command, service } from '../../src/resources/constructors.ts';

const granting = (granted: ReturnType<typeof service>): boolean =>
  worksForServices(plan('/bin/true', command({ descriptors: new Map([[3, granted]]) })));

test('a command stays for services that ask it to connect and to start programs', () => {
  assert.equal(granting(service({ net: { connect: ['localhost:9'] } })), true);
  assert.equal(granting(service({ program: { programs: { date: { path: '/bin/date' } } } })), true);
});

test('it does not for services that do all by themselves', () => {
  assert.equal(granting(service('pwd')), false);
  assert.equal(granting(service({ random: {} })), false);
});
