import { isMap, isScalar, isSeq, type Pair, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';

/** Characters of a name that YAML takes as text without quotes. */
const PLAIN = /^[/A-Za-z_][\w./+@-]*$/;
const OTHER_MEANING = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** A text of YAML in one line; quotes where it could mean something else. */
export function yamlText(text: string): string {
  return PLAIN.test(text) && !OTHER_MEANING.test(text) ? text : JSON.stringify(text);
}

type Edit = { readonly from: number; readonly to: number; readonly text: string };

/** Changes a document whose root is a map at single places: all else of its text stays, comments and order included. */
export class YamlEdit {
  readonly #text: string;
  readonly #root: YAMLMap;
  readonly #edits: Edit[] = [];

  /** @throws RangeError when the text is no YAML, or its root is no map. */
  constructor(text: string) {
    const document = parseDocument(text, { logLevel: 'silent' });
    const root: unknown = document.contents;
    if (document.errors.length > 0 || !isMap(root)) throw new RangeError('it is no YAML document with a map');
    this.#text = text;
    this.#root = root;
  }

  /** The tag of the root as it is written, its prefix left out: `command`. */
  get tag(): string {
    return (this.#root.tag ?? '').replace(/^.*[!/:]/, '');
  }

  /** Names the entries of a map beneath some keys; `undefined` when no map is there. */
  names(...keys: readonly string[]): readonly string[] | undefined {
    const found = this.#find(keys);
    return isMap(found) ? found.items.map(({ key }) => textOf(key)) : undefined;
  }

  /** The texts of a list beneath some keys, or of a single text; `undefined` for anything else. */
  texts(...keys: readonly string[]): readonly string[] | undefined {
    const found = this.#find(keys);
    if (isScalar(found)) return found.value === null ? undefined : [textOf(found)];
    return isSeq(found) ? found.items.map(textOf) : undefined;
  }

  /** Sets an entry of a map beneath some keys, which are made as far as they are missing. */
  set(keys: readonly string[], name: string, value: string): void {
    const found = this.#find(keys);
    const [key = '', ...more] = keys.toReversed();
    if (!isMap(found)) {
      const isNew = more.length === 0 && !this.#root.flow && found === undefined;
      if (isNew) this.#append(this.#root, `${yamlText(key)}:\n  ${yamlText(name)}: ${value}`);
      else this.set(more.toReversed(), key, `{ ${yamlText(name)}: ${value} }`);
      return;
    }
    const pair = found.items.find((one) => textOf(one.key) === name);
    if (pair === undefined) this.#append(found, `${yamlText(name)}: ${value}`);
    else this.#replace(pair, value);
  }

  /** Adds a text to a list beneath some keys, which are made as far as they are missing. */
  add(keys: readonly string[], text: string): void {
    const found = this.#find(keys);
    const [key = '', ...more] = keys.toReversed();
    if (isSeq(found)) this.#append(found, found.flow ? yamlText(text) : `- ${yamlText(text)}`);
    else this.set(more.toReversed(), key, `[${yamlText(text)}]`);
  }

  /** The text with all changes. */
  toString(): string {
    let text = this.#text;
    const last = [...this.#edits.entries()].sort(([i, a], [j, b]) => b.from - a.from || j - i);
    for (const [, { from, to, text: more }] of last) text = `${text.slice(0, from)}${more}${text.slice(to)}`;
    return text;
  }

  #find(keys: readonly string[]): unknown {
    let here: unknown = this.#root;
    for (const key of keys) {
      if (!isMap(here)) return undefined;
      here = here.items.find((pair) => textOf(pair.key) === key)?.value;
    }
    return here;
  }

  #append(node: YAMLMap | YAMLSeq, text: string): void {
    const [start, end] = rangeOf(node);
    if (node.flow) {
      const at = this.#text.lastIndexOf(node instanceof Object && isMap(node) ? '}' : ']', end - 1);
      const inner = this.#text.slice(start + 1, at);
      const space = /\s$/.test(inner) && inner.trim() !== '' ? inner.length - inner.trimEnd().length : 0;
      this.#edit(at - space, at - space, node.items.length === 0 ? text : `, ${text}`);
      return;
    }
    const line = this.#text.lastIndexOf('\n', start - 1) + 1;
    const indent = this.#text.slice(line, start).replace(/[^ ]/g, ' ');
    const after = this.#text.indexOf('\n', lastOf(node, end) - 1);
    if (after < 0) this.#edit(this.#text.length, this.#text.length, `\n${indent}${text}\n`);
    else this.#edit(after + 1, after + 1, `${indent}${text}\n`);
  }

  #replace({ value }: Pair, text: string): void {
    const [from, to] = rangeOf(value);
    this.#edit(from, to, text);
  }

  #edit(from: number, to: number, text: string): void {
    this.#edits.push({ from, to, text });
  }
}

/** The last character of a block that is no comment behind it. */
function lastOf(node: YAMLMap | YAMLSeq, end: number): number {
  const last: unknown = node.items.at(-1);
  const value = isSeq(node) ? last : (last as Pair | undefined)?.value;
  if ((isMap(value) || isSeq(value)) && !value.flow) return lastOf(value, rangeOf(value)[1]);
  return hasRange(value) ? value.range[1] : end;
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function rangeOf(node: unknown): readonly [from: number, to: number] {
  if (hasRange(node)) return [node.range[0], node.range[1]];
  throw new RangeError('it has an entry without a value');
}

function textOf(node: unknown): string {
  return isScalar(node) ? String(node.source ?? node.value) : '';
}
