import { LinuxErrno } from '../linux/errno.ts';
import { requestNumbers } from '../linux/request-names.ts';
import { printable } from '../text/printable.ts';
import { didYouMean } from '../text/suggest.ts';
import type { ParsedText, Problem } from './parsed.ts';
import type { RuleSource } from './rule.ts';
import { type LineWord, splitRuleWords } from './split-words.ts';

/*
 * Rules about calls that name no path: requests of ioctl(2) by their names, and calls of sockets. A filter of system calls holds
 * them, which sees numbers and never the memory behind a pointer.
 */

/** The kinds of access that such rules tell apart. */
export const callCategories = ['ioctl', 'net/bind', 'net/connect', 'net/accept'] as const;

/** Such kinds of access, for people: what each lets a program do, and the calls that a rule about it is about. */
export const callCategoryTable: Readonly<
  Record<(typeof callCategories)[number], { readonly meaning: string; readonly calls: string }>
> = {
  ioctl: {
    meaning: 'make a request of a device, file or socket',
    calls: '`ioctl`, by the number of the request',
  },
  'net/bind': { meaning: 'take an address, or listen', calls: '`bind` `listen`' },
  'net/connect': {
    meaning: 'connect a socket, also a UNIX socket',
    calls:
      '`connect`, and `sendto` `sendmsg` `sendmmsg` with `MSG_FASTOPEN`; the supervisor holds rules about some sockets',
  },
  'net/accept': { meaning: 'take a connection', calls: '`accept` `accept4`' },
};

/** The name of such a kind of access. */
export type CallCategory = (typeof callCategories)[number];

/** The decision of such a rule. */
export type CallAction =
  | { readonly kind: 'allow' }
  | { readonly kind: 'deny'; readonly errno: keyof typeof LinuxErrno }
  | { readonly kind: 'kill' };

/** The requests of ioctl(2) that a rule is about: a number, or all. */
export type RequestSet = 'all' | readonly number[];

/** A rule about calls, without the place where it is written. */
export type WrittenCallRule = {
  readonly action: CallAction;
  readonly categories: readonly CallCategory[];
  /** For `ioctl`; `all` for the others. */
  readonly requests: RequestSet;
  /** The names of the requests as they were written. */
  readonly names: readonly string[];
};

/** A rule about calls. Of those about one kind of access, the first one that matches decides. */
export type PlacedCallRule = WrittenCallRule & { readonly source: RuleSource };

const ACTIONS = ['allow', 'deny', 'kill'] as const;
const EXAMPLE = "such as 'deny ioctl TIOCSTI' or 'deny net/bind *'";

/** Tells whether a line is meant to be such a rule, by its categories. */
export function isCallRule(text: string): boolean {
  const [, categories] = splitRuleWords(text);
  return categories?.text.split(',').some((name) => callCategories.some((one) => one === name)) ?? false;
}

/** Reads a rule: `ACTION ioctl NAME…`, or `ACTION net/bind,net/connect *`. */
export function parseCallRule(text: string): ParsedText<WrittenCallRule> {
  const words = splitRuleWords(text);
  const [first, second, ...others] = words;
  if (first === undefined || second === undefined)
    return wrong({ start: 0, end: text.length }, `A rule about calls is written ${EXAMPLE}`);
  const action = readAction(first);
  if (action.problem) return action;
  const categories: CallCategory[] = [];
  for (const name of second.text.split(',')) {
    const found = callCategories.find((one) => one === name);
    if (found === undefined)
      return wrong(
        second,
        `A rule about calls has no category '${printable(name, 40)}': write rules about ${callCategories.join(', ')} and those about paths apart`,
      );
    categories.push(found);
  }
  const [only, more] = others;
  if (only === undefined)
    return wrong(second, `A rule about '${second.text}' needs names of requests, or '*' for all, ${EXAMPLE}`);
  const conditional = others.find(({ text: word }) => word === 'for' || word === 'with' || word === 'by');
  if (conditional !== undefined)
    return wrong(
      conditional,
      `A filter does not see the executable of a process, so that a rule about '${second.text}' has no '${conditional.text}'`,
    );
  if (only.text === '*' && more === undefined)
    return { value: { action: action.value, categories, requests: 'all', names: ['*'] } };
  if (categories.some((one) => one !== 'ioctl'))
    return wrong(
      only,
      `A filter does not see addresses: a rule about '${second.text}' ends with '*'; hosts and ports are granted with '--net'`,
    );
  const numbers = new Set<number>();
  for (const word of others) {
    const found = requestsNamed(word);
    if (found.problem) return found;
    for (const number of found.value) numbers.add(number);
  }
  const names = others.map(({ text: name }) => name);
  return { value: { action: action.value, categories, requests: [...numbers], names } };
}

