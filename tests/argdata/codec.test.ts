import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encode } from '../../src/argdata/index.ts';

test('x', () => assert.equal(encode(1).length, 2));
