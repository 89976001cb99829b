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
    return tagOf(this.#root);
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
      const isEmpty = isScalar(found) && found.value === null && more.length === 0 && !this.#root.flow;
      if (isNew)
        this.#append(this.#root, `${yamlText(key)}:\n  ${yamlText(name)}: ${value.replaceAll('\n', '\n  ')}`);
      else if (isEmpty) this.set([], key, `\n  ${yamlText(name)}: ${value.replaceAll('\n', '\n  ')}`);
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

  /** Tells whether something stands beneath some keys, and how: a map or list in lines, in brackets, or a scalar. */
  formOf(...keys: readonly string[]): 'block' | 'flow' | 'scalar' | undefined {
    const found = this.#find(keys);
    if (isMap(found) || isSeq(found)) return found.flow ? 'flow' : 'block';
    return isScalar(found) ? 'scalar' : undefined;
  }

  /** The tag beneath some keys without its prefix; empty for none. */
  tagOf(...keys: readonly string[]): string {
    return tagOf(this.#find(keys));
  }

  /** Finds the entries of maps whose value is a list, at any depth beneath some keys; each as its keys. */
  listsWithin(...keys: readonly string[]): readonly (readonly string[])[] {
    const found = this.#find(keys);
    if (isSeq(found)) return [keys];
    if (!isMap(found)) return [];
    return found.items.flatMap(({ key }) => this.listsWithin(...keys, textOf(key)));
  }

  /** Adds an item, as YAML in one line, to the list beneath some keys. */
  addItem(keys: readonly string[], value: string): void {
    const found = this.#find(keys);
    if (!isSeq(found)) throw new RangeError(`there is no list at '${keys.join('.')}'`);
    this.#append(found, found.flow ? value : `- ${value}`);
  }

  /** Removes an entry of a map beneath some keys; comments above it stay. */
  remove(keys: readonly string[], name: string): void {
    const found = this.#find(keys);
    const index = isMap(found) ? found.items.findIndex((one) => textOf(one.key) === name) : -1;
    if (isMap(found) && index >= 0) this.#removeAt(found, index);
  }

  /** Gives an entry of a map beneath some keys another name. */
  rename(keys: readonly string[], name: string, to: string): void {
    const found = this.#find(keys);
    const pair = isMap(found) ? found.items.find((one) => textOf(one.key) === name) : undefined;
    if (pair === undefined) throw new RangeError(`there is no entry '${name}'`);
    const [from, end] = rangeOf(pair.key);
    this.#edit(from, end, yamlText(to));
  }

  /** Replaces the texts that have a tag and a value, at any depth beneath some keys. */
  replaceTagged(keys: readonly string[], tag: string, value: string, next: string): void {
    this.#eachTagged(this.#find(keys), tag, value, (node) => {
      const [from, end] = rangeOf(node);
      this.#edit(from, end, yamlText(next));
    });
  }

  /** Removes the entries and items that have a tag and a value, at any depth beneath some keys. */
  removeTagged(keys: readonly string[], tag: string, value: string): void {
    this.#eachTagged(this.#find(keys), tag, value, (_, parent, index) => {
      if (parent !== undefined) this.#removeAt(parent, index);
    });
  }

  /** Replaces the texts with a value in a list, or in the place of one, beneath some keys. */
  replaceTexts(keys: readonly string[], value: string, next: string): void {
    const found = this.#find(keys);
    for (const node of isSeq(found) ? found.items : [found])
      if (isScalar(node) && textOf(node) === value) {
        const [from, end] = rangeOf(node);
        this.#edit(from, end, yamlText(next));
      }
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

  #eachTagged(
    node: unknown,
    tag: string,
    value: string,
    act: (node: unknown, parent: YAMLMap | YAMLSeq | undefined, index: number) => void,
    parent?: YAMLMap | YAMLSeq,
    index = 0,
  ): void {
    if (isScalar(node) && tagOf(node) === tag && textOf(node) === value) act(node, parent, index);
    if (isMap(node))
      for (const [at, pair] of node.items.entries()) this.#eachTagged(pair.value, tag, value, act, node, at);
    if (isSeq(node))
      for (const [at, item] of node.items.entries()) this.#eachTagged(item, tag, value, act, node, at);
  }

  /** Removes an entry or item: a line of a block with what is beneath it, or a part of brackets with its comma. */
  #removeAt(node: YAMLMap | YAMLSeq, index: number): void {
    const [from, to] = spanOf(this.#text, node, index);
    if (!node.flow) {
      const line = this.#text.lastIndexOf('\n', from - 1) + 1;
      const last = lastOf(node, to, index);
      const after = this.#text.indexOf('\n', Math.max(from, last - 1));
      const end = after < 0 ? this.#text.length : after + 1;
      // In a list of maps, or after a tag, the first entry does not begin its line.
      if (!/^\s*(?:- )?$/.test(this.#text.slice(line, from)))
        throw new RangeError('the entry does not stand in a line of its own');
      this.#edit(line, end, '');
      return;
    }
    if (index + 1 < node.items.length) this.#edit(from, spanOf(this.#text, node, index + 1)[0], '');
    else if (index > 0) this.#edit(spanOf(this.#text, node, index - 1)[1], to, '');
    else this.#edit(from, to, '');
  }

  #append(node: YAMLMap | YAMLSeq, entry: string): void {
    const [start, end] = rangeOf(node);
    if (node.flow) {
      const at = this.#text.lastIndexOf(node instanceof Object && isMap(node) ? '}' : ']', end - 1);
      const inner = this.#text.slice(start + 1, at);
      const space = /\s$/.test(inner) && inner.trim() !== '' ? inner.length - inner.trimEnd().length : 0;
      this.#edit(at - space, at - space, node.items.length === 0 ? entry : `, ${entry}`);
      return;
    }
    const line = this.#text.lastIndexOf('\n', start - 1) + 1;
    const indent = this.#text.slice(line, start).replace(/[^ ]/g, ' ');
    const text = entry.replaceAll('\n', `\n${indent}`);
    const after = this.#text.indexOf('\n', lastOf(node, end) - 1);
    if (after < 0) this.#edit(this.#text.length, this.#text.length, `\n${indent}${text}\n`);
    else this.#edit(after + 1, after + 1, `${indent}${text}\n`);
  }

  #replace({ value }: Pair, text: string): void {
    const [from, to] = rangeOf(value);
    // A key without a value ends with its colon.
    this.#edit(from, to, this.#text[from - 1] === ':' && !text.startsWith('\n') ? ` ${text}` : text);
  }

  #edit(from: number, to: number, text: string): void {
    this.#edits.push({ from, to, text });
  }
}

