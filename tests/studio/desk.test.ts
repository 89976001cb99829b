// The desk answers a short list of requests, and nothing else a controlled server may ask for.
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fieldOf } from '../../src/control/json-lines.ts';
import { Desk } from '../../src/studio/desk.ts';
import { DocumentFile } from '../../src/studio/document-file.ts';
import { SupervisorLink } from '../../src/studio/supervisor-link.ts';
import { graphFolder, PAIR } from '../frame/graph/graphs.ts';

type Asked = { readonly value?: unknown; readonly error?: string };

/** A desk for a document, with a function that asks it as the server does. */
function openDesk(
  t: TestContext,
  { readOnly = false } = {},
): {
  readonly file: string;
  readonly ask: (request: object) => Promise<Asked>;
  readonly started: () => number;
} {
  const file = graphFolder(t, PAIR);
  const link = new SupervisorLink(file, () => undefined);
  t.after(() => link.close());
  let starts = 0;
  const sent: object[] = [];
  const desk = new Desk({
    file,
    document: new DocumentFile(file),
    link,
    start: async () => {
      starts++;
      return 'it does not start in this test';
    },
    readOnly,
    prometheus: undefined,
    onServing: () => undefined,
    send: (value) => void sent.push(value),
  });
  const ask = async (request: object): Promise<Asked> => {
    sent.length = 0;
    await desk.take({ ...request, id: 1 });
    const answer = sent.find((value) => fieldOf(value, 'id') === 1);
    const error = fieldOf(answer, 'error');
    return { value: fieldOf(answer, 'value'), ...(typeof error === 'string' && { error }) };
  };
  return { file, ask, started: () => starts };
}

test('requests that are not in the list of the desk are refused', async (t) => {
  const { ask, started } = openDesk(t);
  for (const request of [
    { do: 'read', path: '/etc/passwd' },
    { do: '__proto__' },
    { do: 'constructor' },
    { do: 'toString' },
    { do: ['up'] },
    {},
  ])
    assert.equal((await ask(request)).error, 'The desk does not know this request');
  assert.equal((await ask({ do: 'check', text: 7 })).error, "'text' is no text of a document");
  assert.equal((await ask({ do: 'check', text: 'x'.repeat(5e6) })).error, "'text' is no text of a document");
  assert.equal(started(), 0);
  assert.equal((await ask({ do: 'open', file: '/etc/passwd' })).error, undefined);
  assert.equal((await ask({ do: 'up' })).error, 'it does not start in this test');
  assert.equal(started(), 1);
});

test('only the document is saved, whole, and only when nothing else has changed it', async (t) => {
  const { file, ask } = openDesk(t);
  chmodSync(file, 0o640);
  const text = `${PAIR}# more\n`;
  assert.equal(
    (await ask({ do: 'save', base: PAIR, text, file: '/tmp/other', path: '/tmp/other' })).value,
    null,
  );
  assert.equal(readFileSync(file, 'utf8'), text);
  assert.equal(statSync(file).mode & 0o777, 0o640);
  writeFileSync(file, '!graph {}\n');
  assert.equal((await ask({ do: 'save', base: text, text: 'lost' })).value, '!graph {}\n');
  assert.equal(readFileSync(file, 'utf8'), '!graph {}\n');
  assert.deepEqual(
    readdirSync(dirname(file)).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('a link to the document stays a link', (t) => {
  const file = graphFolder(t, PAIR);
  const link = join(dirname(file), 'link.yaml');
  symlinkSync('graph.yaml', link);
  assert.equal(new DocumentFile(link).save(PAIR, '!graph {}\n'), undefined);
  assert.equal(readFileSync(file, 'utf8'), '!graph {}\n');
  assert.ok(readdirSync(dirname(file), { withFileTypes: true }).some((entry) => entry.isSymbolicLink()));
});

test('with --read-only, looking works and changing does not', async (t) => {
  const { file, ask, started } = openDesk(t, { readOnly: true });
  for (const request of [
    { do: 'save', base: PAIR, text: '' },
    { do: 'up' },
    { do: 'down' },
    { do: 'update' },
  ])
    assert.equal((await ask(request)).error, 'The studio was started with --read-only');
  assert.equal(started(), 0);
  assert.equal(readFileSync(file, 'utf8'), PAIR);
  const { value } = await ask({ do: 'check', text: PAIR });
  assert.ok(typeof value === 'object' && value !== null && 'right' in value && value.right === true);
});
