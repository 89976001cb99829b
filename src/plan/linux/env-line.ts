/* The reading of a script's first line by env(1): `env.c` of GNU coreutils. BusyBox knows less of it. */

/** The program that env is going to start. */
export type EnvLine =
  /** A program, by the name under which env looks it up, and the PATH in which it does. */
  | { readonly kind: 'program'; readonly name: string; readonly path: string }
  /** Nothing but the script itself. */
  | { readonly kind: 'nothing' }
  /** Something that cannot be told from here. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** The directories in which execvp(3) of glibc looks without PATH. */
const NO_PATH = '/bin:/usr/bin';

/** Longer lists of words than a first line of 256 bytes can hold are made by variables alone. */
const MAX_WORDS = 1024;

const WITH_VALUE: ReadonlySet<string> = new Set(['a', 'C', 'S', 'u']);
const WITHOUT_VALUE: ReadonlySet<string> = new Set(['i', 'v', '0']);

/** Long options by their short names; those without one change nothing about the started program. */
const longOptions: ReadonlyMap<string, string> = new Map([
  ['argv0', 'a'],
  ['chdir', 'C'],
  ['split-string', 'S'],
  ['unset', 'u'],
  ['ignore-environment', 'i'],
  ['debug', 'v'],
  ['null', '0'],
  ['default-signal', ''],
  ['ignore-signal', ''],
  ['block-signal', ''],
  ['list-signal-handling', ''],
]);

class Unknown extends Error {}

/**
 * Reads the words behind env in the first line of a script.
 *
 * @param argument All of it, as one argument: the kernel does not split it.
 * @param environment The variables that env will have.
 */
export function readEnvLine(argument: string, environment: ReadonlyMap<string, string>): EnvLine {
  try {
    return readWords([argument], environment);
  } catch (error) {
    if (error instanceof Unknown) return { kind: 'unknown', reason: error.message };
    throw error;
  }
}

function readWords(words: string[], environment: ReadonlyMap<string, string>): EnvLine {
  let path = environment.get('PATH');
  let elsewhere = false;
  let options = true;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (options && word === '--') {
      options = false;
      continue;
    }
    if (options && word.startsWith('-') && word !== '-') {
      for (const [option, value] of optionsOf(word, words)) {
        if (option === 'S') words.unshift(...splitWords(value, environment));
        else if (option === 'C') elsewhere = true;
        else if (option === 'i' || (option === 'u' && value === 'PATH')) path = undefined;
      }
      if (words.length > MAX_WORDS) throw new Unknown('has too many words');
      continue;
    }
    // A lone dash is -i, and the options end with the first word that is none.
    const clears = options && word === '-';
    options = false;
    if (clears) path = undefined;
    const equals = word.indexOf('=');
    if (equals >= 0 && word.slice(0, equals) === 'PATH') path = word.slice(equals + 1);
    if (equals >= 0 || clears) continue;
    if (elsewhere && word.includes('/') && !word.startsWith('/'))
      throw new Unknown(`starts '${word}' in another directory`);
    return { kind: 'program', name: word, path: path ?? NO_PATH };
  }
  return { kind: 'nothing' };
}

/** Takes one word of options apart, with the next word where the last option needs it for its value. */
function* optionsOf(word: string, rest: string[]): Generator<readonly [option: string, value: string]> {
  if (word.startsWith('--')) {
    const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
    const option = longOptions.get(name);
    if (option === undefined) throw new Unknown(`has the option '--${name}'`);
    yield [option, WITH_VALUE.has(option) ? (value ?? rest.shift() ?? '') : ''];
    return;
  }
  for (let at = 1; at < word.length; at++) {
    const option = word.charAt(at);
    if (WITH_VALUE.has(option)) {
      yield [option, at + 1 < word.length ? word.slice(at + 1) : (rest.shift() ?? '')];
      return;
    }
    if (!WITHOUT_VALUE.has(option)) throw new Unknown(`has the option '-${option}'`);
    yield [option, ''];
  }
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ...['"', '#', '$', "'", '\\'].map((self): [string, string] => [self, self]),
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);

/** Splits a text into words as -S does, with its quotes, escapes, variables and comments. */
function splitWords(text: string, environment: ReadonlyMap<string, string>): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  const end = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if ((letter === "'" || letter === '"') && (quote === '' || quote === letter)) {
      quote = quote === '' ? letter : '';
      word ??= '';
    } else if (quote === '' && /[ \t\n\v\f\r]/.test(letter)) {
      end();
    } else if (letter === '#' && word === undefined && quote === '') {
      return words;
    } else if (letter === '$' && quote !== "'") {
      const [whole, name = ''] = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}/.exec(text.slice(at)) ?? [];
      if (whole === undefined) throw new Unknown("has a '$' without a name in braces");
      const value = environment.get(name);
      if (value !== undefined) word = (word ?? '') + value;
      at += whole.length - 1;
    } else if (letter === '\\' && (quote !== "'" || /^[\\']/.test(text.slice(at + 1)))) {
      const escaped = text.charAt(++at);
      const stands = ESCAPES.get(escaped);
      if (stands !== undefined) word = (word ?? '') + stands;
      else if (escaped === '_' && quote === '"') word = `${word ?? ''} `;
      else if (escaped === '_') end();
      else if (escaped === 'c' && quote === '') break;
      else throw new Unknown(`has the escape '\\${escaped}'`);
    } else word = (word ?? '') + letter;
  }
  if (quote !== '') throw new Unknown('has a quote without an end');
  end();
  return words;
}
