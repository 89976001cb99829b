import { dirname, relative, resolve } from 'node:path';
import { hostPath } from '../host/files/host-path.ts';
import { readSmallFile, UnsuitableFileError } from '../host/files/small-file.ts';
import { parsePolicy } from '../policy/parse-policy.ts';
import { printable } from '../text/printable.ts';
import type { Fields, ReadContext } from './fields.ts';
import { reasonOf } from './file-kind.ts';
import type { Position } from './position.ts';
import { type RuleGrant, withAbsoluteFile } from './rule-grant.ts';
import { quote, textIn } from './written.ts';

/** The largest policy file, in bytes. */
const MAX_SIZE = 4 * 1024 * 1024;
/** Files that a policy may include, one within the other, and in all. */
const MAX_DEPTH = 8;
const MAX_FILES = 100;

type Reading = {
  readonly context: ReadContext;
  readonly rules: RuleGrant[];
  /** The files that are being read, one within the other. */
  readonly open: string[];
  count: number;
};

/** Reads the files of `policy`: the path of one, or a list of paths. */
export function readPolicyFiles(fields: Fields, context: ReadContext): readonly RuleGrant[] {
  const written = fields.get('policy');
  if (written === undefined) return [];
  const items = written.kind === 'seq' ? written.items : [written];
  const reading: Reading = { context, rules: [], open: [], count: 0 };
  for (const item of items) {
    const path = textIn(item);
    if (path === undefined || path === '' || path.includes('\0'))
      fields.expected('policy', 'the path of a file with rules, or a list of paths', item);
    else
      readOne(resolve(context.directory, path), path, reading, (message) => {
        context.mistakes.add(message, item.position ?? fields.at('policy'));
      });
  }
  return reading.rules;
}

function readOne(
  path: string,
  shown: string,
  reading: Reading,
  wrong: (message: string) => undefined,
): undefined {
  const { context, rules, open } = reading;
  if (open.includes(path)) return wrong(`${quote(shown)} includes itself`);
  if (open.length === MAX_DEPTH) return wrong(`Policies include each other at most ${MAX_DEPTH} deep`);
  if (++reading.count > MAX_FILES) return wrong(`A policy includes at most ${MAX_FILES} files`);
  const text = textOf(path, shown, wrong);
  if (text === undefined) return;
  open.push(path);
  const file = printable(
    relative(process.cwd(), path).startsWith('..') ? path : relative(process.cwd(), path),
  );
  for (const line of parsePolicy(text)) {
    const at = (start: number, end: number): Position => positionOf(file, line.line, line.text, start, end);
    if (line.kind === 'problem') {
      const { message, start, end } = line.problem;
      context.mistakes.add(message, at(start, end));
    } else if (line.kind === 'include')
      readOne(resolve(dirname(path), line.path), line.path, reading, (message) => {
        context.mistakes.add(message, at(line.start, line.end));
      });
    else {
      const start = line.text.search(/\S/);
      const position = at(start, line.text.trimEnd().length);
      const rule = withAbsoluteFile(line.rule, dirname(path));
      rules.push({ ...rule, text: line.text.trim(), place: `${file}:${line.line}`, position });
    }
  }
  open.pop();
}

function textOf(path: string, shown: string, wrong: (message: string) => undefined): string | undefined {
  try {
    const bytes = readSmallFile(hostPath(path), MAX_SIZE);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (error) {
    const reason =
      error instanceof UnsuitableFileError
        ? `it is no regular file of at most ${MAX_SIZE} bytes`
        : error instanceof TypeError
          ? 'it is not UTF-8'
          : reasonOf(error);
    wrong(`Cannot read the policy ${quote(shown)}: ${reason}`);
  }
  return undefined;
}

function positionOf(file: string, line: number, text: string, start: number, end: number): Position {
  const shown = printable(text.slice(0, 200)).replaceAll('\t', ' ');
  const from = Math.min(start, shown.length);
  const carets = '^'.repeat(Math.max(Math.min(end, shown.length) - from, 1));
  return { file, line, column: start + 1, excerpt: `${shown}\n${' '.repeat(from)}${carets}` };
}
