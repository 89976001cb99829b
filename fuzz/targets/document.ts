import { readGrants } from '../../src/plan/grants.ts';
import { ConfigurationError } from '../../src/resources/mistake.ts';
import { tagNames } from '../../src/resources/reader.ts';
import { refusedAs, type Target, textOf } from '../target.ts';

/** The documents that say what a program is granted. */
export const document: Target = {
  name: 'document',
  promise: 'text is refused with a ConfigurationError that says where, or read with nothing opened',
  words: [
    ...tagNames.map((tag) => `!${tag} `),
    'path: ',
    'rights: ',
    'bind: ',
    'connect: ',
    'backlog: ',
    'arguments: ',
    'environment: ',
    'directories: ',
    'limits: ',
    'memory: ',
    'wall_clock: ',
    'stdin: ',
    'read',
    'write',
    'append',
    'fd_read',
    '127.0.0.1:80',
    '[::1]:80',
    'unix:',
    '64MiB',
    '10s',
    '\n',
    '  ',
    '- ',
    ': ',
    '{',
    '}',
    '[',
    ']',
    ', ',
    '"',
    '&a ',
    '*a',
    '<<: ',
  ],
  maximumLength: 1024,
  run(bytes) {
    const grants = refusedAs([ConfigurationError], () => readGrants(textOf(bytes), { directory: '/' }));
    if (grants !== undefined) refusedAs([ConfigurationError], () => grants.mistakes.throwIfAny());
  },
};
