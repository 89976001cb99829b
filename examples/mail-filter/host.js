// Filters a mail message with three plug-ins of three authors, none of which can see the others, the files of this
// host or any network: node examples/mail-filter/host.js < message.txt
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describeExit, file, launch, pipe } from 'cloudabi';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A plug-in in a process of its own: it has two pipes, and what else it was granted. */
export class PlugIn {
  #path;
  #process;
  #messages = pipe('read');
  #verdicts;

  constructor(path, grants = {}) {
    const verdicts = pipe('write');
    this.#path = path;
    // A plug-in that has ended reads no more; its verdicts tell.
    this.#messages.stream.on('error', () => undefined);
    this.#verdicts = createInterface({ input: verdicts.stream })[Symbol.asyncIterator]();
    this.#process = launch(path, { messages: this.#messages, verdicts, ...grants });
  }

  /** Its verdict on a message; a plug-in that has ended, or answers nonsense, has none. */
  async judge(mail) {
    this.#messages.stream.write(`${JSON.stringify(mail)}\n`);
    const { value, done } = await this.#verdicts.next();
    try {
      if (!done) return JSON.parse(value);
      console.error(`${this.#path}: ${describeExit(await this.#process.exited)}`);
    } catch {
      this.#process.kill();
    }
    return {};
  }

  async close() {
    await this.#process[Symbol.asyncDispose]();
  }
}

/** The plug-ins and what each of them gets. */
export function plugIns() {
  return [
    new PlugIn(here('plugins/words.ts'), { words: file(here('words.txt')) }),
    new PlugIn(here('plugins/links.ts')),
    new PlugIn(here('plugins/digest.ts')),
  ];
}

/** Returns the verdict on a message: whether it is spam, and headers to add. */
export async function filter(mail, filters) {
  const verdicts = await Promise.all(filters.map((plugIn) => plugIn.judge(mail)));
  const score = verdicts.reduce((sum, verdict) => sum + (verdict.score ?? 0), 0);
  return { spam: score >= 1, headers: verdicts.flatMap(({ header }) => (header ? [header] : [])) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [head = '', ...rest] = (await text(process.stdin)).split('\n\n');
  const field = (name) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
  const filters = plugIns();
  const mail = { from: field('From'), subject: field('Subject'), body: rest.join('\n\n') };
  console.log(await filter(mail, filters));
  await Promise.all(filters.map((plugIn) => plugIn.close()));
}
