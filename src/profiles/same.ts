import { FileResource } from '../resources/file.ts';
import type { Written } from '../resources/written.ts';

/** Tells whether two written values mean the same. Of tags, only `!file` is compared: two others are two. */
export function isSameWritten(a: Written, b: Written): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case 'scalar':
      return b.kind === 'scalar' && a.value === b.value;
    case 'seq':
      return (
        b.kind === 'seq' &&
        a.items.length === b.items.length &&
        a.items.every((item, index) => {
          const other = b.items[index];
          return other !== undefined && isSameWritten(item, other);
        })
      );
    case 'map':
      return (
        b.kind === 'map' &&
        a.entries.length === b.entries.length &&
        a.entries.every(({ key, value }) =>
          b.entries.some((other) => isSameWritten(key, other.key) && isSameWritten(value, other.value)),
        )
      );
    case 'resource':
      return b.kind === 'resource' && isSameFileGrant(a.resource, b.resource);
    case 'broken':
    case 'other':
      return false;
  }
}

function isSameFileGrant(a: unknown, b: unknown): boolean {
  if (!(a instanceof FileResource && b instanceof FileResource)) return a === b;
  const rights = ({ rights: { presets, names } }: FileResource): string =>
    [...presets, ...names].sort().join();
  return a.absolute === b.absolute && a.missing === b.missing && rights(a) === rights(b);
}
