import type { Command } from 'commander';
import { readGraphText } from './graph-document.ts';
import { UsageError } from './options.ts';
import { print, printJsonValue } from './output.ts';

/** Adds `cloudabi graph`. What it needs is loaded when it is called. */
export function addGraph(program: Command): void {
  const graph = program
    .command('graph')
    .description('check, run and watch a graph of programs')
    .addHelpText('after', '\nExample:\n  $ cloudabi graph up shop.yaml');
  graph
    .command('explain')
    .description('print what each program of a graph has, and what holds each arrow; nothing is started')
    .argument('<document>', 'the document of the graph')
    .option('--json', 'print the graph and its plans as JSON')
    .action(async (document: string, { json }: { json?: true }) => {
      const text = readGraphText(document);
      const [{ checkGraph }, { describeGraph, graphToJson }] = await Promise.all([
        import('../graph/open-graph.ts'),
        import('../graph/explain-graph.ts'),
      ]);
      const { graph: read, plans } = checkGraph(text, document);
      if (json) printJsonValue(graphToJson(read, plans));
      else print(describeGraph(read, plans));
    });
  graph
    .command('up')
    .description('start a graph, and keep it running')
    .argument('<document>', 'the document of the graph')
    .option('-d, --detach', 'return when its programs are started, and run on in the background')
    .option('--watch', 'go over to each new text of the document')
    .option('--metrics <port>', 'serve /metrics for Prometheus on this port of the loopback interface')
    .action(
      async (
        document: string,
        { detach, watch, metrics }: { detach?: true; watch?: true; metrics?: string },
      ) => {
        const port = metrics === undefined ? undefined : portOf(metrics);
        if (detach && watch) throw new UsageError('Give --detach or --watch, not both');
        const { runGraph, detachGraph } = await import('./graph-up.ts');
        process.exitCode = detach
          ? await detachGraph(document, port)
          : await runGraph(document, { watch: watch ?? false, metrics: port });
      },
    );
  graph
    .command('down')
    .description('stop a graph')
    .argument('<document>', 'the document of the graph')
    .action(async (document: string) => {
      const { withGraph } = await import('./graph-client.ts');
      await withGraph(document, async (client) => {
        await client.ask('down');
        await client.ended;
      });
    });
  graph
    .command('status')
    .description('show the programs and arrows of a graph that runs')
    .argument('<document>', 'the document of the graph')
    .option('--json', 'print the state as JSON')
    .action(async (document: string, { json }: { json?: true }) => {
      const [{ withGraph }, { describeStatus }] = await Promise.all([
        import('./graph-client.ts'),
        import('./graph-status.ts'),
      ]);
      const status = await withGraph(document, (client) => client.ask('status'));
      if (json) printJsonValue(status);
      else print(describeStatus(status));
    });
  graph
    .command('logs')
    .description('print what the programs of a graph have printed')
    .argument('<document>', 'the document of the graph')
    .argument('[program]', 'one of its programs; all without')
    .option('-f, --follow', 'go on with what they print from now on')
    .action(async (document: string, program: string | undefined, { follow }: { follow?: true }) => {
      const { printLogs } = await import('./graph-logs.ts');
      await printLogs(document, program, follow ?? false);
    });
  graph
    .command('restart')
    .description('start programs of a graph anew; no connection is refused meanwhile')
    .argument('<document>', 'the document of the graph')
    .argument('[program]', 'one of its programs; all without')
    .action(async (document: string, program: string | undefined) => {
      const { changeGraph } = await import('./graph-client.ts');
      process.exitCode = await changeGraph(document, 'restart', { program });
    });
  graph
    .command('diff')
    .description('say what differs between a graph that runs and its document')
    .argument('<document>', 'the document of the graph')
    .action(async (document: string) => {
      const text = readGraphText(document);
      const [{ withGraph }, { describeChanges }] = await Promise.all([
        import('./graph-client.ts'),
        import('./graph-status.ts'),
      ]);
      print(describeChanges(await withGraph(document, (client) => client.ask('diff', { text }))));
    });
  graph
    .command('update')
    .description('go over to the text of the document; what is the same runs on')
    .argument('<document>', 'the document of the graph')
    .action(async (document: string) => {
      const text = readGraphText(document);
      const { changeGraph } = await import('./graph-client.ts');
      process.exitCode = await changeGraph(document, 'update', { text });
    });
}

/** @throws UsageError */
function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw new UsageError(`--metrics takes a port from 0 to 65535, not '${text}'`);
}
