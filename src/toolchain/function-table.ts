/** A function's state: what it does in a program of ours. */
export type FunctionState = 'works' | 'macro' | 'differs' | 'refused';

/** Functions of one header that share a state, and the difference or the reason if there is one. */
export type FunctionGroup = {
  readonly state: FunctionState;
  readonly names: readonly string[];
  readonly reason: string | undefined;
};

/** A header of the C library. */
export type FunctionHeader = {
  readonly header: string;
  /** True if its functions want `-pthread`. */
  readonly threads: boolean;
  readonly groups: readonly FunctionGroup[];
};

const STATES: readonly FunctionState[] = ['works', 'macro', 'differs', 'refused'];

/**
 * Reads the table of functions (sdk/c/functions.txt).
 *
 * @throws SyntaxError for a line that is neither a header, a reason, nor a state with names
 */
export function readFunctionTable(text: string): FunctionHeader[] {
  const headers: (Omit<FunctionHeader, 'groups'> & { groups: FunctionGroup[] })[] = [];
  let reason: string | undefined;
  for (const line of text.split('\n')) {
    const header = /^([\w/]+\.h)( \(-pthread\))?$/.exec(line);
    const group = /^ {2}(\w+) (.*)$/.exec(line);
    const words = /^ {2}# (.*)$/.exec(line);
    if (line === '' || line.startsWith('#')) continue;
    if (header !== null) {
      headers.push({ header: header[1] ?? '', threads: header[2] !== undefined, groups: [] });
      reason = undefined;
    } else if (words !== null) {
      reason = words[1];
    } else {
      const state = STATES.find((known) => known === group?.[1]);
      const groups = headers.at(-1)?.groups;
      if (state === undefined || groups === undefined)
        throw new SyntaxError(`Wanted a header, or a state and names, in the table of functions: ${line}`);
      const because = state === 'differs' || state === 'refused' ? reason : undefined;
      groups.push({ state, names: (group?.[2] ?? '').split(' '), reason: because });
    }
  }
  return headers;
}
