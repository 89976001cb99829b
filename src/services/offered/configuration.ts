import { closeSync, constants, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Format, formatNames, formatOf } from '../configuration/formats.ts';
import { ConfigurationTree } from '../configuration/held-files.ts';
import { type Steps, VisibleTree } from '../configuration/visible-tree.ts';
import { type Limit, type LimitsOf, needed } from '../limit.ts';
import { exceptionsLimit, patternsLimit } from '../pattern-shape.ts';
import { defineService, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import {
  anyShape,
  choiceShape,
  integerShape,
  listShape,
  recordShape,
  ShapeError,
  textShape,
  type WireShape,
} from '../shape.ts';
import type { Wire } from '../wire.ts';

/** A file of a configuration. */
type ConfigurationFile = { readonly path: string; readonly format: Format };

const MOST_FILES = 16;
const MOST_STEPS = 32;

const fullFile = recordShape({ path: textShape(4096), format: choiceShape(formatNames) });

const fileShape: WireShape<ConfigurationFile> = {
  words: `the path of a file, or a map with 'path' and 'format' (${formatNames.join(', ')})`,
  type: 'string | { path: string; format: string }',
  samples: ['/etc/app.yaml'],
  read: (value, path) => {
    if (typeof value !== 'string') return fullFile.read(value, path);
    const format = formatOf(value);
    if (format === undefined)
      throw new ShapeError(
        path,
        `does not tell its format: write a map with 'path' and 'format' (${formatNames.join(', ')})`,
      );
    return {
      path: fullFile.read(
        new Map([
          ['path', value],
          ['format', format],
        ]),
        path,
      ).path,
      format,
    };
  },
  write: (value) => fullFile.write(value),
};

const filesShape = listShape(fileShape, MOST_FILES);

/** The files are said once and for all. */
const filesLimit: Limit<readonly ConfigurationFile[]> = {
  ...filesShape,
  samples: [['/etc/app.yaml']],
  about: 'The files, those behind over those before.',
  covers: (outer, inner) => JSON.stringify(outer) === JSON.stringify(inner),
};

const stepShape: WireShape<string | number> = {
  words: 'a key, or the place in a list',
  type: 'string | number',
  samples: ['a', 0],
  read: (value, path) =>
    typeof value === 'number'
      ? integerShape(0, 2 ** 31).read(value, path)
      : textShape(4096).read(value, path),
  write: (value) => value,
};

const limits = {
  files: needed(filesLimit),
  keys: patternsLimit(
    'Patterns of the values that can be seen, by their keys with slashes between: `server/**`.',
  ),
  except: exceptionsLimit('Patterns of values that cannot, with all beneath them.'),
};

/** Files of a configuration, of several formats, as one tree of values. */
export const configurationService = defineService({
  name: 'configuration',
  about: 'Files of a configuration (YAML, JSON, TOML, INI, env, login.conf) as one tree of values.',
  holds: 'the files, to be read',
  process: 'own',
  limits,
  calls: {
    get: serviceCall(
      'Gives a value by the keys that lead to it, without what cannot be seen; of a list, what cannot is null.',
      { keys: listShape(stepShape, MOST_STEPS) },
      anyShape,
    ),
  },
  state: null,
  resolve: (given, base) => ({
    ...given,
    files: given.files.map((file) => ({ ...file, path: resolve(base, file.path) })),
  }),
  prepare: ({ files }) => {
    const descriptors: Record<string, number> = {};
    try {
      // A pipe that lies there is not waited for.
      for (const [index, { path }] of files.entries())
        descriptors[index] = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      for (const descriptor of Object.values(descriptors)) closeSync(descriptor);
      throw error;
    }
    return { descriptors, data: null };
  },
  start: ({ descriptors }, { files }) => {
    const tree = new ConfigurationTree(
      files.map(({ format }, index) => ({ descriptor: descriptors[index] ?? -1, format })),
    );
    return {
      get: async ({ keys }, channel) => {
        const { limits: left } = channel;
        return valueAt(await tree.current(), keys, left);
      },
    };
  },
});

function valueAt(tree: Wire, keys: Steps, left: LimitsOf<typeof limits>): Wire {
  const value = new VisibleTree(left.keys, left.except).at(tree, keys);
  if (value === undefined)
    throw new ServiceError('ENOENT', 'There is no value at these keys that the channel can see');
  return value;
}
