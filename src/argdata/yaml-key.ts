import type { YamlNode } from './yaml-node.ts';

/** The keys of one map, to find those that are there twice. */
export class YamlKeySet {
  readonly #scalars = new Set<string>();
  // Sorted by weight, as only keys of the same weight can be the same: the parts that are looked at more than once are
  // then at most half of its map, and keys nested in keys cost n log n and not n times the depth.
  readonly #others = new Map<number, YamlNode | Set<string>>();

  /**
   * @param weight a number that is the same for the same keys and grows with their size.
   * @returns false when the key was there already.
   */
  add(key: YamlNode, weight: number): boolean {
    if (key.kind !== 'seq' && key.kind !== 'map' && key.kind !== 'tagged') {
      return addTo(this.#scalars, keyText(key));
    }
    const known = this.#others.get(weight);
    if (known === undefined) {
      this.#others.set(weight, key);
      return true;
    }
    const texts = known instanceof Set ? known : new Set([keyText(known)]);
    this.#others.set(weight, texts);
    return addTo(texts, keyText(key));
  }
}

function addTo(set: Set<string>, text: string): boolean {
  const { size } = set;
  return set.add(text).size > size;
}

/** A text that is the same for two keys exactly when their encodings would be. */
function keyText(key: YamlNode): string {
  switch (key.kind) {
    case 'tagged':
      return `!${JSON.stringify(key.tag)} ${keyText(key.content)}`;
    case 'seq':
      return `[${key.items.map(keyText).join()}]`;
    case 'map':
      return `{${key.entries.map(({ key: name, value }) => `${keyText(name)}:${keyText(value)}`).join()}}`;
    case 'str':
      return JSON.stringify(key.value);
    case 'float': {
      const value = typeof key.value === 'number' ? key.value : key.value.value;
      return `float ${Object.is(value, -0) ? '-0' : value}`;
    }
    case 'binary':
      return `binary ${Buffer.from(key.value).toString('base64')}`;
    case 'timestamp':
      return `timestamp ${key.value.nanoseconds}`;
    default:
      return `${key.kind} ${key.value}`;
  }
}
