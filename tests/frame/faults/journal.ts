/**
 * Writes records of 100 bytes to a file, without end, and tells about each that has been written, as
 * tests/programs/faults/journal.c does.
 */
import { file, program, text, writable } from 'cloudabi/program';

export default program(
  { schema: { log: file(), output: writable(), name: text() } },
  async ({ log, output, name }) => {
    const tell = (what: string): Promise<void> =>
      new Promise((resolve, reject) => {
        output.write(`${name} ${what}\n`, (error) => (error ? reject(error) : resolve()));
      });
    for (let number = 1; ; number++) {
      try {
        await log.write(`${String(number).padStart(99, '0')}\n`);
      } catch {
        await tell('full');
        return;
      }
      await tell(String(number));
    }
  },
);
