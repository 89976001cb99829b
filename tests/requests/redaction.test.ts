import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { type Credential, placeholderFor, SHORTEST_SECRET } from '../../src/requests/credential.ts';
import { Redaction } from '../../src/requests/redaction.ts';
import fc from '../frame/properties.ts';

const secretText = fc.string({
  minLength: SHORTEST_SECRET,
  maxLength: 60,
  unit: fc.constantFrom(...'aB3-_+/'),
});

test('a secret is replaced wherever a stream is cut, and nothing else is changed', async () => {
  await fc.assert(
    fc.asyncProperty(
      secretText,
      fc.array(fc.string({ maxLength: 30 })),
      fc.array(fc.nat(40), { minLength: 1 }),
      async (secret, between, cuts) => {
        const placeholder = '*'.repeat(secret.length);
        const credential: Credential = { secret, placeholder, placement: { kind: 'bearer' } };
        const whole = Buffer.from(between.map((text) => text.replaceAll(secret, '')).join(secret));
        const pieces: Buffer[] = [];
        for (let at = 0, turn = 0; at < whole.length; turn++) {
          const length = 1 + (cuts[turn % cuts.length] ?? 0);
          pieces.push(Buffer.from(whole.subarray(at, at + length)));
          at += length;
        }
        const found = await buffer(Readable.from(pieces).pipe(new Redaction([credential]).stream()));
        assert.equal(found.length, whole.length);
        assert.ok(!found.includes(secret));
      },
    ),
    { numRuns: 300 },
  );
});

test('a stream without the beginning of a secret is passed on at once', () => {
  const stream = new Redaction([
    { secret: 'sk-0123456789', placeholder: 'sk-XXXXXXXXXX', placement: { kind: 'bearer' } },
  ]).stream();
  stream.write('data: 1\n\n');
  assert.equal(String(stream.read()), 'data: 1\n\n');
  stream.write('a sk-0123');
  assert.equal(String(stream.read()), 'a ');
  stream.write('456789.');
  assert.equal(String(stream.read()), 'sk-XXXXXXXXXX.');
});

test('a placeholder has the length and shape of its secret, and is none of its text', () => {
  fc.assert(
    fc.property(secretText, (secret) => {
      const made = placeholderFor(`${secret}a1B2c3D4`);
      const shape = (text: string): string =>
        text.replace(/[0-9]/g, '0').replace(/[a-z]/g, 'a').replace(/[A-Z]/g, 'A');
      assert.equal(shape(made), shape(`${secret}a1B2c3D4`));
      assert.notEqual(made, `${secret}a1B2c3D4`);
    }),
  );
  const made = placeholderFor('ghp_16C7e42F292c6912E7710c838347Ae178B4a');
  assert.match(made, /^ghp_/);
});
