// A page of the documentation as its test sees it: blocks of code that are handed out once each. A page whose test ends
// with `end()` has no block without a test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

/** A fenced block: its language, '' without one, and its text without the indentation of its fence. */
export type Block = { readonly language: string; readonly text: string };

/** The fenced blocks of a text in Markdown. Throws for a fence that is never closed. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { indent: string; language: string; lines: string[] } | undefined;
  for (const line of markdown.split('\n')) {
    const [, indent, language] = /^( *)```(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (indent !== undefined) open = { indent, language: language ?? '', lines: [] };
    } else if (indent === open.indent && language === '') {
      blocks.push({ language: open.language, text: open.lines.map((text) => `${text}\n`).join('') });
      open = undefined;
    } else {
      open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    }
  }
  assert.equal(open, undefined, 'every block is closed');
  return blocks;
}

/** One page. Blocks are taken at the top of the test file, so that a test that is skipped has taken its blocks, too. */
export class Page {
  readonly path: string;
  readonly text: string;
  readonly #blocks: readonly Block[];
  readonly #taken = new Set<Block>();

  /** `path` starts at the root of the repository, which is where tests run. */
  constructor(path: string) {
    this.path = path;
    this.text = readFileSync(path, 'utf8');
    this.#blocks = blocksOf(this.text);
  }

  /** Takes the only block of a language that matches. Throws for none, and for more than one. */
  block(language: string, pattern = /(?:)/): string {
    const [found, ...more] = this.#matching(language, pattern);
    const wanted = `one block of ${language || 'no language'} that matches ${pattern}`;
    assert.ok(found !== undefined && more.length === 0, `${this.path} has ${wanted}`);
    this.#taken.add(found);
    return found.text;
  }

  /** Takes all blocks of a language that match, in their order; at least one. */
  blocks(language: string, pattern = /(?:)/): string[] {
    const found = this.#matching(language, pattern);
    assert.ok(
      found.length > 0,
      `${this.path} has blocks of ${language || 'no language'} that match ${pattern}`,
    );
    for (const block of found) this.#taken.add(block);
    return found.map(({ text }) => text);
  }

  /** The last test of a page: each block was taken. */
  end(): void {
    test(`no block of ${this.path} is left out`, () => {
      assert.deepEqual(
        this.#blocks.filter((block) => !this.#taken.has(block)),
        [],
      );
    });
  }

  #matching(language: string, pattern: RegExp): Block[] {
    return this.#blocks.filter((block) => block.language === language && pattern.test(block.text));
  }
}
