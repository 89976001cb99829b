import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launchGraph } from '../../src/graph/index.ts';
import { BACK, graphFolder } from '../frame/graph/graphs.ts';
import { until } from '../frame/programs.ts';

test('a program that has closed a listener connects with sockets that have its number', async (t) => {
  const document = `!graph
programs:
  client:
    program: client.ts
    grants: { extra: !arrow extra, net: !network [!arrow back], output: !fd stdout }
  back:
    program: back.ts
    grants: { listen: !arrow back, ready: !ready, stop: !stop, output: !fd stdout }
arrows:
  back: !connection { from: client, to: back, port: 7000 }
  extra: !connection { from: back, to: client, port: 7001 }
`;
  const client = `import { listener, network, program } from 'cloudabi/program';
export default program({ schema: { extra: listener(), net: network() } }, async ({ extra }) => {
  await extra.close();
  const ask = async () => (await fetch('http://back:7000/')).status;
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask().catch((error) => String(error.cause))));
  console.log('answers ' + [...new Set(answers)].join(' '));
  setInterval(() => undefined, 1e9);
});`;
  const held = document.replace('listen: !arrow back,', 'listen: !arrow back, net: !network [!arrow extra],');
  const back = BACK.replace('listen: listener()', 'listen: listener(), net: network()').replace(
    'import { listener',
    'import { network, listener',
  );
  const file = graphFolder(t, held, { 'client.ts': client, 'back.ts': back });
  const lines: string[] = [];
  const graph = await launchGraph(file, { onLine: ({ program, text }) => lines.push(`${program} ${text}`) });
  t.after(() => graph.down());
  const said = (): string | undefined => lines.find((line) => line.startsWith('client answers'));
  await until('it has said so', () => said() !== undefined);
  assert.equal(said(), 'client answers 200', lines.join('\n'));
});
