// Finds the prose in source files: comments in every language here, and in TypeScript and JavaScript also strings.
import { extname } from 'node:path';

/** Languages by the end of a file's name: the form of their comments, and `strings` where those are read, too. */
const LANGUAGES = {
  '.ts': { line: '//', strings: true },
  '.js': { line: '//', strings: true },
  '.mjs': { line: '//', strings: true },
  '.c': { line: '//', strings: false },
  '.h': { line: '//', strings: false },
  '.py': { line: '#', strings: false },
  '.sh': { line: '#', strings: false },
  '.yaml': { line: '#', strings: false },
  '.hex': { line: '#', strings: false },
};

/** Ends of names of files whose comments can be read. */
export const extensions = Object.keys(LANGUAGES);

const TITLE = /\b(?:it|test|describe)(?:\.\w+)?\(\s*$/;

/**
 * Finds the prose of a file.
 *
 * @returns Pieces `{ kind, line, text }` in their order: `kind` is `comment`, `title` for the name of a test, or
 *   `string`; `line` counts from 1. Neighbouring comments of one line each are one piece.
 */
export function proseOf(name, source) {
  const language = LANGUAGES[extname(name)];
  if (language === undefined)
    throw new Error(`Cannot read comments of ${name}: give its language a row in ${import.meta.url}`);
  return language.line === '//' ? readCurly(source, language.strings) : readLines(source);
}

/** Reads a language whose comments are lines that begin with `#`. */
function readLines(source) {
  const pieces = [];
  for (const [index, text] of source.split('\n').entries()) {
    const [, comment] = /^\s*#(?!!|#)\s?(.*)$/.exec(text) ?? [];
    if (comment !== undefined) addComment(pieces, index + 1, comment, true);
  }
  return pieces;
}

/** Reads TypeScript, JavaScript and C. Regular expressions are told from divisions by what stands before them. */
function readCurly(source, strings) {
  const pieces = [];
  const lineOf = lineCounter(source);
  /** Depths of braces at which templates go on. */
  const templates = [];
  let depth = 0;
  let at = 0;
  const string = (end) => {
    const before = source.slice(Math.max(0, at - 20), at);
    if (strings)
      pieces.push({
        kind: TITLE.test(before) ? 'title' : 'string',
        line: lineOf(at),
        text: source.slice(at + 1, end - 1),
      });
    at = end;
  };
  const template = (start) => {
    const end = endOf(source, start, '`');
    at = end.at;
    if (end.hole) templates.push(depth++);
    return source.slice(start, end.hole ? end.at - 2 : end.at - 1);
  };
  while (at < source.length) {
    const two = source.slice(at, at + 2);
    const one = two[0];
    if (two === '//') {
      const end = source.indexOf('\n', at) === -1 ? source.length : source.indexOf('\n', at);
      const alone = /(?:^|\n)[ \t]*$/.test(source.slice(Math.max(0, at - 80), at));
      addComment(pieces, lineOf(at), source.slice(at + 2, end).replace(/^\/? /, ''), alone);
      at = end;
    } else if (two === '/*') {
      const end = source.indexOf('*/', at) + 2;
      pieces.push({
        kind: 'comment',
        line: lineOf(at),
        text: source.slice(at + 2, end - 2).replace(/^[ \t]*\* ?/gm, ''),
      });
      at = end;
    } else if (one === "'" || one === '"') {
      string(endOf(source, at + 1, one).at);
    } else if (one === '`' && strings) {
      const before = source.slice(Math.max(0, at - 20), at);
      const piece = {
        kind: TITLE.test(before) ? 'title' : 'string',
        line: lineOf(at),
        text: template(at + 1),
      };
      pieces.push(piece);
      if (templates.at(-1) === depth - 1) piece.open = true;
    } else if (one === '}' && templates.at(-1) === depth - 1) {
      depth = templates.pop();
      const whole = pieces.findLast(({ open }) => open);
      const more = template(at + 1);
      if (whole !== undefined) whole.text += `…${more}`;
      if (whole !== undefined && templates.at(-1) !== depth - 1) delete whole.open;
    } else if (one === '/' && strings && startsExpression(source, at)) {
      at = endOf(source, at + 1, '/').at;
    } else {
      if (one === '{') depth++;
      if (one === '}') depth--;
      at++;
    }
  }
  return pieces;
}

/** The end of a string, template or regular expression; `hole` when that is the beginning of `${`. */
function endOf(source, start, quote) {
  let set = false;
  for (let at = start; at < source.length; at++) {
    const one = source[at];
    if (one === '\\') at++;
    else if (quote === '/' && one === '[') set = true;
    else if (quote === '/' && one === ']') set = false;
    else if (one === quote && !set) return { at: at + 1, hole: false };
    else if (quote === '`' && one === '$' && source[at + 1] === '{') return { at: at + 2, hole: true };
    else if (quote !== '`' && one === '\n') return { at, hole: false };
  }
  return { at: source.length, hole: false };
}

/** Decides between a regular expression and a division: one that follows a value divides. */
function startsExpression(source, at) {
  const before = source.slice(Math.max(0, at - 20), at).trimEnd();
  return !/[\w$)\]}'"`]$/.test(before) || /\b(?:return|typeof|case|in|of|yield|await|else)$/.test(before);
}

function addComment(pieces, line, text, alone) {
  const last = pieces.at(-1);
  if (alone && last?.next === line) {
    last.text += `\n${text}`;
    last.next++;
  } else {
    pieces.push({ kind: 'comment', line, text, next: alone ? line + 1 : undefined });
  }
}

function lineCounter(source) {
  let line = 1;
  let seen = 0;
  return (at) => {
    for (; seen < at; seen++) if (source[seen] === '\n') line++;
    return line;
  };
}