/** The last character of a block that is no comment behind it. */
function lastOf(node: YAMLMap | YAMLSeq, end: number, index: number = -1): number {
  const last: unknown = node.items.at(index);
  const value = isSeq(node) ? last : (last as Pair | undefined)?.value;
  if ((isMap(value) || isSeq(value)) && !value.flow) return lastOf(value, rangeOf(value)[1]);
  return hasRange(value) ? value.range[1] : end;
}

/** A tag before a node. */
const TAG_BEFORE = /![^\s,[\]{}]*\s+$/;

/** The place of an entry or item in a text, its key and tag included. */
function spanOf(text: string, node: YAMLMap | YAMLSeq, index: number): readonly [from: number, to: number] {
  const item: unknown = node.items[index];
  if (isSeq(node)) {
    const [from, to] = rangeOf(item);
    const before = tagOf(item) === '' ? null : TAG_BEFORE.exec(text.slice(0, from));
    return [before?.index ?? from, to];
  }
  const { key, value } = item as Pair;
  const [from, end] = rangeOf(key);
  return [from, hasRange(value) ? Math.max(end, value.range[1]) : end];
}

function tagOf(node: unknown): string {
  return isScalar(node) || isMap(node) || isSeq(node) ? (node.tag ?? '').replace(/^.*[!/:]/, '') : '';
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
