import { type CST, isAlias, isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { printDecimal } from './decimal.ts';
import { MAX_DEPTH, MAX_NUMBER_KEYS } from './format.ts';
import { LONE_SURROGATE } from './surrogate.ts';
import { YamlError, type YamlSpan } from './yaml-error.ts';
import { YamlKeySet } from './yaml-key.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlScalar, YamlSeq } from './yaml-node.ts';
import { plainScalar, type ScalarValue, typedScalar, YAML_TAG } from './yaml-scalar.ts';

/**
 * The most that all aliases of a document may add to it when they are replaced by their values: one for each
 * node and one for each character of a scalar.
 */
export const MAX_EXPANSION = 0x400000;

/** The prefix of the tags of this system, which are known by their short names. */
export const TAG_PREFIX = 'tag:nuxi.nl,2015:cloudabi/';

interface Anchored {
  readonly node: YamlNode;
  readonly weight: number;
  readonly height: number;
}

/** Turns the nodes of the YAML library into ours, with checks that the library lacks. */
export class YamlBuilder {
  readonly #tags: readonly CST.SourceToken[];
  readonly #span: (offset: number, end: number) => YamlSpan;
  /** The nodes that anchors stand for; `undefined` while the node is still being built. */
  readonly #anchors = new Map<string, Anchored | undefined>();
  /** The next of the tags: nodes are visited in the order of the text, and so are their tags. */
  #nextTag = 0;
  /** The size of the tree so far, in nodes and characters, with aliases expanded. */
  #weight = 0;
  /** The part of it that came through aliases. */
  #expansion = 0;
  #deepest = 0;

  constructor(tags: readonly CST.SourceToken[], span: (offset: number, end: number) => YamlSpan) {
    this.#tags = tags;
    this.#span = span;
  }

  /** @throws {YamlError} */
  build(contents: ParsedNode | null): YamlNode {
    if (contents === null) return { kind: 'null', value: null, span: this.#span(0, 0) };
    return this.#node(contents, 0);
  }

  #node(node: ParsedNode, depth: number): YamlNode {
    const span = this.#span(node.range[0], node.range[1]);
    if (isAlias(node)) return this.#alias(node.source, depth, span);
    if (node.anchor === undefined) return this.#tagged(node, depth, span);
    const { anchor } = node;
    const weight = this.#weight;
    const deepest = this.#deepest;
    this.#anchors.set(anchor, undefined);
    this.#deepest = depth;
    const built = this.#tagged(node, depth, span);
    this.#anchors.set(anchor, { node: built, weight: this.#weight - weight, height: this.#deepest - depth });
    this.#deepest = Math.max(deepest, this.#deepest);
    return built;
  }

  #alias(name: string, depth: number, span: YamlSpan): YamlNode {
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) {
      if (this.#anchors.has(name)) {
        throw new YamlError('recursive-alias', `Alias '*${name}' stands for a node that contains it`, span);
      }
      throw new YamlError(
        'unknown-anchor',
        `Alias '*${name}' has no anchor '&${name}' before it; a text that begins with '*' stands in quotes`,
        span,
      );
    }
    this.#enter(depth + anchored.height, span);
    this.#weight += anchored.weight;
    this.#expansion += anchored.weight;
    if (this.#expansion > MAX_EXPANSION) {
      const reason = `The aliases stand for more than ${MAX_EXPANSION} nodes and characters together`;
      throw new YamlError('too-much-expansion', reason, span);
    }
    return anchored.node;
  }

  #tagged(node: OwnNode, depth: number, span: YamlSpan): YamlNode {
    const { tag } = node;
    if (tag === undefined) return this.#content(node, depth, span);
    const token = this.#tags[this.#nextTag++];
    const whole = token === undefined ? span : this.#span(token.offset, span.end);
    const type = tag.startsWith(YAML_TAG) ? tag.slice(YAML_TAG.length) : undefined;
    if (isScalar(node)) {
      if (tag === '!') return this.#scalar({ kind: 'str', value: node.source }, whole);
      const value = type === undefined ? undefined : typedScalar(type, node.source);
      if (typeof value === 'string') throw new YamlError('bad-scalar', value, whole);
      if (value !== undefined) return this.#scalar(value, whole);
    } else if (type === (isMap(node) ? 'map' : 'seq')) {
      return this.#content(node, depth, whole);
    }
    this.#weight += tag.length;
    return { kind: 'tagged', tag: shortName(tag), content: this.#content(node, depth, span), span: whole };
  }

  #content(node: OwnNode, depth: number, span: YamlSpan): YamlScalar | YamlSeq | YamlMap {
    if (isScalar(node)) {
      const plain = node.type === 'PLAIN';
      const value = plain ? plainScalar(node.source) : ({ kind: 'str', value: node.source } as const);
      if (typeof value === 'string') throw new YamlError('bad-scalar', value, span);
      return this.#scalar(value, span);
    }
    this.#enter(depth + 1, span);
    this.#weight++;
    if (isSeq(node)) {
      return { kind: 'seq', items: node.items.map((item) => this.#node(item, depth + 1)), span };
    }
    const keys = new YamlKeySet();
    const entries: YamlEntry[] = [];
    let numbers = 0;
    for (const pair of node.items) {
      if (isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.source === '<<') {
        const reason = "Merge keys are not supported, write '<<' in quotes for a key of that name";
        throw new YamlError('merge-key', reason, this.#span(pair.key.range[0], pair.key.range[1]));
      }
      const before = this.#weight;
      const key = this.#node(pair.key, depth + 1);
      if (!keys.add(key, this.#weight - before)) {
        throw new YamlError('duplicate-key', 'The map has this key twice', key.span);
      }
      if ((key.kind === 'int' || key.kind === 'float') && ++numbers > MAX_NUMBER_KEYS) {
        const reason = `The map has more than ${MAX_NUMBER_KEYS} keys that are numbers`;
        throw new YamlError('too-large', reason, key.span);
      }
      const end = key.span.end;
      const value: YamlNode =
        pair.value === null
          ? { kind: 'null', value: null, span: this.#span(end, end) }
          : this.#node(pair.value, depth + 1);
      entries.push({ key, value });
    }
    return { kind: 'map', entries, span };
  }

  #scalar(value: ScalarValue, span: YamlSpan): YamlScalar {
    if (value.kind === 'str') {
      if (LONE_SURROGATE.test(value.value)) {
        throw new YamlError(
          'bad-scalar',
          'The string holds a lone surrogate, which UTF-8 does not allow',
          span,
        );
      }
    }
    this.#weight += 1 + scalarWeight(value);
    return { ...value, span };
  }

  #enter(depth: number, span: YamlSpan): void {
    if (depth > MAX_DEPTH)
      throw new YamlError('too-deep', `Nodes nest deeper than ${MAX_DEPTH} levels`, span);
    this.#deepest = Math.max(this.#deepest, depth);
  }
}

type OwnNode = Exclude<ParsedNode, { readonly source: string; readonly resolve: unknown }>;

function shortName(tag: string): string {
  if (tag.startsWith(TAG_PREFIX)) return tag.slice(TAG_PREFIX.length);
  return tag.startsWith('!') && tag.length > 1 ? tag.slice(1) : tag;
}

/** The same for the same values, however they are written, and about as large as they are. */
function scalarWeight(value: ScalarValue): number {
  if (value.kind === 'str' || value.kind === 'binary') return value.value.length;
  return typeof value.value === 'bigint' ? printDecimal(value.value).length : 0;
}
