import { allRights, Filetype, Rights, rightsNames } from '../abi/generated/constants.ts';
import { namesOf } from '../abi/names.ts';
import { fileTypeRights } from '../kernel/filetype-rights.ts';
import { fromAbi, NO_RIGHTS, RH, type RightsSet, toAbi } from '../kernel/rights.ts';

/** The rights of a preset: names of CloudABI rights, for the three places that rights of a file grant can stand in. */
export type Preset = {
  /** One line for people. */
  readonly meaning: string;
  /** Rights of a granted file. */
  readonly file: readonly RightName[];
  /** Rights of a granted directory itself. */
  readonly directory: readonly RightName[];
  /** Rights that files opened beneath a granted directory can get; directories beneath get `directory` too. */
  readonly beneath: readonly RightName[];
};

/** A name of a CloudABI right. */
export type RightName = keyof typeof Rights;

const readFile: readonly RightName[] = [
  'fd_read',
  'fd_seek',
  'fd_tell',
  'file_advise',
  'file_stat_fget',
  'mem_map',
  'poll_fd_readwrite',
];
const writeFile: readonly RightName[] = [
  'fd_datasync',
  'fd_seek',
  'fd_stat_put_flags',
  'fd_sync',
  'fd_tell',
  'fd_write',
  'file_allocate',
  'file_stat_fget',
  'file_stat_fput_size',
  'file_stat_fput_times',
  'poll_fd_readwrite',
];
const appendFile: readonly RightName[] = [
  'fd_datasync',
  'fd_sync',
  'fd_write',
  'file_stat_fget',
  'poll_fd_readwrite',
];
const executeFile: readonly RightName[] = ['file_stat_fget', 'mem_map_exec', 'proc_exec'];
const findBeneath: readonly RightName[] = ['file_open', 'file_stat_fget', 'file_stat_get'];

/**
 * The presets of `rights`. docs/tags.md shows this table; a test compares them. A preset never contains a right that
 * lets a program gain through a second directory what the first withholds: that is why links and renames out of a
 * directory are combinations (`combinations`).
 */
export const presets = {
  read: {
    meaning: 'Read contents, attributes and names',
    file: readFile,
    directory: [...findBeneath, 'file_readdir', 'file_readlink'],
    beneath: readFile,
  },
  write: {
    meaning: 'Change the contents, size and times of existing files',
    file: writeFile,
    directory: [
      ...findBeneath,
      'fd_datasync',
      'fd_sync',
      'file_stat_fput_size',
      'file_stat_fput_times',
      'file_stat_put_times',
    ],
    beneath: writeFile,
  },
  append: {
    meaning: 'Add to the end of a file, never change existing bytes',
    file: appendFile,
    directory: [],
    beneath: [],
  },
  create: {
    meaning: 'Make new files, directories and links; make the granted file itself when it is missing',
    file: [],
    directory: [
      ...findBeneath,
      'file_create_directory',
      'file_create_file',
      'file_link_target',
      'file_symlink',
    ],
    beneath: [],
  },
  remove: {
    meaning: 'Remove files and empty directories',
    file: [],
    directory: [...findBeneath, 'file_unlink'],
    beneath: [],
  },
  execute: {
    meaning: 'Start programs, map code',
    file: executeFile,
    directory: findBeneath,
    beneath: executeFile,
  },
} as const satisfies Readonly<Record<string, Preset>>;

/** A name of a preset. */
export type PresetName = keyof typeof presets;

/** The names of all presets. */
export const presetNames: readonly PresetName[] = ['read', 'write', 'append', 'create', 'remove', 'execute'];

/** Rights that a directory gets only where several presets come together, because each of them is needed. */
export const combinations: readonly { readonly all: readonly PresetName[]; readonly directory: RightName }[] =
  [
    { all: ['read', 'write'], directory: 'file_link_source' },
    { all: ['create', 'remove'], directory: 'file_rename_target' },
    { all: ['read', 'write', 'remove'], directory: 'file_rename_source' },
  ];

/** The names of all rights that can be written. */
export const rightNames: readonly RightName[] = [...rightsNames.values()];

/** The rights of a file as written, taken apart. */
export type WrittenRights = {
  readonly presets: readonly PresetName[];
  readonly names: readonly RightName[];
};

/** Base and inheriting rights. */
export type GrantedRights = { readonly base: RightsSet; readonly inheriting: RightsSet };

/** The set of some rights. */
export function rightsSet(names: Iterable<RightName>): RightsSet {
  let mask = 0n;
  for (const name of names) mask |= Rights[name];
  return fromAbi(mask);
}

/** Everything in either set. */
export function union(a: RightsSet, b: RightsSet): RightsSet {
  return { low: a.low | b.low, high: a.high | b.high };
}

/** Gives the rights that are in both sets. */
export function intersection(a: RightsSet, b: RightsSet): RightsSet {
  return { low: a.low & b.low, high: a.high & b.high };
}

/** The names of the rights in a set, `sock_accept` of the kernel's own included. */
export function namesOfRights(set: RightsSet): string[] {
  const names = namesOf(rightsNames, toAbi(set) & allRights);
  if (set.high & RH.sockAccept) names.push('sock_accept');
  return names;
}

/** The rights that a file grant gives to a directory, and to what is opened beneath it. */
export function directoryRights(written: WrittenRights): GrantedRights {
  const base = new Set<RightName>(written.names);
  const beneath = new Set<RightName>(written.names);
  for (const name of written.presets) {
    const preset: Preset = presets[name];
    for (const right of preset.directory) base.add(right);
    for (const right of [...preset.beneath, ...preset.directory]) beneath.add(right);
  }
  for (const { all, directory } of combinations) {
    if (!all.every((name) => written.presets.includes(name))) continue;
    base.add(directory);
    beneath.add(directory);
  }
  return {
    base: intersection(rightsSet(base), fileTypeRights(Filetype.directory).base),
    inheriting: rightsSet(beneath),
  };
}

/** The rights that a file grant gives to anything but a directory. */
export function fileRights(written: WrittenRights, type: Filetype): GrantedRights {
  const base = new Set<RightName>(written.names);
  for (const name of written.presets) for (const right of presets[name].file) base.add(right);
  // A shared mapping writes anywhere in the file, also with the append flag.
  if (written.presets.includes('append')) base.delete('mem_map');
  return { base: intersection(rightsSet(base), fileTypeRights(type).base), inheriting: NO_RIGHTS };
}

/** Waiting for the end of a process is all that its descriptor is for: no signal can be sent through it. */
export function processRights(): RightsSet {
  return rightsSet(['file_stat_fget', 'poll_proc_terminate']);
}

/** Finds the mode for a host descriptor that allows all of the rights and as little more as possible. */
export function accessOf({ low, high }: RightsSet): { readonly reads: boolean; readonly writes: boolean } {
  const reads = rightsSet(['fd_read', 'file_readdir', 'mem_map', 'mem_map_exec', 'proc_exec']);
  const writes = rightsSet(['fd_write', 'file_allocate', 'file_stat_fput_size']);
  return {
    reads: (low & reads.low) !== 0 || (high & reads.high) !== 0,
    writes: (low & writes.low) !== 0,
  };
}
