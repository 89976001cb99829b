/**
 * Carries out a script of file-system calls with the objects of `cloudabi/program`, and writes a line about each as
 * tests/programs/differential/files.c does.
 *
 *   folder: !file {path: …, rights: [read, write, create, remove]}
 *   script: !file {path: …}
 *   output: !fd stdout
 */
import {
  type Directory,
  directory,
  type File,
  file,
  type OpenMode,
  program,
  writable,
} from 'cloudabi/program';

type Status = Awaited<ReturnType<Directory['stat']>>;
type Act = (fields: readonly string[]) => Promise<string>;

/** Open directories and files of a script. */
type Slots = { readonly directories: (Directory | undefined)[]; readonly files: (File | undefined)[] };

const describe = (status: Status): string =>
  status.isDirectory() ? 'directory' : `${status.kind} ${status.size} ${status.nlink}`;
const shown = (bytes: Uint8Array): string => `'${Buffer.from(bytes).toString().replaceAll('\0', '0')}'`;

/** Calls with a path in a directory. */
function withPath({ directories, files }: Slots): Readonly<Record<string, Act>> {
  const at = (number = ''): Directory => {
    const found = directories[Number(number)];
    if (found === undefined) throw new Error('none');
    return found;
  };
  const done = (act: Promise<unknown>): Promise<string> => act.then(() => '0');
  return {
    mkdir: ([from, path = '']) => done(at(from).mkdir(path)),
    remove: ([from, path = '']) => done(at(from).remove(path)),
    symlink: ([from, path = '', target = '']) => done(at(from).symlink(target, path)),
    readlink: async ([from, path = '']) => shown(Buffer.from(await at(from).readlink(path))),
    stat: async ([from, path = '']) => describe(await at(from).stat(path)),
    lstat: async ([from, path = '']) => describe(await at(from).lstat(path)),
    list: async ([from, path = '']) => {
      const entries = (await at(from).list(path)).map(({ name, kind }) => `${name}:${kind}`);
      return `[${entries.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))).join(' ')}]`;
    },
    utimes: ([from, path = '', time]) => done(at(from).utimes(path, Number(time), Number(time))),
    times: async ([from, path = '']) => {
      const seconds = Math.floor((await at(from).stat(path)).mtimeMs / 1000);
      return seconds < 1e9 ? String(seconds) : 'now';
    },
    opendir: async ([from, path = '', to]) => {
      const opened = await at(from).directory(path);
      const slot = 1 + Number(to);
      await directories[slot]?.close();
      directories[slot] = opened;
      return '0';
    },
    rename: ([from, path = '', to, name = '']) => done(at(from).rename(path, name, at(to))),
    link: ([from, path = '', to, name = '']) => done(at(from).link(path, name, at(to))),
    open: async ([from, path = '', mode, to]) => {
      const opened = await at(from).open(path, mode as OpenMode);
      await files[Number(to)]?.close();
      files[Number(to)] = opened;
      return '0';
    },
  };
}

/** Calls on an open file. */
function withFile({ files }: Slots): Readonly<Record<string, Act>> {
  const at = (number = ''): File => {
    const found = files[Number(number)];
    if (found === undefined) throw new Error('none');
    return found;
  };
  const read = async (file: File, length: number, position: number | null): Promise<string> => {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, position);
    return shown(buffer.subarray(0, bytesRead));
  };
  return {
    fread: ([number, length]) => read(at(number), Number(length), null),
    fpread: ([number, length, position]) => read(at(number), Number(length), Number(position)),
    fwrite: async ([number, text = '']) => String((await at(number).write(text)).bytesWritten),
    fpwrite: async ([number, text = '', position]) =>
      String((await at(number).write(text, Number(position))).bytesWritten),
    ftruncate: async ([number, size]) => {
      await at(number).truncate(Number(size));
      return '0';
    },
    fstat: async ([number]) => describe(await at(number).stat()),
    fsync: async ([number]) => {
      await at(number).sync();
      return '0';
    },
    fclose: async ([number]) => {
      const file = at(number);
      files[Number(number)] = undefined;
      await file.close();
      return '0';
    },
  };
}

export default program(
  { schema: { folder: directory(), script: file(), output: writable() } },
  async ({ folder, script, output }) => {
    const slots: Slots = { directories: [], files: [] };
    const acts = { ...withPath(slots), ...withFile(slots) };
    const lines: string[] = [];
    for (const line of (await script.readFile('utf8')).split('\n').slice(0, -1)) {
      const [name = '', ...fields] = line.split('\t');
      if (name === 'begin') {
        for (const open of [...slots.directories.splice(0), ...slots.files.splice(0)]) await open?.close();
        const [own = ''] = fields;
        await folder.mkdir(own);
        slots.directories[0] = await folder.directory(own);
        lines.push(own);
        continue;
      }
      const act = acts[name];
      if (act === undefined) throw new Error(`There is no call ${name}`);
      lines.push(await attempt(act, fields));
    }
    output.end(`${lines.join('\n')}\n`);
  },
);

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  if ('code' in error) return String(error.code);
  if (error.message === 'none') return 'none';
  throw error;
}

async function attempt(act: Act, fields: readonly string[]): Promise<string> {
  try {
    return await act(fields);
  } catch (error) {
    return codeOf(error);
  }
}
