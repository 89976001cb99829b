import { type Command, Option } from 'commander';
import type { CarryOptions } from './graph-carry.ts';
import { readGraphText } from './graph-document.ts';
import type { SignerCommandOptions } from './graph-signer.ts';
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
        const port = metrics === undefined ? undefined : portOf('--metrics', metrics);
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
  addCluster(graph);
}

/** Options of commands that make objects of Kubernetes. */
type ClusterOptions = {
  readonly namespace?: string;
  readonly image?: string;
  readonly relayImage?: string;
  readonly certificates?: 'pod' | 'secret';
  readonly gateway?: string;
};

/** Adds the commands that are about clusters. */
function addCluster(graph: Command): void {
  const withOptions = (command: Command): Command =>
    command
      .argument('<document>', 'the document of the graph')
      .option('--namespace <name>', "the namespace of its objects; 'default' without")
      .option('--image <image>', 'the image of programs that name none')
      .option('--relay-image <image>', 'an image with cloudabi, for sidecars that carry connections')
      .addOption(
        new Option('--certificates <maker>', 'kubelets make certificates, or the signer writes Secrets')
          .choices(['pod', 'secret'])
          .default('pod'),
      )
      .option('--gateway <name>', 'the Gateway that routes of published arrows belong to');
  withOptions(graph.command('manifests'))
    .description('print the objects by which Kubernetes runs a graph')
    .action(async (document: string, options: ClusterOptions) => {
      const { printClusterManifests } = await import('./graph-cluster.ts');
      await printClusterManifests(document, options);
    });
  withOptions(graph.command('apply'))
    .description(
      'run a graph on a cluster: make and change its objects, and remove those that it has no more',
    )
    .requiredOption('--to <engine>', "'kubernetes'")
    .option('--dry-run', 'say what would change; the server checks it all the same')
    .option('--wait', 'wait until its pods are ready')
    .option('--watch', 'apply each new text of the document, until a signal comes')
    .option('--rollback', 'go back to the document before the last')
    .option('--remove', 'remove all objects of the graph')
    .action(async (document: string, options: ClusterOptions & ApplyOptions) => {
      if (options.to !== 'kubernetes') throw new UsageError(`--to takes 'kubernetes', not '${options.to}'`);
      const { applyToCluster } = await import('./graph-cluster.ts');
      process.exitCode = await applyToCluster(document, options);
    });
  graph
    .command('carry')
    .description('carry connections between ports and UNIX sockets: the sidecar of pods')
    .argument('[ways...]', 'ADDRESS:PORT=PATH, in plain text')
    .option('--certificates <folder>', 'credentials.pem and trust.pem, read again when they change')
    .option('--accept <way...>', 'ADDRESS:PORT=PATH,IDENTITY...: by TLS, from pods of these identities alone')
    .option('--reach <way...>', 'PATH=HOST:PORT,IDENTITY: by TLS, to a server of this identity')
    .action(async (ways: readonly string[], options: CarryOptions) => {
      const { carry } = await import('./graph-carry.ts');
      await carry(ways, options);
    });
  graph
    .command('signer')
    .description('issue the certificates of channels between pods, until a signal comes')
    .option('--namespace <name>', 'the namespace that holds its roots', 'cloudabi-system')
    .option('--secrets', 'write Secrets, for clusters whose kubelets make no certificates (before 1.37)')
    .option('--manifests', 'print the objects of a signer in place of serving')
    .option('--relay-image <image>', 'with --manifests: an image with cloudabi and @kubernetes/client-node')
    .action(async (options: SignerCommandOptions) => {
      const { runSigner } = await import('./graph-signer.ts');
      await runSigner(options);
    });
}

/** Options of `cloudabi graph apply` beside those of objects. */
export type ApplyOptions = {
  readonly to: string;
  readonly dryRun?: true;
  readonly wait?: true;
  readonly watch?: true;
  readonly rollback?: true;
  readonly remove?: true;
};

/**
 * Reads the port of an option.
 *
 * @throws UsageError
 */
export function portOf(option: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65535) return port;
  throw new UsageError(`${option} takes a port from 0 to 65535, not '${text}'`);
}
