import { fieldOf } from '../control/json-lines.ts';
import type { ChartPart } from './wire.ts';

/** Seconds that are shown, and between two values. */
const HOUR = 3600;
const STEP = 15;

/** Milliseconds for an answer, and its characters at most. */
const PATIENCE = 10_000;
const LONGEST = 4 * 1024 * 1024;

/** Names of programs, arrows and graphs, which need no escapes in a query. */
const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** The lines of a chart with their queries; `{}` stands for the labels. */
const queries: Readonly<Record<'program' | 'arrow', readonly (readonly [line: string, query: string])[]>> = {
  program: [
    ['cpu', '100 * sum(rate(cloudabi_program_cpu_seconds_total{}[1m]))'],
    ['memory', 'sum(cloudabi_program_memory_bytes{})'],
    ['starts', 'sum(cloudabi_program_starts_total{})'],
    ['refusals', 'sum(cloudabi_program_refusals_total{})'],
  ],
  arrow: [
    ['open', 'sum(cloudabi_arrow_open_connections{})'],
    ['connections', 'sum(rate(cloudabi_arrow_connections_total{}[1m]))'],
    ['sent', 'sum(rate(cloudabi_arrow_bytes_total{direction="sent",}[1m]))'],
    ['received', 'sum(rate(cloudabi_arrow_bytes_total{direction="received",}[1m]))'],
    ['refused', 'sum(cloudabi_arrow_refused_total{})'],
  ],
};

/**
 * Asks a Prometheus for the last hour of a program or an arrow.
 *
 * @param base Its address, without the path of the API.
 * @param now Seconds since 1970.
 * @throws Error when it does not answer, or not as its API says (https://prometheus.io/docs/prometheus/latest/querying/api/).
 */
export async function askPrometheus(
  base: string,
  graph: string,
  kind: 'program' | 'arrow',
  name: string,
  now: number,
): Promise<ChartPart> {
  if (!NAME.test(graph) || !NAME.test(name)) throw new Error('There are no metrics of such a name');
  const end = Math.floor(now / STEP) * STEP;
  const times = Array.from({ length: HOUR / STEP + 1 }, (_, index) => end - HOUR + index * STEP);
  const labels = `graph="${graph}",${kind}="${name}"}`;
  const lines = await Promise.all(
    queries[kind].map(async ([line, query]) => {
      const parameters = new URLSearchParams({
        query: query.replace('}', labels),
        start: `${end - HOUR}`,
        end: `${end}`,
        step: `${STEP}`,
      });
      const url = `${base.replace(/\/+$/, '')}/api/v1/query_range?${parameters}`;
      const found = valuesIn(await readJson(url));
      return { name: line, values: times.map((time) => found.get(time) ?? null) };
    }),
  );
  return { times, lines };
}

async function readJson(url: string): Promise<unknown> {
  let text: string;
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(PATIENCE) });
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    text = await limited(response);
  } catch (error) {
    const { message } = error instanceof Error ? error : { message: String(error) };
    throw new Error(`Prometheus does not answer: ${message}`);
  }
  return JSON.parse(text) as unknown;
}

async function limited(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LONGEST) throw new Error('the answer is too large');
  }
  return text;
}

/** The values of the only series of an answer, by their times. */
function valuesIn(answer: unknown): ReadonlyMap<number, number> {
  const result = fieldOf(fieldOf(answer, 'data'), 'result');
  const [first]: readonly unknown[] = Array.isArray(result) ? result : [];
  const values = fieldOf(first, 'values');
  const found = new Map<number, number>();
  for (const pair of Array.isArray(values) ? values : []) {
    const [time, value]: readonly unknown[] = Array.isArray(pair) ? pair : [];
    const number = Number(value);
    if (typeof time === 'number' && Number.isFinite(number)) found.set(time, number);
  }
  return found;
}
