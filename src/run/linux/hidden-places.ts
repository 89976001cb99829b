import { type Dirent, readdirSync } from 'node:fs';
import { isBeneath } from '../../host/files/beneath.ts';
import type { PlannedEntry, PlannedMount, PlannedRule } from '../../plan/linux/planned.ts';
import { Matcher } from '../../policy/decide.ts';
import { fixedPart } from '../../policy/fixed-part.ts';
import { ResourceError } from '../../resources/mistake.ts';
import type { HiddenPlace } from '../../worlds/world.ts';

/** The most directory entries that are looked at, and the most places that are covered. */
const MOST_ENTRIES = 100_000;
const MOST_PLACES = 1000;

/** The parts of a start in which hidden places are looked for. */
type Search = {
  readonly rules: readonly PlannedRule[];
  /** The compiled rules. */
  readonly table: Uint8Array;
  readonly entries: readonly PlannedEntry[];
  /** The host descriptor of each mount. */
  readonly mounts: ReadonlyMap<PlannedMount, number>;
};

/**
 * Finds the files and directories that mounts must hide, in the directories that a program gets. Symbolic links are
 * found themselves and not followed.
 *
 * @throws ResourceError when a directory cannot be listed, or when there is too much to look at or to cover.
 */
export function findHiddenPlaces({ rules, table, entries, mounts }: Search): readonly HiddenPlace[] {
  const [first] = rules.filter(({ by }) => by === 'mounts');
  if (first === undefined) return [];
  const fail = (reason: string): never => {
    throw new ResourceError(
      `Cannot hide by mounts: ${reason}; leave 'by mounts' out for the supervisor to hold the rule`,
      first.position,
      first.source.place,
    );
  };
  const matcher = new Matcher(table);
  const isHidden = (path: string): boolean => {
    const { rule } = matcher.decide('walk', Buffer.from(path, 'latin1'));
    return rule !== undefined && rules[rule]?.by === 'mounts';
  };
  const beginnings = rules
    .filter(({ by }) => by === 'mounts')
    .flatMap(({ patterns }) => patterns.map((one) => bytesText(fixedPart(one))));
  const leads = (path: string): boolean =>
    beginnings.some((one) => isBeneath(one, path) || isBeneath(path, one));
  const others = new Set(entries.map(({ at }) => bytesText(at)));
  const found: HiddenPlace[] = [];
  let seen = 0;
  const add = (path: string, directory: boolean): void => {
    if (found.length === MOST_PLACES) fail(`more than ${MOST_PLACES} files and directories match`);
    found.push({ path: Buffer.from(path.slice(1), 'latin1'), directory });
  };
  const look = (at: string, host: string): void => {
    for (const entry of list(host, () => fail(`${at} cannot be listed`))) {
      seen++;
      if (seen > MOST_ENTRIES) fail(`there are more than ${MOST_ENTRIES} files to look at`);
      const name = String(entry.name);
      const path = at === '/' ? `/${name}` : `${at}/${name}`;
      if (others.has(path) || !leads(path)) continue;
      if (isHidden(path)) add(path, entry.isDirectory());
      else if (entry.isDirectory()) look(path, `${host}/${name}`);
    }
  };
  for (const entry of entries) {
    const descriptor = entry.kind === 'mount' ? mounts.get(entry) : undefined;
    const at = bytesText(entry.at);
    if (entry.kind !== 'mount' || descriptor === undefined || !leads(at)) continue;
    const directory = entry.type === 'directory';
    if (isHidden(at)) {
      if (at === '/') fail('a rule hides the root');
      add(at, directory);
    } else if (directory) look(at, `/proc/self/fd/${descriptor}`);
  }
  return found;
}

/** Lists a directory; one that is gone by now has nothing. Each character of a name is a byte. */
function list(directory: string, refuse: () => never): readonly Dirent<string>[] {
  try {
    return readdirSync(Buffer.from(directory, 'latin1'), { withFileTypes: true, encoding: 'latin1' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return [];
    return refuse();
  }
}

/** The bytes of a path as characters. */
function bytesText(path: string): string {
  return Buffer.from(path).toString('latin1');
}
