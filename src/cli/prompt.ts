import {
  answerSettings,
  END_OF_INPUT,
  INTERRUPT,
  setTerminalAfresh,
  setTerminalSettings,
  terminalSettings,
} from '../host/files/terminal.ts';
import { printAt } from './output.ts';

/** The terminal at which the user answers. */
export type AskingTerminal = {
  /**
   * Shows a text and reads a line. Nothing of the program appears meanwhile, and nothing that was typed before counts.
   *
   * @param signal The answer is not waited for any more.
   * @returns `undefined` when the user breaks off, or the terminal cannot be used.
   */
  ask(text: string, signal: AbortSignal): Promise<string | undefined>;
};

/** The keys that are typed at a terminal. */
export type Keys = {
  /**
   * Sends all keys to a function from now on; `undefined` stands for their end.
   *
   * @returns Ends that.
   */
  take(onKeys: (keys: Buffer | undefined) => void): () => void;
};

/**
 * Asks at a terminal of which we are the only reader: a second one would take the answer away. The kernel edits the line.
 *
 * @param terminal Host descriptor of the terminal.
 */
export async function promptAt(
  terminal: number,
  keys: Keys,
  text: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const before = terminalSettings(terminal);
  if (before === undefined || signal.aborted) return undefined;
  const restore = (): void => {
    setTerminalSettings(terminal, before);
  };
  process.once('exit', restore);
  let release = (): void => undefined;
  let giveUp = (): void => undefined;
  try {
    const line = new Promise<Buffer | undefined>((resolve) => {
      release = keys.take(resolve);
      giveUp = () => resolve(undefined);
    });
    signal.addEventListener('abort', giveUp, { once: true });
    setTerminalAfresh(terminal, answerSettings(before));
    printAt(terminal, text);
    const typed = await line;
    const last = typed?.at(-1);
    if (typed === undefined || last !== LINE_END) printAt(terminal, '\n');
    const broken = last === INTERRUPT || last === END_OF_INPUT;
    return typed === undefined || broken ? undefined : lineOf(typed);
  } finally {
    release();
    signal.removeEventListener('abort', giveUp);
    process.off('exit', restore);
    restore();
  }
}

const LINE_END = 0x0a;

/** Gives the first line of the keys; the characters that end one are left out. */
function lineOf(typed: Buffer): string {
  const end = typed.findIndex((byte) => byte === LINE_END || byte === INTERRUPT || byte === END_OF_INPUT);
  return typed
    .subarray(0, end < 0 ? typed.length : end)
    .toString('utf8')
    .trim();
}
