import { openSync } from 'node:fs';
import { resolve } from 'node:path';
import { bytesOf } from '../../host/files/host-path.ts';
import { O_DIRECTORY, O_PATH } from '../../linux/open-flags.ts';
import { commandsLimit, requireCommand } from '../command-limit.ts';
import { exactLimit } from '../exact-limit.ts';
import { pathShape } from '../filesystem/path-shape.ts';
import { attributesIn, checkPath, type EntryAttributes, kinds, Tree } from '../filesystem/tree.ts';
import { Visible } from '../filesystem/visible.ts';
import { walkTree } from '../filesystem/walk.ts';
import { readOnlyDirectory } from '../held-directory.ts';
import { type LimitsOf, needed } from '../limit.ts';
import { exceptionsLimit, patternsLimit } from '../pattern-shape.ts';
import { defineService, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import {
  choiceShape,
  descriptorShape,
  integerShape,
  listShape,
  nullableShape,
  recordShape,
  textShape,
} from '../shape.ts';
import { Passed } from '../wire.ts';

const commands = ['open', 'status', 'list', 'walk'] as const;

/** The most entries of one answer. */
const MOST_ENTRIES = 500;

const number = integerShape(0, Number.MAX_SAFE_INTEGER);
const attributes = { kind: choiceShape(kinds), size: number, modified: integerShape(-1e15, 1e15) };
const entries = listShape(recordShape({ path: pathShape, ...attributes }), MOST_ENTRIES);
const part = recordShape({ entries, next: nullableShape(pathShape) });

const limits = {
  directory: needed(exactLimit('The directory that holds the tree.', textShape(4096, ['/srv/tree']))),
  commands: commandsLimit(commands),
  paths: patternsLimit('Patterns of the paths that can be seen and opened, relative to the directory.'),
  except: exceptionsLimit('Patterns of paths that cannot, with all that lies beneath them.'),
};

type Left = LimitsOf<typeof limits>;

/** A tree of files, walked and opened on request: for tools such as grep, which do not know their files beforehand. */
export const filesystemService = defineService({
  name: 'filesystem',
  about: 'A tree of files that is walked and opened on request, within patterns.',
  holds: 'the directory, to be read',
  process: 'own',
  limits,
  calls: {
    open: serviceCall('Opens a regular file for reading.', { path: pathShape }, descriptorShape),
    status: serviceCall(
      'Tells the kind, the size and the time of the last change (milliseconds since 1970).',
      { path: pathShape },
      recordShape(attributes),
    ),
    list: serviceCall(
      'Lists the visible entries of a directory; an empty path is the whole tree. `after` is the path that came last.',
      { path: pathShape, after: pathShape, most: integerShape(1, MOST_ENTRIES) },
      part,
    ),
    walk: serviceCall(
      'Finds all that is visible but directories, in the order of a walk. `after` is the last `next`, or empty.',
      { after: pathShape, most: integerShape(1, MOST_ENTRIES) },
      part,
    ),
  },
  state: null,
  resolve: (given, base) => ({ ...given, directory: resolve(base, given.directory) }),
  prepare: ({ directory }) => ({
    descriptors: { directory: openSync(directory, O_PATH | O_DIRECTORY) },
    data: null,
  }),
  walls: { directories: ({ descriptors }) => [readOnlyDirectory(descriptors['directory'] ?? -1)] },
  start: ({ descriptors }) => {
    const tree = new Tree(descriptors['directory'] ?? -1);
    return {
      open: ({ path }, channel) => {
        requireCommand(channel.limits, 'open');
        return new Passed(tree.open(visiblePath(path, channel.limits)));
      },
      status: ({ path }, channel) => {
        requireCommand(channel.limits, 'status');
        const { limits: left } = channel;
        const checked = checkPath(path);
        const visible = visibleOf(left);
        const found =
          visible.shows(checked) || visible.leadsTo(checked) ? tree.attributes(checked) : undefined;
        // A path that only leads to something is told to be a directory, and nothing else.
        if (found === undefined || (found.kind !== 'directory' && !visible.shows(checked))) throw hidden();
        return found;
      },
      list: ({ path, after, most }, channel) => {
        requireCommand(channel.limits, 'list');
        return listDirectory(tree, visibleOf(channel.limits), checkPath(path), checkPath(after), most);
      },
      walk: ({ after, most }, channel) => {
        requireCommand(channel.limits, 'walk');
        const found = walkTree(tree, visibleOf(channel.limits), checkPath(after), most);
        return { entries: found.entries, next: found.next ?? null };
      },
    };
  },
});

function visibleOf({ paths, except }: Left): Visible {
  return new Visible(paths, except);
}

/** The same for a path that is not there as for one that is not granted: nothing is told of it. */
function hidden(): ServiceError {
  return new ServiceError('ENOENT', 'There is nothing at this path that the channel can see');
}

function visiblePath(path: string, left: Left): string {
  const checked = checkPath(path);
  if (!visibleOf(left).shows(checked)) throw hidden();
  return checked;
}

type Entry = EntryAttributes & { readonly path: string };

function listDirectory(
  tree: Tree,
  visible: Visible,
  directory: string,
  after: string,
  most: number,
): { readonly entries: readonly Entry[]; readonly next: string | null } {
  if (!visible.leadsTo(directory)) throw hidden();
  return tree.inDirectory(directory, (descriptor) => {
    const seen: Entry[] = [];
    const prefix = directory === '' ? '' : `${directory}/`;
    const last = bytesOf(after);
    for (const name of tree.names(descriptor)) {
      const path = `${prefix}${name}`;
      if (Buffer.compare(bytesOf(path), last) <= 0 || (!visible.shows(path) && !visible.leadsTo(path)))
        continue;
      if (seen.length === most) return { entries: seen, next: seen.at(-1)?.path ?? null };
      try {
        const found = attributesIn(descriptor, name);
        if (found.kind === 'directory' || visible.shows(path)) seen.push({ path, ...found });
      } catch (error) {
        if (!(error instanceof ServiceError) || error.code === 'EMFILE') throw error;
      }
    }
    return { entries: seen, next: null };
  });
}
