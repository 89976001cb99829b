import type { Float, Timestamp } from './value.ts';
import { type Argdata, type ArgdataMap, toKey } from './value.ts';
import type { YamlSpan } from './yaml-error.ts';

/** A node that holds no other and has no tag of ours. */
export type YamlScalar = { readonly span: YamlSpan } & (
  | { readonly kind: 'null'; readonly value: null }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: number | bigint }
  | { readonly kind: 'float'; readonly value: number | Float }
  | { readonly kind: 'str'; readonly value: string }
  | { readonly kind: 'binary'; readonly value: Uint8Array }
  | { readonly kind: 'timestamp'; readonly value: Timestamp }
);

/** A sequence. */
export interface YamlSeq {
  readonly kind: 'seq';
  readonly items: readonly YamlNode[];
  readonly span: YamlSpan;
}

/** A map; no two keys are the same. */
export interface YamlMap {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  readonly span: YamlSpan;
}

/** An entry of a map. */
export interface YamlEntry {
  readonly key: YamlNode;
  readonly value: YamlNode;
}

/** A node with a tag that is not one of YAML's own. */
export interface YamlTagged {
  readonly kind: 'tagged';
  /** The short name of a tag of ours (`fd`, `file`), else the full one (`tag:yaml.org,2002:set`). */
  readonly tag: string;
  /** The node that the tag is applied to; never a tagged node itself. */
  readonly content: YamlScalar | YamlSeq | YamlMap;
  /** The tag and its content. */
  readonly span: YamlSpan;
}

/**
 * A node of a document. An alias is the very object its anchor stands for, so a tree may hold an object
 * more than once: the same tagged node is the same resource.
 */
export type YamlNode = YamlScalar | YamlSeq | YamlMap | YamlTagged;

/**
 * Looks up the entry of a map with a string key.
 *
 * @returns the entry, whose key has the position; `undefined` when there is none.
 */
export function yamlEntry(map: YamlMap, name: string): YamlEntry | undefined {
  return map.entries.find(({ key }) => key.kind === 'str' && key.value === name);
}

/**
 * Turns a document into a tree of argdata.
 *
 * @param onTag makes a leaf of a tagged node, or throws. It is called once per node in the document, in
 *   their order; aliases of a node share its leaf.
 */
export function yamlToArgdata<Leaf>(
  node: YamlNode,
  onTag: (tagged: YamlTagged) => Argdata<Leaf>,
): Argdata<Leaf> {
  const leaves = new Map<YamlTagged, Argdata<Leaf>>();
  const convert = (item: YamlNode): Argdata<Leaf> => {
    switch (item.kind) {
      case 'tagged': {
        const known = leaves.get(item);
        if (known !== undefined) return known;
        const leaf = onTag(item);
        leaves.set(item, leaf);
        return leaf;
      }
      case 'seq':
        return item.items.map(convert);
      case 'map': {
        const map: ArgdataMap<Leaf> = new Map();
        for (const { key, value } of item.entries) map.set(toKey(convert(key)), convert(value));
        return map;
      }
      default:
        return item.value;
    }
  };
  return convert(node);
}