/** Writes a rule in the form in which `parseCallRule` reads it. */
export function printCallRule({ action, categories, names }: WrittenCallRule): string {
  const word = action.kind === 'deny' && action.errno !== 'EPERM' ? `deny(${action.errno})` : action.kind;
  return [word, categories.join(), ...names].join(' ');
}

/** Says whether rules refuse a request of ioctl(2), or a call of another category, for which the number is of no meaning. */
function refuses(rules: readonly WrittenCallRule[], category: CallCategory, number: number): boolean {
  const found = rules.find(
    ({ categories, requests }) =>
      categories.includes(category) && (requests === 'all' || requests.includes(number)),
  );
  return found !== undefined && found.action.kind !== 'allow';
}

/** A number that no request has, in the place of all that no rule names. */
const OTHER = -1;

/** Finds the rules by which something is refused that other rules do not refuse. */
export function findReleasedCalls<Rule extends WrittenCallRule>(
  rules: readonly Rule[],
  others: readonly WrittenCallRule[],
): readonly Rule[] {
  const named = [...rules, ...others].flatMap(({ requests }) => (requests === 'all' ? [] : requests));
  const numbers = [...new Set([...named, OTHER])];
  return rules.filter((rule, index) =>
    rule.categories.some((category) =>
      numbers.some(
        (number) =>
          refuses(rules.slice(0, index + 1), category, number) &&
          !refuses(rules.slice(0, index), category, number) &&
          !refuses(others, category, number),
      ),
    ),
  );
}

function wrong({ start, end }: Pick<Problem, 'start' | 'end'>, message: string): ParsedText<never> {
  return { problem: { message, start, end } };
}

function readAction(word: LineWord): ParsedText<CallAction> {
  const [, name = word.text, error] = /^([^(]*)\((.*)\)$/.exec(word.text) ?? [];
  const kind = ACTIONS.find((one) => one === name);
  if (kind === undefined || (error !== undefined && kind !== 'deny'))
    return wrong(
      word,
      `A filter holds rules about calls, with the actions allow, deny, deny(ERROR) and kill, not '${printable(word.text, 40)}'`,
    );
  if (kind !== 'deny') return { value: { kind } };
  const errno = error === undefined ? 'EPERM' : errorNamed(error);
  if (errno === undefined)
    return wrong(
      word,
      `There is no error '${printable(error ?? '', 40)}'${didYouMean(error ?? '', Object.keys(LinuxErrno))}`,
    );
  return { value: { kind, errno } };
}

function errorNamed(name: string): keyof typeof LinuxErrno | undefined {
  const isError = (text: string): text is keyof typeof LinuxErrno => Object.hasOwn(LinuxErrno, text);
  return isError(name) ? name : undefined;
}

/** Finds the numbers of a name, of all names that begin with a text (`TIOC*`), or of a number (`0x5412`). */
function requestsNamed(word: LineWord): ParsedText<readonly number[]> {
  const { text } = word;
  const number = requestNumbers.get(text);
  if (number !== undefined) return { value: [number] };
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return { value: [Number(text)] };
  const beginning = /^([A-Z][A-Z0-9_]*)\*$/.exec(text)?.[1];
  const found =
    beginning === undefined
      ? []
      : [...requestNumbers].filter(([name]) => name.startsWith(beginning)).map(([, value]) => value);
  if (found.length > 0) return { value: found };
  return wrong(
    word,
    `There is no request '${printable(text, 40)}'; write its number, such as 0x5412, if it has another name${didYouMean(text, [...requestNumbers.keys()])}`,
  );
}
