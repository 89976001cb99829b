import { join } from 'node:path';
import { fieldOf } from '../control/json-lines.ts';
import { ControlClient } from '../control/line-client.ts';
import { CONTROL_SOCKET } from '../graph/graph-service.ts';
import { folderOfGraph } from '../graph/open-graph.ts';
import { ExitStatus } from '../process/exit-status.ts';
import { UsageError } from './options.ts';
import { printError } from './output.ts';

/** Does something with the supervisor of a graph that runs. */
export async function withGraph<Result>(
  document: string,
  act: (client: ControlClient) => Promise<Result>,
  onEvent: (event: unknown) => void = () => undefined,
): Promise<Result> {
  const path = join(folderOfGraph(document), CONTROL_SOCKET);
  let client: ControlClient;
  try {
    client = await ControlClient.open(path, onEvent);
  } catch {
    throw new UsageError(
      `The graph '${document}' does not run; start it with 'cloudabi graph up ${document}'`,
    );
  }
  try {
    return await act(client);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  } finally {
    client.close();
  }
}

/**
 * Asks for a change, and waits until it is over.
 *
 * @returns The exit status.
 */
export async function changeGraph(document: string, action: string, fields: object): Promise<number> {
  const done = new Map<number, unknown>();
  let wake: () => void = () => undefined;
  const onEvent = (event: unknown): void => {
    const job = fieldOf(event, 'job');
    if (typeof job === 'number') done.set(job, event);
    wake();
  };
  return withGraph(
    document,
    async (client) => {
      const job = await client.ask(action, fields);
      if (typeof job !== 'number') return 0;
      while (!done.has(job)) {
        const heard = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const over = await Promise.race([heard, client.ended.then(() => true)]);
        if (over === true) throw new Error('The supervisor of the graph has ended');
      }
      const event = done.get(job);
      const error = fieldOf(event, 'error');
      if (typeof error === 'string') {
        printError(error);
        return ExitStatus.configuration;
      }
      const problems = fieldOf(event, 'problems');
      const list: readonly unknown[] = Array.isArray(problems) ? problems : [];
      for (const problem of list)
        if (Array.isArray(problem)) printError(`Program '${problem[0]}' is not ready: ${problem[1]}`);
      return list.length === 0 ? 0 : ExitStatus.resource;
    },
    onEvent,
  );
}
