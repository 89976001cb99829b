import type { Command } from 'commander';
import { notServed } from './attach.ts';
import { UsageError } from './options.ts';
import { print, printJsonValue } from './output.ts';

/** Adds `cloudabi ctl`. What it needs is loaded when it is called. */
export function addCtl(program: Command): void {
  program
    .command('ctl')
    .description('change the network of a running program')
    .argument('<program>', 'the id of its command or first process, or its name')
    .argument('<part>', 'network')
    .argument(
      '<action>',
      'allow: add rules; deny: add exceptions, and reset the connections that they forbid',
    )
    .argument('<rules...>', 'rules such as registry.example.org:443')
    .option('--json', 'print the network as it is now, as JSON')
    .addHelpText('after', '\nExample:\n  $ cloudabi ctl npm network allow registry.example.org:443')
    .action(
      async (name: string, part: string, action: string, rules: string[], { json }: { json?: true }) => {
        if (part !== 'network') throw new UsageError(`A program has a 'network' to change, not '${part}'`);
        if (action !== 'allow' && action !== 'deny')
          throw new UsageError(`A network is changed by 'allow' or 'deny', not '${action}'`);
        const [{ runningProgram }, { ControlClient }, { fieldOf }] = await Promise.all([
          import('./running.ts'),
          import('../control/line-client.ts'),
          import('../control/json-lines.ts'),
        ]);
        const { socket, pid } = runningProgram(name);
        if (socket === undefined) throw notServed(pid);
        const client = await ControlClient.open(socket);
        try {
          const network = fieldOf(await client.ask(action, { rules }), 'network');
          const hosts = fieldOf(network, 'hosts');
          if (json) printJsonValue(network ?? null);
          else print(`It reaches now: ${Array.isArray(hosts) ? hosts.join(', ') : ''}\n`);
        } catch (error) {
          throw new UsageError(error instanceof Error ? error.message : String(error));
        } finally {
          client.close();
        }
      },
    );
}
