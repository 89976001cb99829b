import { liesWithin, type PathGrant } from './path-grants.ts';

/** Directories in a home whose names are hashes or times: a second run uses others, so that each is granted as a whole. */
const CACHES: readonly string[] = [
  '.cache/go-build',
  '.cache/golangci-lint',
  '.cache/pip',
  '.cache/uv',
  '.cache/yarn',
  '.cache/ccache',
  '.cache/node-gyp',
  '.cache/ms-playwright',
  '.cache/zig',
  '.ccache',
  '.npm/_cacache',
  '.npm/_logs',
  '.local/share/pnpm/store',
  '.cargo/registry',
  '.cargo/git',
  '.gradle/caches',
  '.m2/repository',
  '.config/go/telemetry',
  'go/pkg/mod',
];

/** Lifts grants in a cache that is written to up to the whole of the cache. */
export function liftToCaches(grants: readonly PathGrant[], home: string): readonly PathGrant[] {
  const written = CACHES.map((path) => `${home}/${path}`).filter((cache) =>
    grants.some(({ real, write }) => write && liesWithin(real, cache)),
  );
  return grants.map((grant) => {
    const cache = written.find((path) => liesWithin(grant.real, path));
    if (cache === undefined) return grant;
    return {
      real: cache,
      directory: true,
      write: true,
      execute: grant.execute,
      note: 'a cache: granted as a whole',
    };
  });
}
