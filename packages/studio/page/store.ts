import { useSyncExternalStore } from 'react';
import type {
  DocumentState,
  GraphChecked,
  LogText,
  RefusedOperation,
  RunState,
  StatusJson,
  StudioEvent,
} from '../../../src/studio/wire.ts';

/** Lines of logs and refusals that the page keeps. */
const MOST_LINES = 2000;
const MOST_REFUSALS = 200;

/** All that the page knows. */
export type PageState = {
  readonly link: 'connecting' | 'connected' | 'lost' | 'refused';
  readonly document: DocumentState | null;
  readonly checked: GraphChecked | null;
  readonly run: RunState;
  readonly status: StatusJson | null;
  readonly lines: readonly LogText[];
  readonly refusals: readonly RefusedOperation[];
  /** Said by the studio: the reason of a refusal. */
  readonly notice: string | null;
};

let state: PageState = {
  link: 'connecting',
  document: null,
  checked: null,
  run: 'stopped',
  status: null,
  lines: [],
  refusals: [],
  notice: null,
};
const watchers = new Set<() => void>();

/** Sets parts of the state. */
export function change(next: Partial<PageState>): void {
  state = { ...state, ...next };
  for (const watcher of watchers) watcher();
}

/** Takes an event of the server. */
export function take(event: StudioEvent): void {
  change(changeOf(event));
}

function changeOf(event: StudioEvent): Partial<PageState> {
  switch (event.type) {
    case 'document':
      return { document: event.document };
    case 'checked':
      return { checked: event.checked };
    case 'run':
      return {
        run: event.state,
        ...(event.state === 'stopped' && { status: null }),
        ...(event.message !== null && { notice: event.message }),
      };
    case 'status':
      return { status: event.status };
    case 'refusals':
      return { refusals: event.refusals };
    case 'refusal':
      return { refusals: [...state.refusals.slice(1 - MOST_REFUSALS), event.refusal] };
    case 'line':
      return { lines: [...state.lines.slice(1 - MOST_LINES), event.line] };
  }
}

/** Gives all that the page knows, and renders again when it changes. */
export function usePage(): PageState {
  return useSyncExternalStore(watch, () => state);
}

/** Gives the state outside of rendering. */
export function pageState(): PageState {
  return state;
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
