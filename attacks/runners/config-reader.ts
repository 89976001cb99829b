// Reads documents for config.ts, which sends them one after the other. A document that is accepted is also used: what it
// grants is opened, and a small program gets it.
import { readdirSync, readlinkSync } from 'node:fs';
import { decode } from '../../src/argdata/index.ts';
import { launchPlan } from '../../src/index.ts';
import { readGrants } from '../../src/plan/grants.ts';
import { plan } from '../../src/plan/plan.ts';
import { openPlan } from '../../src/run/open.ts';
import type { Read, Reading } from './config.ts';
import { endOf, LONGEST } from './guest-scene.ts';

const PROGRAM = 'examples/hello/hello.wasm';

/** Text for `$ROOT`, `$QUEUE`, `$NEST(n)` and `$(n text)`, which is text n times. */
function fill(text: string, root: string): string {
  return text
    .replaceAll('$ROOT', root)
    .replaceAll('$QUEUE', () => String(ownQueue()))
    .replace(/\$NEST\((\d+)\)/g, (_, count: string) => nested(Number(count)))
    .replace(/\$\((\d+) ([^)]*)\)/g, (_, count: string, part: string) => part.repeat(Number(count)));
}

/** The number of an event queue of this process. */
function ownQueue(): number {
  const found = readdirSync('/proc/self/fd').find((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).includes('eventpoll');
    } catch {
      return false;
    }
  });
  return Number(found);
}

/** Lists of one list each, as hexadecimal bytes. */
function nested(depth: number): string {
  const bytes: number[] = [7];
  for (let level = 1; level < depth; level++) bytes.push(...lengthOf(bytes.length), 7);
  return Buffer.from(bytes.toReversed()).toString('hex');
}

/** A length as argdata has it, from its end. */
function lengthOf(length: number): number[] {
  const bytes = [0x80 | (length & 0x7f)];
  for (let rest = length >>> 7; rest > 0; rest >>>= 7) bytes.push(rest & 0x7f);
  return bytes;
}

async function use(language: string, text: string, root: string): Promise<string> {
  if (language === 'hex') {
    decode(Buffer.from(text.replace(/\s/g, ''), 'hex'));
    return 'ok';
  }
  const planned = plan(PROGRAM, readGrants(text, { directory: `${root}/work` }), {
    limits: { wallClock: LONGEST },
  });
  if (planned.command !== undefined) {
    openPlan(planned).abandon();
    return 'ok';
  }
  const end = endOf(await launchPlan(planned).exited);
  return end === 'status-0' ? 'ok' : end;
}

async function read({ language, root, text }: Reading): Promise<Read> {
  try {
    return { answer: await use(language, fill(text, root), root), message: '' };
  } catch (error) {
    const answer =
      error instanceof Error && 'code' in error ? String(error.code) : String(error).replace(/\W/g, '-');
    return { answer, message: error instanceof Error ? error.message : '' };
  }
}

process.on('message', async (reading: Reading) => process.send?.(await read(reading)));
