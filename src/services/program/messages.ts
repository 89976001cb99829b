import { keeps, type StartRequest } from './check-request.ts';
import type { CommandLimits, HandedStream } from './limits.ts';
import { streamNames } from './limits.ts';
import type { ProgramEnd } from './process-end.ts';

/*
 * The lines between the service and the launcher, as JSON. Descriptors of streams come before the line that names them, on
 * a socket of their own, because the launcher reads lines with a stream of Node's.
 */

/** A line of the service. */
export type ToLauncher =
  | {
      readonly kind: 'start';
      readonly id: number;
      readonly request: StartRequest;
      readonly time: number | undefined;
    }
  | { readonly kind: 'signal'; readonly id: number; readonly name: string }
  | { readonly kind: 'kill'; readonly id: number };

/** A line of the launcher. */
export type FromLauncher =
  /** With the descriptor that controls the process. */
  | { readonly kind: 'started'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  | { readonly kind: 'ended'; readonly id: number; readonly end: ProgramEnd };

/** Writes the start of a program. */
export function startLine(id: number, request: StartRequest, { time }: CommandLimits): string {
  const { name, arguments: words, environment, streams, keep } = request;
  return JSON.stringify({
    kind: 'start',
    id,
    name,
    arguments: words,
    environment: [...environment],
    streams,
    keep,
    time: time ?? null,
  });
}

/** Reads a line of the service, which may be compromised; `undefined` for anything else. */
export function readToLauncher(value: unknown): ToLauncher | undefined {
  const kind = fieldOf(value, 'kind');
  const id = fieldOf(value, 'id');
  if (typeof id !== 'number' || !Number.isSafeInteger(id)) return undefined;
  if (kind === 'kill') return { kind, id };
  const name = fieldOf(value, 'name');
  if (typeof name !== 'string') return undefined;
  if (kind === 'signal') return { kind, id, name };
  const words = textsIn(fieldOf(value, 'arguments'));
  const environment = pairsIn(fieldOf(value, 'environment'));
  const streams = textsIn(fieldOf(value, 'streams'))?.map((text) =>
    streamNames.find((known) => known === text),
  );
  const time = fieldOf(value, 'time');
  const asked = fieldOf(value, 'keep');
  const keep = keeps.find((one) => one === asked);
  if (kind !== 'start' || words === undefined || environment === undefined || streams === undefined)
    return undefined;
  if (keep === undefined) return undefined;
  const known = streams.filter((stream): stream is HandedStream => stream !== undefined);
  if (known.length !== streams.length || new Set(known).size !== known.length) return undefined;
  const request: StartRequest = {
    name,
    arguments: words,
    environment: new Map(environment),
    streams: known,
    keep,
  };
  return { kind, id, request, time: typeof time === 'number' ? time : undefined };
}

/** Reads a line of the launcher. @throws SyntaxError */
export function readFromLauncher(line: string): FromLauncher {
  return JSON.parse(line) as FromLauncher;
}

function textsIn(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((item) => typeof item === 'string');
  return texts.length === value.length ? texts : undefined;
}

function pairsIn(value: unknown): readonly (readonly [string, string])[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const pairs = value.map(textsIn).flatMap((pair): (readonly [string, string])[] => {
    const [name, text, ...more] = pair ?? [];
    return name === undefined || text === undefined || more.length > 0 ? [] : [[name, text]];
  });
  return pairs.length === value.length ? pairs : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
