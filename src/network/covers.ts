import { LOOPBACK_ADDRESSES } from './address.ts';
import { grantsAddress, matchesName } from './match.ts';
import { bitsOf, containsPrefix, type Prefix } from './prefix.ts';
import type { HostPattern, NetworkRule } from './rule.ts';

/**
 * Tells whether a rule allows every connection that another allows. Where it cannot be told, the answer is no.
 *
 * @param outer Rules that may allow the ports together.
 */
export function coversRule(outer: readonly NetworkRule[], inner: NetworkRule): boolean {
  const about = outer.filter((rule) => rule.protocol === inner.protocol && coversHost(rule.host, inner.host));
  return inner.ports.every(({ first, last }) => {
    let next = first;
    const ranges = about.flatMap(({ ports }) => ports).toSorted((a, b) => a.first - b.first);
    for (const range of ranges) if (range.first <= next && range.last >= next) next = range.last + 1;
    return next > last;
  });
}

/** Tells whether a pattern is about every host that another is about. */
export function coversHost(outer: HostPattern, inner: HostPattern): boolean {
  switch (inner.kind) {
    case 'name':
      // A granted name leads to public addresses alone, and `public` allows all names.
      return matchesName(outer, inner.name) || isPublic(outer);
    case 'one-label':
      return (
        isPublic(outer) ||
        (outer.kind === 'one-label' && outer.suffix === inner.suffix) ||
        coversLabels(outer, inner.suffix)
      );
    case 'labels':
      return isPublic(outer) || coversLabels(outer, inner.suffix);
    case 'prefix':
      if (outer.kind === 'prefix' && !containsPrefix(outer.prefix, inner.prefix)) return false;
      return (
        endsOf(inner.prefix).every((address) => grantsAddress(outer, address)) && !mixes(outer, inner.prefix)
      );
    case 'class':
      return outer.kind === 'class' && outer.name === inner.name;
    case 'localhost':
      return (
        outer.kind === 'localhost' || LOOPBACK_ADDRESSES.every((address) => grantsAddress(outer, address))
      );
  }
}

function isPublic(host: HostPattern): boolean {
  return host.kind === 'class' && host.name === 'public';
}

function coversLabels(outer: HostPattern, suffix: string): boolean {
  return outer.kind === 'labels' && (outer.suffix === suffix || suffix.endsWith(`.${outer.suffix}`));
}

/** Classes and `localhost` are ranges of which the ends of a wide prefix tell little. */
function mixes(outer: HostPattern, { address, bits }: Prefix): boolean {
  return outer.kind !== 'prefix' && !isPublic(outer) && bits < bitsOf(address);
}

/** The first and the last address. */
function endsOf({ address, bits }: Prefix): readonly Prefix['address'][] {
  const last = address.bytes.map(
    (byte, index) => byte | (0xff >> Math.max(0, Math.min(8, bits - index * 8))),
  );
  return [address, { ...address, bytes: last }];
}
