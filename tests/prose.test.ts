// The lint of our English (scripts/prose.js) finds riddles in each place that a reader sees, and passes what is plain.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const lint = fileURLToPath(new URL('../../scripts/prose.js', import.meta.url));

/** Lints one file of this name and text. Returns its findings as `line: reason`. */
function findingsIn(name: string, text: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'cloudabi-'));
  try {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const { status, stdout, stderr } = spawnSync(process.execPath, [lint, path], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, stdout === '' ? 0 : 1);
    return stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => line.slice(path.length + 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const riddles: Readonly<Record<string, readonly [name: string, text: string, findings: readonly RegExp[]]>> =
  {
    'the opening of a comment': ['a.ts', 'let a;\n/** What it has. */\nlet b;', [/^2: begins with 'What'/]],
    'the opening of a tag': [
      'a.ts',
      '/**\n * Reads.\n *\n * @returns Whether it did.\n */',
      [/^4: .*'Whether'/],
    ],
    'a pronoun in lines that are one comment': [
      'a.ts',
      '// The file of\n// somebody is read.\n',
      [/^2: 'somebody': name the actor/],
    ],
    'a title': ['a.test.ts', "test('whatever it gets is kept', () => {});", [/'whatever'/]],
    'a title with a value in it': [
      'a.test.ts',
      'it(`what \x24{name} has stays`, () => {});',
      [/begins with 'what'/],
    ],
    'a message': ['src/a.ts', "fail('What stands here cannot be used');", [/begins with 'What'/]],
    'a message with values in it': [
      'src/a.ts',
      'fail(`The file \x24{`\x24{a}`} of whoever owns it`);',
      [/'whoever'/],
    ],
    'a relay that leads': ['a.ts', '// Leads connections out.', [/'Leads connections': say 'forwards'/]],
    'a term': ['a.ts', '// Holds when V8 was taken over.', [/'taken over': say 'compromised'/]],
    'a clause in the place of a noun': [
      'a.ts',
      '/** Reads what a file holds; `undefined` for what is none. */',
      [/'Reads what …'/, /'for what is …'/],
    ],
    'a path': ['a.ts', '// See src/no/such-file.ts.', [/^1: src\/no\/such-file\.ts does not exist/]],
    'a short path': ['a.ts', '// See host/no-such-file.ts.', [/^1: host\/no-such-file\.ts does not exist/]],
    'a comment in C': ['a.c', '/* Whoever reads this. */', [/begins/, /'Whoever'/]],
    'a comment in Python': ['a.py', 'a = 1\n# Where it lies.\n', [/^2: begins with 'Where'/]],
    'the header of an attack': [
      'a.sh',
      '# Route: reads what it may not\n# Twin: reads\n# Unconfined: cannot run: nobody can\n',
      [/^1: 'what it …' stands for a noun/, /^3: 'nobody'/],
    ],
    'a sentence of a page': [
      'a.md',
      '# Page\n\nIt runs. What it\nreads is left.\n',
      [/^3: begins with 'What'/],
    ],
    'a heading and a cell of a page': [
      'a.md',
      '## How it runs\n\n| a | b |\n| --- | --- |\n| Who | b |\n',
      [/^1: /, /^5: /],
    ],
  };

describe('finds a riddle in', () => {
  for (const [place, [name, text, findings]] of Object.entries(riddles))
    test(place, () => {
      const found = findingsIn(name, text);
      assert.equal(found.length, findings.length, found.join('\n'));
      for (const [index, finding] of findings.entries()) assert.match(found[index] ?? '', finding);
    });
});

const plain: Readonly<Record<string, readonly [name: string, text: string]>> = {
  'nouns and verbs': ['a.ts', '/** Reads a file. */\n// See scripts/prose.js and host/files/lookup.ts.\n'],
  questions: ['a.md', '## What is it?\n\nWho runs it? The user.\n'],
  'code in prose': ['a.md', 'The user `nobody` runs\n\n```sh\n# What it does\n```\n'],
  'strings and regular expressions that are code': [
    'a.ts',
    "a('nobody'); b(/[/'] whoever is '/); c = d / e; // it's\n",
  ],
  'words in the middle of lines that are one comment': ['a.ts', '// Says\n// what it is.\n'],
};

describe('passes', () => {
  for (const [what, [name, text]] of Object.entries(plain))
    test(what, () => assert.deepEqual(findingsIn(name, text), []));
});
