import assert from 'node:assert/strict';
import { test } from 'node:test';
import { x } from '../../src/argdata/index.ts';

test('x is one', () => assert.equal(x, 1));
