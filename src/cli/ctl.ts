import type { Command } from 'commander';
import { notServed } from './attach.ts';
import { UsageError } from './options.ts';
import { print, printJsonValue } from './output.ts';

/** A request to the command of a program. */
type Request = { readonly do: string; readonly fields: object };

/** Adds `cloudabi ctl`. What it needs is loaded when it is called. */
export function addCtl(program: Command): void {
  program
    .command('ctl')
    .description('change the network of a running program, or its rules about files')
    .argument('<program>', 'the id of its command or first process, or its name')
    .argument('<part>', 'network or policy')
    .argument(
      '<action>',
      'network: allow adds rules, deny adds exceptions and resets the connections that they forbid;\npolicy: show, add, remove, or enter a state that takes fewer changes',
    )
    .argument('[rules...]', 'rules such as registry.example.org:443 or "hide **/.env", or a state')
    .option('--json', 'print the part as it is now, as JSON')
    .addHelpText(
      'after',
      "\nExamples:\n  $ cloudabi ctl npm network allow registry.example.org:443\n  $ cloudabi ctl make policy add 'hide **/.env'\n  $ cloudabi ctl make policy enter sealed",
    )
    .action(
      async (name: string, part: string, action: string, rules: string[], { json }: { json?: true }) => {
        if (part !== 'network' && part !== 'policy')
          throw new UsageError(`A program has a 'network' and a 'policy' to change, not '${part}'`);
        const requests = part === 'network' ? networkRequests(action, rules) : policyRequests(action, rules);
        const [{ openControl, runningProgram }, { fieldOf }] = await Promise.all([
          import('./running.ts'),
          import('../control/json-lines.ts'),
        ]);
        const running = runningProgram(name);
        const client = await openControl(running);
        if (client === undefined) throw notServed(running.pid);
        try {
          let state: unknown;
          for (const { do: asked, fields } of requests) state = await client.ask(asked, fields);
          const found = fieldOf(state, part) ?? null;
          const texts = (field: string): readonly unknown[] => {
            const value = fieldOf(found, field);
            return Array.isArray(value) ? value : [];
          };
          if (json) printJsonValue(found);
          else if (part === 'network') print(`It reaches now: ${texts('hosts').join(', ')}\n`);
          else if (found === null) print('Its rules cannot change while it runs\n');
          else print([`# ${fieldOf(found, 'state')}`, ...texts('rules')].map((line) => `${line}\n`).join(''));
        } catch (error) {
          throw new UsageError(error instanceof Error ? error.message : String(error));
        } finally {
          client.close();
        }
      },
    );
}

function networkRequests(action: string, rules: readonly string[]): readonly Request[] {
  if (action !== 'allow' && action !== 'deny')
    throw new UsageError(`A network is changed by 'allow' or 'deny', not '${action}'`);
  if (rules.length === 0) throw new UsageError(`'${action}' needs rules, such as registry.example.org:443`);
  return [{ do: action, fields: { rules } }];
}

function policyRequests(action: string, words: readonly string[]): readonly Request[] {
  const [first, ...others] = words;
  switch (action) {
    case 'show':
      if (first !== undefined) throw new UsageError(`'show' takes no '${first}'`);
      return [{ do: 'state', fields: {} }];
    case 'enter':
      if (first === undefined || others.length > 0)
        throw new UsageError("'enter' takes one state: open, exec, drop or sealed");
      return [{ do: 'enter', fields: { state: first } }];
    case 'add':
    case 'remove':
      if (first === undefined) throw new UsageError(`'${action}' needs a rule, such as 'hide **/.env'`);
      // The first one is to stand at the top.
      return (action === 'add' ? words.toReversed() : words).map((rule) => ({
        do: action,
        fields: { rule },
      }));
    default:
      throw new UsageError(
        `A policy is changed by 'add', 'remove' or 'enter', and told by 'show', not '${action}'`,
      );
  }
}
