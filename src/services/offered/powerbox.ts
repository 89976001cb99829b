import { openSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { Filetype } from '../../abi/generated/constants.ts';
import { close, getFlags, setFlags } from '../../host/files/files.ts';
import { connectSocket, makeSocket } from '../../host/sockets/socket-setup.ts';
import { check } from '../../host/system-error.ts';
import { R } from '../../kernel/rights.ts';
import { O_DIRECTORY, O_NOCTTY, O_NONBLOCK, O_PATH, O_RDWR } from '../../linux/open-flags.ts';
import { choicesLimit, fixedLimit, needed } from '../limit.ts';
import { lineFace, terminalFace } from '../powerbox/chooser.ts';
import { Dialog } from '../powerbox/dialog.ts';
import { defineService, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import { choiceShape, descriptorShape, nullableShape, recordShape, textShape } from '../shape.ts';
import { Passed } from '../wire.ts';

const kinds = ['file', 'directory'] as const;
const accesses = ['read', 'write'] as const;
const pathShape = textShape(4096, ['/srv/documents']);

/** Seconds to wait for a chooser. */
const PATIENCE = 10;

/** Rights of the held directory, and of files and directories beneath it. */
const LOOK = R.file_open | R.file_readdir | R.file_readlink | R.file_stat_get | R.file_stat_fget;
const READ = LOOK | R.fd_read | R.fd_seek | R.fd_tell | R.mem_map;
const WRITE = READ | R.fd_write | R.file_allocate | R.file_stat_fput_size;

/** A person chooses the file or directory that a program is handed: the program names none. */
export const powerboxService = defineService({
  name: 'powerbox',
  about: 'Files and directories that a person chooses when the program asks.',
  holds: 'the directory to choose from, and the terminal or the socket of the chooser',
  process: 'own',
  limits: {
    directory: needed(fixedLimit('The directory that a person chooses from, absolute.', pathShape)),
    chooser: fixedLimit(
      "The place where the person is asked: `terminal`, or the absolute path of a chooser's UNIX socket; by default the terminal.",
      pathShape,
    ),
    kinds: choicesLimit('The kinds of objects that can be asked for.', kinds),
    access: choicesLimit('The accesses that can be asked for.', accesses),
  },
  calls: {
    choose: serviceCall(
      'Has a person choose a file, or a directory to be read; nothing when the person refuses.',
      { kind: choiceShape(kinds), access: choiceShape(accesses), reason: textShape(1000) },
      nullableShape(recordShape({ name: textShape(4096), descriptor: descriptorShape })),
    ),
  },
  state: null,
  prepare: ({ directory, chooser = 'terminal', access }) => {
    if (!isAbsolute(directory))
      throw new Error(`Limit 'directory' expects an absolute path, not '${directory}'`);
    return {
      descriptors: {
        directory: openSync(directory, O_PATH | O_DIRECTORY),
        person:
          chooser === 'terminal'
            ? openSync('/dev/tty', O_RDWR | O_NOCTTY | O_NONBLOCK)
            : connectChooser(chooser),
      },
      data: access?.includes('write') ?? true,
    };
  },
  walls: {
    directories: ({ descriptors, data }) => [
      {
        host: descriptors['directory'] ?? -1,
        type: Filetype.directory,
        base: { low: LOOK, high: 0 },
        inheriting: { low: data === true ? WRITE : READ, high: 0 },
        grant: 0,
      },
    ],
  },
  start: ({ descriptors }, { chooser = 'terminal' }, host) => {
    const { directory = -1, person = -1 } = descriptors;
    const dialog = new Dialog(directory, person, chooser === 'terminal' ? terminalFace : lineFace, host);
    return {
      choose: async (wanted, { limits, signal }) => {
        const { kind, access } = wanted;
        if (limits.kinds?.includes(kind) === false)
          throw new ServiceError('ENOTCAPABLE', `The channel cannot ask for a ${kind}`);
        if (limits.access?.includes(access) === false)
          throw new ServiceError('ENOTCAPABLE', `The channel cannot ask for an object to ${access}`);
        if (kind === 'directory' && access === 'write')
          throw new ServiceError('EINVAL', 'A directory is handed to be read alone');
        const picked = await dialog.ask(wanted, signal);
        if (picked === undefined) return null;
        return { name: picked.name, descriptor: new Passed(picked.descriptor) };
      },
    };
  },
});

/** Connects to the socket of a chooser. @throws SystemError */
function connectChooser(path: string): number {
  const socket = check(makeSocket('unix', false), 'socket');
  try {
    check(
      connectSocket(socket, { family: 'unix', path }, PATIENCE),
      'connect',
      `to the chooser at '${path}'`,
    );
    setFlags(socket, getFlags(socket) | O_NONBLOCK);
    return socket;
  } catch (error) {
    close(socket);
    throw error;
  }
}
