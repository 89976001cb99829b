import type { Argdata } from '../argdata/value.ts';

/**
 * A host descriptor in a message. A service's copy is closed once its answer is sent; one that a client sent is closed when
 * its request has been answered, unless the service took it.
 */
export class Passed {
  readonly descriptor: number;
  #isTaken = false;

  constructor(descriptor: number) {
    this.descriptor = descriptor;
  }

  /** True once `take` was called. */
  get isTaken(): boolean {
    return this.#isTaken;
  }

  /** Takes the descriptor over: the caller closes it. */
  take(): number {
    this.#isTaken = true;
    return this.descriptor;
  }
}

/** A value of a message between a client and a service. */
export type Wire = Argdata<Passed>;

/** A map with texts as keys, of a message. */
export type WireMap = ReadonlyMap<string, Wire>;

/** Names a value in a message of an error, without its contents. */
export function kindOfWire(value: Wire): string {
  if (value === null) return 'nothing';
  if (value instanceof Passed) return 'a descriptor';
  if (value instanceof Uint8Array) return 'a binary';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Map) return 'a map';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'boolean':
      return `the bool ${value}`;
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    default:
      return 'another value';
  }
}

/** Gives a value as a map with texts as keys; `undefined` for another value. */
export function mapOfWire(value: Wire): WireMap | undefined {
  if (!(value instanceof Map)) return undefined;
  const map = new Map<string, Wire>();
  for (const [key, item] of value) {
    if (typeof key !== 'string') return undefined;
    map.set(key, item);
  }
  return map;
}

/** Gives all descriptors in a value. */
export function passedIn(value: Wire): Passed[] {
  if (value instanceof Passed) return [value];
  if (Array.isArray(value)) return value.flatMap(passedIn);
  if (value instanceof Map) return [...value].flatMap(([key, item]) => [...passedIn(key), ...passedIn(item)]);
  return [];
}
