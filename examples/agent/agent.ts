import { program, service, writable } from 'cloudabi/program';

/** Stands for a model that uses tools, and for a prompt that has talked it into more. */
const plan: readonly (readonly [tool: string, ...words: string[]])[] = [
  ['issues', 'list'],
  ['issues', 'delete', '7'],
  ['issues', 'show', '--token'],
  ['deploy', 'staging'],
  ['deploy', 'production'],
  ['sh', '-c', 'env'],
];

export default program(
  { schema: { tools: service('program'), output: writable() } },
  async ({ tools, output }) => {
    for (const [name, ...words] of plan) {
      try {
        const { id } = await tools.start({ name, arguments: words });
        const { kind, code } = await tools.wait({ id });
        output.write(`${name} ${words.join(' ')}: ${kind} ${code}\n`);
      } catch (error) {
        output.write(`${name} ${words.join(' ')}: ${error instanceof Error ? error.message : error}\n`);
      }
    }
    output.end();
  },
);
