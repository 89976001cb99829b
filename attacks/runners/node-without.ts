// Runs an attempt in JavaScript in a plain Node, without us. Arguments: its path, and what it is told, as JSON. In the
// place of granted directories are objects with the same methods that keep nothing in.
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';

const { promises } = fs;
const [path = '', told = '{}'] = process.argv.slice(2);

/** Methods of a directory without walls, where a name may lead out. */
class OpenDirectory {
  readonly #fd: number;

  constructor(name: string) {
    this.#fd = fs.openSync(name, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  }

  at(name: string): string {
    return name.startsWith('/') ? name : `/proc/self/fd/${this.#fd}/${name}`;
  }

  open = (name: string, mode = 'r'): Promise<fs.promises.FileHandle> => promises.open(this.at(name), mode);
  directory = async (name: string): Promise<OpenDirectory> => new OpenDirectory(this.at(name));
  read = (name: string): Promise<Buffer> => promises.readFile(this.at(name));
  write = (name: string, data: string | Buffer): Promise<void> => promises.writeFile(this.at(name), data);
  stat = (name: string): Promise<fs.Stats> => promises.stat(this.at(name));
  lstat = (name: string): Promise<fs.Stats> => promises.lstat(this.at(name));
  utimes = (name: string, accessed: number, modified: number): Promise<void> =>
    promises.utimes(this.at(name), accessed, modified);
  mkdir = async (name: string, options = {}): Promise<void> => {
    await promises.mkdir(this.at(name), options);
  };
  remove = (name: string): Promise<void> => promises.rm(this.at(name));
  rename = (from: string, to: string): Promise<void> => promises.rename(this.at(from), this.at(to));
  link = (from: string, to: string, directory: OpenDirectory = this): Promise<void> =>
    promises.link(this.at(from), directory.at(to));
  symlink = (target: string, name: string): Promise<void> => promises.symlink(target, this.at(name));
}

const known = JSON.parse(told);
const { base } = known;
const given = {
  ...known,
  readable: new OpenDirectory(`${base}/read`),
  work: new OpenDirectory(`${base}/work`),
  journal: await promises.open(`${base}/journal`, 'a'),
};
const shared = await import(new URL('attempt.mjs', pathToFileURL(path)).href);
const attempt = await import(pathToFileURL(path).href);
await shared.answer(attempt, given, (line: string) => fs.writeSync(1, line));
process.exit(0);
