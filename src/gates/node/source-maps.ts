import { WRAPPER } from './script.ts';

/** A place in a program's own files; line and column count from 1. */
export type OriginalPlace = { readonly file: string; readonly line: number; readonly column: number };

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Columns of one mapping: column in the script, number of the file, line and column in it. */
const COLUMNS = 4;

/** The source map of a linked script, read when the first place is looked up. */
export class Mapper {
  readonly #map: Uint8Array;
  #sources: readonly string[] = [];
  #lines: readonly Int32Array[] | undefined;

  /** @param map A source map of version 3 in JSON (ECMA-426). */
  constructor(map: Uint8Array) {
    this.#map = map;
  }

  /** Finds the origin of a place of the script; line and column count from 1. */
  find(line: number, column: number): OriginalPlace | undefined {
    const mappings = this.#read()[line - 1 - WRAPPER.lines];
    if (mappings === undefined) return undefined;
    let low = 0;
    let high = mappings.length / COLUMNS;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((mappings[middle * COLUMNS] ?? 0) <= column - 1) low = middle + 1;
      else high = middle;
    }
    const at = (low - 1) * COLUMNS;
    const file = this.#sources[mappings[at + 1] ?? -1];
    if (file === undefined) return undefined;
    return { file, line: (mappings[at + 2] ?? 0) + 1, column: (mappings[at + 3] ?? 0) + 1 };
  }

  #read(): readonly Int32Array[] {
    if (this.#lines !== undefined) return this.#lines;
    this.#lines = [];
    const map: unknown = JSON.parse(Buffer.from(this.#map).toString());
    if (typeof map !== 'object' || map === null) return this.#lines;
    if (!('sources' in map && Array.isArray(map.sources))) return this.#lines;
    if (!('mappings' in map && typeof map.mappings === 'string')) return this.#lines;
    this.#sources = map.sources.map(String);
    this.#lines = decodeMappings(map.mappings);
    return this.#lines;
  }
}

/** Takes the mappings of a source map apart, a list for each line. */
function decodeMappings(text: string): Int32Array[] {
  const values = new Int8Array(128).fill(-1);
  [...DIGITS].forEach((digit, value) => {
    values[digit.charCodeAt(0)] = value;
  });
  const lines: Int32Array[] = [];
  let source = 0;
  let originalLine = 0;
  let originalColumn = 0;
  for (const line of text.split(';')) {
    const found: number[] = [];
    let column = 0;
    for (const segment of line.split(',')) {
      const fields = decodeSegment(segment, values);
      column += fields[0] ?? 0;
      if (fields.length < COLUMNS) continue;
      source += fields[1] ?? 0;
      originalLine += fields[2] ?? 0;
      originalColumn += fields[3] ?? 0;
      found.push(column, source, originalLine, originalColumn);
    }
    lines.push(Int32Array.from(found));
  }
  return lines;
}

function decodeSegment(segment: string, values: Int8Array): number[] {
  const fields: number[] = [];
  let value = 0;
  let shift = 0;
  for (let at = 0; at < segment.length; at++) {
    const digit = values[segment.charCodeAt(at) & 127] ?? 0;
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    fields.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return fields;
}

/**
 * Lets stack traces name the program's own files, and leaves ours out.
 *
 * @param script V8's name for the linked script.
 */
export function installTraces(script: string, map: Uint8Array): void {
  const mapper = new Mapper(map);
  const ours = ownScript();
  Error.prepareStackTrace = (error, sites): string => {
    const theirs = sites.filter((site) => site.getFileName() !== ours);
    const lines = theirs.map((site) => `\n    at ${original(site, script, mapper)}`);
    return `${headOf(error)}${lines.join('')}`;
  };
}

/** Finds V8's name for the script that this function is in. */
function ownScript(): string | undefined {
  const before = Error.prepareStackTrace;
  let name: string | null | undefined;
  Error.prepareStackTrace = (_, sites): string => {
    name = sites[0]?.getFileName();
    return '';
  };
  void new Error('where').stack;
  Error.prepareStackTrace = before;
  return name ?? undefined;
}

function headOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return 'Error';
  }
}

/** A frame as V8 prints it, at its place in the program's own files. */
function original(site: NodeJS.CallSite, script: string, mapper: Mapper): string {
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  const text = String(site);
  if (line === null || column === null || site.getFileName() !== script) return text;
  const place = mapper.find(line, column);
  if (place === undefined) return text;
  return text.replace(`${script}:${line}:${column}`, `${place.file}:${place.line}:${place.column}`);
}
