import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Attempt } from '../frame/corpus.ts';
import type { Observation, Runner, World } from '../frame/runner.ts';
import { SceneWatch } from '../frame/scene.ts';
import { furnish, journalFindings, LONGEST } from './guest-scene.ts';

/** Request to a reader of documents. */
export type Reading = {
  /** `yaml` for grants, `hex` for argdata. */
  readonly language: string;
  /** The folder that documents may name. */
  readonly root: string;
  readonly text: string;
};

/** Answer of a reader of documents. */
export type Read = {
  /** `ok`, or the code of an error. */
  readonly answer: string;
  /** The error's own words, as a command would print them. */
  readonly message: string;
};

const reader = fileURLToPath(new URL('config-reader.js', import.meta.url));

/** The line between an attempt and its twin. */
const BETWEEN = '#### twin\n';

/** A reader that needs more megabytes for a document of some kilobytes is exhausted. */
const MEMORY = 128;

/** Characters that no message may carry to a terminal, but for the ends of lines. */
const CONTROL = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u;

/** Reads documents that mean to confuse; without us nothing reads them. */
export class ConfigRunner implements Runner {
  readonly kind = 'config';
  readonly worlds: readonly World[] = [{ name: 'config', proves: false, root: process.getuid?.() === 0 }];

  readonly #idle: Reader[] = [];

  async run(made: Attempt): Promise<Observation> {
    const [attempt = '', twin = ''] = bodyOf(made).split(BETWEEN);
    const watch = new SceneWatch();
    try {
      furnish(watch.scene);
      const common = { language: made.language, root: watch.scene.ROOT };
      const first = await this.#read({ ...common, text: attempt });
      const second = await this.#read({ ...common, text: twin });
      const output = `${first.message}\n${second.message}`;
      return {
        kind: 'seen',
        attempt: first.answer,
        twin: second.answer,
        evidence: [
          ...watch.findings(output),
          ...journalFindings(watch.scene),
          ...(CONTROL.test(output.replaceAll('\n', '')) ? ['a message carries control characters'] : []),
        ],
        output,
      };
    } finally {
      watch.remove();
    }
  }

  async #read(reading: Reading): Promise<Read> {
    const chosen = this.#idle.pop() ?? new Reader();
    const read = await chosen.read(reading);
    if (chosen.lives) this.#idle.push(chosen);
    return read;
  }

  runUnconfined(): Promise<Observation> {
    throw new TypeError('A document does nothing by itself');
  }

  async close(): Promise<readonly string[]> {
    for (const each of this.#idle) each.end();
    return [];
  }
}

/** Returns the text behind the comment block of the header. */
function bodyOf({ path }: Attempt): string {
  return readFileSync(path, 'utf8').replace(/^(?:# .*\n)+/, '');
}

/** A process that reads one document after the other, until one exhausts it. */
class Reader {
  readonly #child = fork(reader, {
    execArgv: [`--max-old-space-size=${MEMORY}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });

  get lives(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  read(reading: Reading): Promise<Read> {
    return new Promise((resolve) => {
      const child = this.#child;
      const timer = setTimeout(() => child.kill('SIGKILL'), LONGEST);
      const done = (read: Read): void => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(read);
      };
      child.once('message', (read: Read) => done(read));
      child.once('exit', () => done({ answer: 'exhausted', message: '' }));
      child.send(reading);
    });
  }

  end(): void {
    this.#child.kill('SIGKILL');
  }
}
