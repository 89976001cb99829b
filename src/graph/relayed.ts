import type { Graph, PublishedArrow } from './graph-types.ts';

/**
 * Tells whether connections to a published address are carried by us: where hosts of HTTP share it, and where the
 * program has a network of its own, into which no socket of this host's network may be handed.
 */
export function isRelayed({ programs }: Pick<Graph, 'programs'>, { to, host }: PublishedArrow): boolean {
  return host !== undefined || (programs.get(to)?.hasNetwork ?? false);
}
