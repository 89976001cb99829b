import { fstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { realPathOf } from '../../host/files/host-path.ts';
import { Open } from '../../host/files/lookup.ts';
import { LandlockAccess } from '../../walls/landlock.ts';
import { type HeldPath, holdPath, reopenHeld } from '../held-path.ts';
import { choicesLimit, type LimitsOf, needed, setLimit } from '../limit.ts';
import { defineService, type Holdings, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { choiceShape, descriptorShape, integerShape, listShape, recordShape, textShape } from '../shape.ts';
import { Passed } from '../wire.ts';

const MOST_FILES = 256;
const pathShape = textShape(4095, ['/etc/passwd', '/etc/group', '/etc/hosts']);
const accesses = ['read', 'write', 'append'] as const;
const operations = ['open', 'lstat', 'realpath'] as const;

const limits = {
  files: needed(
    setLimit(
      'The files, by the paths under which the client asks for them. They are looked up once, when the program starts.',
      pathShape,
      { most: MOST_FILES },
    ),
  ),
  access: choicesLimit('The ways of opening; without it, `read` alone.', accesses),
  operations: choicesLimit('The operations on the files.', operations),
};

type Left = LimitsOf<typeof limits>;
type Access = (typeof accesses)[number];

const howOf: Readonly<Record<Access, number>> = {
  read: Open.read | Open.nonblock,
  write: Open.write | Open.nonblock,
  append: Open.write | Open.append | Open.nonblock,
};

const dataShape = recordShape({
  names: listShape(textShape(4095), MOST_FILES),
  reals: listShape(textShape(4095), MOST_FILES),
});

/** The files of a command line. */
export const fileargsService = defineService({
  name: 'fileargs',
  about: 'Opens files that were named beforehand, each time anew, and no others.',
  holds:
    'these files and their directories, by descriptors that only name them; Landlock gives it the files alone',
  process: 'shared',
  limits,
  calls: {
    open: serviceCall(
      'Opens a file; the descriptor has an offset of its own.',
      { path: pathShape, access: choiceShape(accesses) },
      recordShape({ file: descriptorShape }),
    ),
    lstat: serviceCall(
      'Gives attributes: size in bytes, mode, and the time of the last change in milliseconds since 1970.',
      { path: pathShape },
      recordShape({
        size: integerShape(0, Number.MAX_SAFE_INTEGER),
        mode: integerShape(0, 0xffffffff),
        uid: integerShape(0, 0xffffffff),
        gid: integerShape(0, 0xffffffff),
        mtime: integerShape(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
      }),
    ),
    realpath: serviceCall(
      'Gives the path without symbolic links.',
      { path: pathShape },
      recordShape({ path: pathShape }),
    ),
  },
  state: null,
  prepare: ({ files }) => holdFiles(files),
  walls: {
    landlock: ({ descriptors }, { access }) =>
      Object.entries(descriptors)
        .filter(([name]) => name.startsWith('object.'))
        .map(([, object]) => ({ directory: object, access: landlockOf(access) })),
  },
  start: ({ descriptors, data }) => {
    const { names, reals } = dataShape.read(data, []);
    const find = (path: string, { files }: Left): HeldPath & { readonly real: string } => {
      const index = files.includes(path) ? names.indexOf(path) : -1;
      const [directory, object, real] = [
        descriptors[`directory.${index}`],
        descriptors[`object.${index}`],
        reals[index],
      ];
      if (directory === undefined || object === undefined || real === undefined)
        throw new ServiceError('ENOTCAPABLE', `'${path}' is none of the files of the channel`);
      return { directory, object, real, name: real.slice(real.lastIndexOf('/') + 1) };
    };
    return {
      open: ({ path, access }, { limits: left }) => {
        requireOperation(left, 'open');
        if (!(left.access ?? ['read']).includes(access))
          throw new ServiceError('ENOTCAPABLE', `The channel opens no file to ${access}`);
        return { file: new Passed(reopenHeld(find(path, left), howOf[access])) };
      },
      lstat: ({ path }, { limits: left }) => {
        requireOperation(left, 'lstat');
        const { size, mode, uid, gid, mtimeMs } = fstatSync(find(path, left).object);
        return { size, mode, uid, gid, mtime: Math.trunc(mtimeMs) };
      },
      realpath: ({ path }, { limits: left }) => {
        requireOperation(left, 'realpath');
        return { path: find(path, left).real };
      },
    };
  },
});

function holdFiles(files: readonly string[]): Holdings {
  const descriptors: Record<string, number> = {};
  const reals = files.map((path, index) => {
    const { directory, object } = holdPath(resolve(path));
    descriptors[`directory.${index}`] = directory;
    descriptors[`object.${index}`] = object;
    return realPathOf(`/proc/self/fd/${object}`);
  });
  return { descriptors, data: dataShape.write({ names: files, reals }) };
}

function landlockOf(access: readonly Access[] = ['read']): number {
  const read = access.includes('read') ? LandlockAccess.readFile : 0;
  return read | (access.some((each) => each !== 'read') ? LandlockAccess.writeFile : 0);
}

function requireOperation({ operations: left }: Left, operation: (typeof operations)[number]): void {
  if (left?.includes(operation) === false)
    throw new ServiceError('ENOTCAPABLE', `The channel does not answer '${operation}'`);
}
