// Finds lines in a tree of files, as `grep -rn` does. It cannot know its files beforehand, so that it asks for each: the
// service gives it what lies within the patterns of the grant, open for reading.
import { closeSync, readSync } from 'node:fs';
import { program, service, text, writable } from 'cloudabi/program';

/** Entries in one answer of the service. */
const PAGE = 256;
const BLOCK = 65536;
/** Bytes of a line that are kept in memory; a file with a longer one counts as binary. */
const LONGEST = 1 << 20;

/** Lines of a file that is open, without those of binary files: they have a zero byte. */
function* linesOf(descriptor: number): Generator<string> {
  const block = Buffer.alloc(BLOCK);
  let rest = Buffer.alloc(0);
  for (let got = readSync(descriptor, block); got > 0; got = readSync(descriptor, block)) {
    const part = Buffer.concat([rest, block.subarray(0, got)]);
    if (part.includes(0)) return;
    let start = 0;
    for (let end = part.indexOf(10); end >= 0; end = part.indexOf(10, start)) {
      yield part.toString('utf8', start, end);
      start = end + 1;
    }
    rest = Buffer.from(part.subarray(start));
    if (rest.length > LONGEST) return;
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

export default program(
  { schema: { pattern: text(), tree: service('filesystem'), output: writable() } },
  async ({ pattern, tree, output }) => {
    const wanted = new RegExp(pattern, 'u');
    let found = 0;
    for (let after: string | Uint8Array | null = ''; after !== null; ) {
      const page: Awaited<ReturnType<typeof tree.walk>> = await tree.walk({ after, most: PAGE });
      for (const { path, kind } of page.entries) {
        if (kind !== 'file') continue;
        const { descriptor } = await tree.open({ path });
        let number = 0;
        for (const line of linesOf(descriptor)) {
          number++;
          if (!wanted.test(line)) continue;
          found++;
          output.write(`${path}:${number}:${line}\n`);
        }
        closeSync(descriptor);
      }
      after = page.next;
    }
    output.end();
    process.exitCode = found > 0 ? 0 : 1;
  },
);
