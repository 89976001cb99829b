import type { Command } from 'commander';
import { portOf } from './graph.ts';
import { readGraphText } from './graph-document.ts';
import { UsageError } from './options.ts';
import { print, printError } from './output.ts';

/** Adds `cloudabi studio`. What it needs is loaded when it is called. */
export function addStudio(program: Command): void {
  program
    .command('studio')
    .description('show a graph of programs on a canvas in the browser: draw it, press play, watch it')
    .argument('<document>', 'the document of the graph')
    .option('--port <port>', 'the port on the loopback interface; one that is free without')
    .option('--no-open', 'print the address, and open no browser')
    .option('--read-only', 'show and watch it; nothing can be edited, started or stopped')
    .option('--prometheus <url>', "take the dashboards from this Prometheus, not from the graph's supervisor")
    .option('--json', 'print the address as one line of JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ cloudabi studio shop.yaml
  $ cloudabi studio --no-open --port 8090 shop.yaml    # over SSH: ssh -L 8090:127.0.0.1:8090 HOST

The page is served on the loopback interface alone, by a process that holds a socket, the files of
the page and a pipe to this command. The address has a token: pages without it are refused. Edits are
saved in the document at once; the graph runs on when the studio ends.

Exit status: 0 when it was stopped by a signal, 64 for wrong options or a document that cannot be
read, 66 for a port that is taken.`,
    )
    .action(async (document: string, options: StudioWords) => {
      readGraphText(document);
      const port = options.port === undefined ? 0 : portOf('--port', options.port);
      const [{ openStudio }, { startGraph }] = await Promise.all([
        import('../studio/open-studio.ts'),
        import('./graph-up.ts'),
      ]);
      const studio = await openStudio(document, {
        port,
        readOnly: options.readOnly ?? false,
        prometheus: options.prometheus,
        start: async () => (await startGraph(document, undefined))?.output,
      }).catch((error: unknown) => {
        throw error instanceof RangeError ? new UsageError(`--prometheus: ${error.message}`) : error;
      });
      print(options.json ? `${JSON.stringify({ url: studio.url, pid: process.pid })}\n` : `${studio.url}\n`);
      if (options.open) {
        const { openBrowser } = await import('./open-browser.ts');
        const problem = openBrowser(studio.url);
        if (problem !== undefined) printError(problem);
      }
      const stopped = new Promise<undefined>((stop) => {
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
          process.once(signal, () => stop(undefined));
      });
      const end = await Promise.race([stopped, studio.ended]);
      await studio.close();
      if (end !== undefined)
        throw new UsageError(`The server of the studio has ended: ${JSON.stringify(end)}`);
    });
}

type StudioWords = {
  readonly port?: string;
  readonly open: boolean;
  readonly readOnly?: true;
  readonly prometheus?: string;
  readonly json?: true;
};
