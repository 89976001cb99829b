import type { Command } from 'commander';
import { UsageError } from './options.ts';
import { print } from './output.ts';

/** Adds `cloudabi attach`. What it needs is loaded when it is called. */
export function addAttach(program: Command): void {
  program
    .command('attach')
    .description('follow the refusals and the questions of a running program, as JSON lines')
    .argument('<program>', 'the id of its command or first process, or its name')
    .addHelpText('after', `\nLines such as {"id":1,"answer":"once"} on standard input answer questions.`)
    .action(async (name: string) => {
      const [{ openControl, runningProgram }, { fieldOf, readValues }] = await Promise.all([
        import('./running.ts'),
        import('../control/json-lines.ts'),
      ]);
      const running = runningProgram(name);
      const { pid } = running;
      const line = (value: unknown): void => print(`${JSON.stringify(value)}\n`);
      const client = await openControl(running, line);
      if (client === undefined) throw notServed(pid);
      line({ type: 'attached', pid });
      await client.ask('attach');
      readValues(process.stdin, (value) => {
        const answer = { question: fieldOf(value, 'id'), answer: fieldOf(value, 'answer') };
        client.ask('answer', answer).catch((error: Error) => line({ type: 'error', message: error.message }));
      });
      await client.ended;
      line({ type: 'ended', pid });
      process.stdin.destroy();
    });
}

/** Makes the error about a command that only waits for the end of its program. */
export function notServed(pid: number): UsageError {
  return new UsageError(
    `The command ${pid} only waits for the end of its program: it decides about nothing, so that there is nothing to follow or to change`,
  );
}
