import type {
  ChartAnswer,
  GraphEdit,
  StudioAction,
  StudioAnswer,
  StudioEvent,
} from '../../../src/studio/wire.ts';

/** The key of the token in the storage of this tab, which no other origin can read, one of another port included. */
const TOKEN_KEY = 'cloudabi-studio-token';

/** Milliseconds until a lost connection is made again. */
const AGAIN = 1000;

/** Takes the token out of the address, so that it does not stay in the history of the browser. */
function takeToken(): string | null {
  const [, token] = /^#token=([\w-]+)$/.exec(location.hash) ?? [];
  if (token !== undefined) {
    sessionStorage.setItem(TOKEN_KEY, token);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(TOKEN_KEY);
}

const token = takeToken();

/** True if this page was opened with the address that the command has printed. */
export const hasToken: boolean = token !== null;

const authorization = { Authorization: `Bearer ${token}` };

/**
 * Posts an edit or an action.
 *
 * @returns The reason why nothing was done, or null.
 */
export async function post(
  name: 'edit' | StudioAction,
  body: GraphEdit | null = null,
): Promise<string | null> {
  try {
    const response = await fetch(`/api/${name}`, {
      method: 'POST',
      headers: { ...authorization, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as StudioAnswer;
    return answer.refused;
  } catch {
    return 'The studio does not answer; is its command still running?';
  }
}

/** Edits the document. */
export function edit(one: GraphEdit): Promise<string | null> {
  return post('edit', one);
}

/** Asks for the last hour of a program or an arrow. */
export async function askHistory(kind: 'program' | 'arrow', name: string): Promise<ChartAnswer> {
  try {
    const response = await fetch('/api/history', {
      method: 'POST',
      headers: { ...authorization, 'Content-Type': 'application/json' },
      body: JSON.stringify({ kind, name }),
    });
    return (await response.json()) as ChartAnswer;
  } catch {
    return { refused: 'The studio does not answer; is its command still running?', source: null, part: null };
  }
}

/** Hears of events for as long as the page lives. `onLink` tells whether the server is there. */
export async function listen(
  onEvent: (event: StudioEvent) => void,
  onLink: (state: 'connected' | 'lost' | 'refused') => void,
): Promise<never> {
  for (;;) {
    try {
      const response = await fetch('/api/events', { headers: authorization });
      if (response.status === 401) onLink('refused');
      if (response.ok && response.body !== null) {
        onLink('connected');
        await readLines(response.body, onEvent);
      }
      if (response.status !== 401) onLink('lost');
    } catch {
      onLink('lost');
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
}

async function readLines(
  body: ReadableStream<Uint8Array>,
  onEvent: (event: StudioEvent) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + decoder.decode(value, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onEvent(JSON.parse(line) as StudioEvent);
  }
}
