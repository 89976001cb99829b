import { LinuxErrno } from '../linux/errno.ts';
import { printable } from '../text/printable.ts';
import { didYouMean } from '../text/suggest.ts';
import { isCallRule, type WrittenCallRule } from './call-rule.ts';
import type { ParsedText, Problem } from './parsed.ts';
import { type Pattern, parsePattern } from './pattern.ts';
import type { Action } from './rule.ts';
import { parseSocketPattern, printSocketPattern, type SocketPattern } from './socket-pattern.ts';
import { type LineWord, splitRuleWords } from './split-words.ts';

/*
 * Rules about the sockets that a program connects to, by their addresses and paths. They lie in the memory of the program, so
 * that the supervisor judges a copy and connects by it.
 */

/** The action of such a rule: those that are about a call, and not about a path. */
export type SocketAction = Exclude<Action, { kind: 'hide' | 'mask' | 'append' }>;

/** A rule about sockets, without the place where it is written. */
export type WrittenSocketRule = {
  readonly action: SocketAction;
  readonly sockets: readonly SocketPattern[];
  /** Only for processes whose executable matches one of these, which may be relative. */
  readonly executables?: readonly Pattern[];
};

/** The kind of access that such rules are about. */
export const SOCKET_CATEGORY = 'net/connect';

const ACTIONS = ['allow', 'deny', 'ask', 'log', 'stop', 'kill'] as const;

/** The actions of a rule about all sockets and every executable that a filter holds. */
const FILTERED = /^(?:allow|deny|kill)(?:\(.*\))?$/;

/** Tells whether a line is meant to be such a rule. One about all sockets is left to the filter where it can hold it. */
export function isSocketRule(text: string): boolean {
  const [action, categories, ...others] = splitRuleWords(text);
  if (action === undefined || categories?.text !== SOCKET_CATEGORY || !isCallRule(text)) return false;
  const isAll = others.length === 1 && others[0]?.text === '*';
  return others.length > 0 && !(isAll && FILTERED.test(action.text));
}

/** Reads a rule: `ACTION net/connect SOCKET… [for EXECUTABLE…]`. */
export function parseSocketRule(text: string): ParsedText<WrittenSocketRule> {
  const [first, second, ...others] = splitRuleWords(text);
  if (first === undefined || second === undefined)
    return wrong(
      { start: 0, end: text.length },
      "A rule about sockets is written such as 'deny net/connect *:25'",
    );
  const action = readAction(first);
  if (action.problem) return action;
  const forAt = others.findIndex(({ text: word }) => word === 'for');
  const sockets = readAll(forAt < 0 ? others : others.slice(0, forAt), parseSocketPattern);
  if (sockets.problem) return sockets;
  if (sockets.value.length === 0)
    return wrong(
      second,
      `A rule about '${SOCKET_CATEGORY}' needs sockets, such as '10.0.0.0/8:443', or '*' for all`,
    );
  if (forAt < 0) return { value: { action: action.value, sockets: sockets.value } };
  const executables = readAll(others.slice(forAt + 1), parsePattern);
  if (executables.problem) return executables;
  if (executables.value.length === 0)
    return wrong(others[forAt] ?? second, "'for' needs the pattern of an executable, such as /usr/bin/git");
  return { value: { action: action.value, sockets: sockets.value, executables: executables.value } };
}

/** Writes a rule in the form in which `parseSocketRule` reads it. */
export function printSocketRule({ action, sockets, executables }: WrittenSocketRule): string {
  const words = [printSocketAction(action), SOCKET_CATEGORY, ...sockets.map(printSocketPattern)];
  if (executables !== undefined) words.push('for', ...executables);
  return words.join(' ');
}

/** Makes the rule about sockets that a rule about calls is where the supervisor holds both. */
export function socketRuleOf({ action }: WrittenCallRule): WrittenSocketRule {
  const own: SocketAction =
    action.kind === 'deny' ? { kind: 'deny', errno: LinuxErrno[action.errno] } : action;
  return { action: own, sockets: [{ kind: 'all' }] };
}

function printSocketAction(action: SocketAction): string {
  if (action.kind !== 'deny' || action.errno === LinuxErrno.EACCES) return action.kind;
  const name = Object.entries(LinuxErrno).find(([, errno]) => errno === action.errno)?.[0];
  return name === undefined ? action.kind : `deny(${name})`;
}

function readAction(word: LineWord): ParsedText<SocketAction> {
  const [, name = word.text, error] = /^([^(]*)\((.*)\)$/.exec(word.text) ?? [];
  const kind = ACTIONS.find((one) => one === name);
  if (kind === undefined || (error !== undefined && kind !== 'deny'))
    return wrong(
      word,
      `A rule about sockets has one of the actions ${ACTIONS.join(', ')}, or deny(ERROR), not '${printable(word.text, 40)}'`,
    );
  if (kind !== 'deny') return { value: { kind } };
  const known: Readonly<Record<string, number>> = LinuxErrno;
  const errno = error === undefined ? LinuxErrno.EACCES : Object.hasOwn(known, error) ? known[error] : 0;
  if (errno === undefined || errno === 0)
    return wrong(
      word,
      `There is no error '${printable(error ?? '', 40)}'${didYouMean(error ?? '', Object.keys(known))}`,
    );
  return { value: { kind, errno } };
}

function readAll<T>(
  words: readonly LineWord[],
  read: (text: string) => ParsedText<T>,
): ParsedText<readonly T[]> {
  const values: T[] = [];
  for (const { text, start } of words) {
    const { value, problem } = read(text);
    if (problem) return wrong({ start: start + problem.start, end: start + problem.end }, problem.message);
    values.push(value);
  }
  return { value: values };
}

function wrong({ start, end }: Pick<Problem, 'start' | 'end'>, message: string): ParsedText<never> {
  return { problem: { message, start, end } };
}
