import { ArgdataValueError } from '../argdata/errors.ts';
import { MAX_DEPTH } from '../argdata/format.ts';
import { toArgdata } from '../argdata/plain.ts';
import { type Argdata, Fd, toKey } from '../argdata/value.ts';
import { Command } from './command.ts';
import { Resource } from './resource.ts';

/**
 * Makes a tree of ordinary JavaScript values and resources, as `toArgdata` does without resources.
 *
 * @throws ArgdataValueError for values without a type in argdata, and for descriptors by number: `fd(1)` says which.
 */
export function toTree(value: unknown, depth = 0): Argdata<Resource> {
  if (value instanceof Resource) return value;
  if (value instanceof Fd)
    throw new ArgdataValueError(
      'not-argdata',
      `Descriptor ${value.index} is no resource, write fd(${value.index})`,
    );
  if (value instanceof Command)
    throw new ArgdataValueError('not-argdata', 'A command stands for the whole tree, so only at its top');
  if (typeof value !== 'object' || value === null) return scalar(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const plain = prototype === Object.prototype || prototype === null;
  if (!plain && !Array.isArray(value) && !(value instanceof Map)) return scalar(value);
  if (depth === MAX_DEPTH)
    throw new ArgdataValueError('too-deep', `Values nest deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return value.map((item) => toTree(item, depth + 1));
  const map = new Map<Argdata<Resource>, Argdata<Resource>>();
  const entries: Iterable<[unknown, unknown]> =
    value instanceof Map ? value : Object.entries(value).filter(([, item]) => item !== undefined);
  for (const [key, item] of entries) map.set(toKey(toTree(key, depth + 1)), toTree(item, depth + 1));
  return map;
}

/** Everything that holds no other value; a descriptor never comes out, since none went in. */
function scalar(value: unknown): Exclude<Argdata<never>, Fd> {
  const made = toArgdata(value);
  if (made instanceof Fd || Array.isArray(made) || made instanceof Map)
    throw new ArgdataValueError('not-argdata', 'Expected a value without parts');
  return made;
}
