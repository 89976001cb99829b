/**
 * Launches programs of one kind that write journals, in a process of its own that can be killed. When its input ends
 * it ends them all, and tells what is left of them.
 */
import { writeSync } from 'node:fs';
import { childrenOf, isAlive } from '../programs.ts';
import { type Kind, kinds, launchJournal } from './journals.ts';
import { openDescriptors, settled } from './parts.ts';

const [wanted = '', folder = '', count = '1', port] = process.argv.slice(2);
const kind = kinds.find((name): name is Kind => name === wanted);
if (kind === undefined) throw new Error(`There is no kind ${wanted}`);

// Opens the descriptors that stay open: standard input, and those of the first launch.
process.stdin.resume();
const first = launchJournal(kind, { name: 'first', folder });
first.kill();
await first.exited;
const before = openDescriptors();

const running = Array.from({ length: Number(count) }, (_, index) =>
  launchJournal(kind, { name: String(index), folder, ...(index === 0 && port && { port: Number(port) }) }),
);
process.stdin.on('end', async () => {
  for (const each of running) each.kill();
  const reasons = await Promise.all(running.map(({ exited }) => exited));
  await settled(before);
  const descriptors = openDescriptors() - before;
  const children = childrenOf(process.pid).filter(isAlive).length;
  writeSync(
    1,
    `end ${JSON.stringify({ descriptors, children, reasons: reasons.map((reason) => reason.kind) })}\n`,
  );
});
