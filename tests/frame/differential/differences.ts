/** An accepted difference between the answer of a call and the native one. */
export type Difference = {
  /** Names of calls; all when left out. */
  readonly calls?: readonly string[];
  /** Modes by which its file was opened; any when left out. */
  readonly opened?: readonly string[];
  /** The path of the new name of a rename or link; any when left out. */
  readonly to?: RegExp;
  /** Answer of the host; any when left out. */
  readonly native?: string;
  readonly face: string;
  /** The host does what the face refuses, so that the rest of a script says nothing. */
  readonly parts?: true;
  /** The host's answer is right as well: it depends on the names before. */
  readonly either?: true;
  /** Reason of the difference. */
  readonly why: string;
};

const leadsOut: Difference = {
  native: 'leads out',
  face: 'ENOTCAPABLE',
  why: 'CloudABI and WASI have an error of their own for what leads out of a directory',
};

const READING = ['r'];
const WRITING = ['w', 'wx', 'a', 'ax'];
const ADDING = ['a', 'ax'];

const cutting: Difference = {
  calls: ['ftruncate'],
  opened: READING,
  native: 'EINVAL',
  face: 'ENOTCAPABLE',
  why: 'cutting needs file_stat_fput_size',
};

const longName: Difference = {
  calls: ['rename', 'link', 'link-follow'],
  to: /[^/]{256}[/]*$/,
  native: 'ENOENT',
  face: 'ENAMETOOLONG',
  either: true,
  why: 'a new name of more than 255 bytes is refused before the old one is looked up',
};

const reading: Difference = {
  calls: ['fread', 'fpread'],
  opened: WRITING,
  native: 'EBADF',
  face: 'ENOTCAPABLE',
  why: 'reading needs fd_read',
};

const writing: Difference = {
  calls: ['fwrite', 'fpwrite'],
  opened: READING,
  native: 'EBADF',
  face: 'ENOTCAPABLE',
  why: 'writing needs fd_write',
};

const syncing: Difference = {
  calls: ['fsync'],
  opened: READING,
  native: '0',
  face: 'ENOTCAPABLE',
  why: 'who cannot write has nothing to bring to the disk',
};

/** Differences of CloudABI executables with our small C library, which asks for no more rights than a file is opened for. */
export const ofExecutables: readonly Difference[] = [leadsOut, longName, reading, writing, cutting, syncing];

/** Differences of WebAssembly modules with WASI. */
export const ofWasi: readonly Difference[] = [leadsOut, longName, cutting];

/** Differences of the objects of `cloudabi/program`: a file lacks the rights for which it was not opened. */
export const ofObjects: readonly Difference[] = [
  leadsOut,
  longName,
  reading,
  writing,
  cutting,
  syncing,
  {
    calls: ['ftruncate'],
    opened: ['a+', 'ax+'],
    face: 'ENOTCAPABLE',
    parts: true,
    why: 'what is there already cannot be changed',
  },
  {
    calls: ['ftruncate', 'fpwrite'],
    opened: ADDING,
    face: 'ENOTCAPABLE',
    parts: true,
    why: 'what is there already cannot be changed; Linux would add to the end, whatever the position',
  },
];
