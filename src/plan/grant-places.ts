import type { Argdata } from '../argdata/value.ts';
import { Resource } from '../resources/resource.ts';

/** A name that needs no quotes in a place. */
const PLAIN = /^[A-Za-z_][\w-]*$/;

/**
 * Finds the first place of each resource of a tree: `listen[0]`, `sites["a.example"].root`. In the order in which the
 * tree is encoded, which numbers the descriptors.
 */
export function placesOf(tree: Argdata<Resource>): Map<Resource, string> {
  const places = new Map<Resource, string>();
  const visit = (value: Argdata<Resource>, place: string): void => {
    if (value instanceof Resource) {
      if (!places.has(value)) places.set(value, place);
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, `${place}[${index}]`);
    } else if (value instanceof Map) {
      for (const [key, item] of value) {
        visit(key, `${place}{key}`);
        visit(item, beneath(place, key));
      }
    }
  };
  visit(tree, '');
  return places;
}

function beneath(place: string, key: Argdata<Resource>): string {
  if (typeof key === 'string') {
    if (PLAIN.test(key)) return place === '' ? key : `${place}.${key}`;
    return `${place}[${JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key)}]`;
  }
  const simple = typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean';
  return `${place}[${simple ? `${key}` : '…'}]`;
}
