import {
  MOUNT_ATTR__ATIME,
  MOUNT_ATTR_NOATIME,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NODIRATIME,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_NOSYMFOLLOW,
  MOUNT_ATTR_RDONLY,
  MOUNT_ATTR_STRICTATIME,
  MS_PRIVATE,
  MS_SHARED,
  MS_SLAVE,
  MS_UNBINDABLE,
} from '../../linux/mounts.ts';

/** Attributes that a mount gets and loses (mount_setattr(2)). */
export type AttributeChange = { readonly set: number; readonly clear: number };

/** The options of a mount, sorted by what takes them. */
export type MountOptions = {
  readonly bind: 'none' | 'one' | 'tree';
  /** For the mount itself. */
  readonly own: AttributeChange;
  /** For all mounts beneath it as well. */
  readonly tree: AttributeChange;
  readonly propagation: { readonly type: number; readonly tree: boolean } | undefined;
  /** Parameters of the file system. */
  readonly parameters: readonly (readonly [name: string, value: string | undefined])[];
  /** True if a file system in memory begins with a copy of what it covers. */
  readonly copyUp: boolean;
};

/** Options about attributes: the bits that they set, and those that they clear. */
const attributes: Readonly<Record<string, AttributeChange>> = {
  ro: { set: MOUNT_ATTR_RDONLY, clear: 0 },
  rw: { set: 0, clear: MOUNT_ATTR_RDONLY },
  nosuid: { set: MOUNT_ATTR_NOSUID, clear: 0 },
  suid: { set: 0, clear: MOUNT_ATTR_NOSUID },
  nodev: { set: MOUNT_ATTR_NODEV, clear: 0 },
  noexec: { set: MOUNT_ATTR_NOEXEC, clear: 0 },
  exec: { set: 0, clear: MOUNT_ATTR_NOEXEC },
  noatime: { set: MOUNT_ATTR_NOATIME, clear: MOUNT_ATTR__ATIME },
  relatime: { set: 0, clear: MOUNT_ATTR__ATIME },
  strictatime: { set: MOUNT_ATTR_STRICTATIME, clear: MOUNT_ATTR__ATIME },
  nodiratime: { set: MOUNT_ATTR_NODIRATIME, clear: 0 },
  diratime: { set: 0, clear: MOUNT_ATTR_NODIRATIME },
  nosymfollow: { set: MOUNT_ATTR_NOSYMFOLLOW, clear: 0 },
  symfollow: { set: 0, clear: MOUNT_ATTR_NOSYMFOLLOW },
};

const propagations: Readonly<Record<string, number>> = {
  private: MS_PRIVATE,
  slave: MS_SLAVE,
  shared: MS_SHARED,
  unbindable: MS_UNBINDABLE,
};

/** Options that change nothing here: `dev` is never granted by a mount, the others are the kernel's defaults. */
const ignored: readonly string[] = [
  'defaults',
  'dev',
  'async',
  'atime',
  'norelatime',
  'nostrictatime',
  'nomand',
  'silent',
  'loud',
  'iversion',
  'noiversion',
];

/** The names of all options that are known here; those of file systems come besides. */
export const mountOptionNames: readonly string[] = [
  'bind',
  'rbind',
  'tmpcopyup',
  ...Object.keys(attributes).flatMap((name) => [name, `r${name}`]),
  ...Object.keys(propagations).flatMap((name) => [name, `r${name}`]),
  ...ignored,
];

/** Sorts options of a mount (mount(8), and those of the OCI runtime specification). */
export function sortOptions(options: readonly string[]): MountOptions {
  let own: AttributeChange = { set: 0, clear: 0 };
  let tree: AttributeChange = { set: 0, clear: 0 };
  let bind: MountOptions['bind'] = 'none';
  let propagation: MountOptions['propagation'];
  let copyUp = false;
  const parameters: (readonly [string, string | undefined])[] = [];
  for (const option of options) {
    const inTree = option.startsWith('r') ? option.slice(1) : '';
    if (option === 'bind') bind = bind === 'tree' ? 'tree' : 'one';
    else if (option === 'rbind') bind = 'tree';
    else if (option === 'tmpcopyup') copyUp = true;
    else if (Object.hasOwn(attributes, option)) own = change(own, attributes[option]);
    else if (Object.hasOwn(attributes, inTree)) tree = change(tree, attributes[inTree]);
    else if (Object.hasOwn(propagations, option)) propagation = to(propagations[option], false);
    else if (Object.hasOwn(propagations, inTree)) propagation = to(propagations[inTree], true);
    else if (!ignored.includes(option)) {
      const equals = option.indexOf('=');
      parameters.push(equals < 0 ? [option, undefined] : [option.slice(0, equals), option.slice(equals + 1)]);
    }
  }
  return { bind, own, tree, propagation, parameters, copyUp };
}

/** Later options win. */
function change(before: AttributeChange, by: AttributeChange | undefined): AttributeChange {
  if (by === undefined) return before;
  return { set: (before.set & ~by.clear) | by.set, clear: (before.clear & ~by.set) | by.clear };
}

function to(type: number | undefined, tree: boolean): MountOptions['propagation'] {
  return type === undefined ? undefined : { type, tree };
}

/** The propagation that a name such as `rslave` stands for; `undefined` for another name. */
export function propagationOf(name: string): number | undefined {
  const plain = name.startsWith('r') ? name.slice(1) : name;
  return Object.hasOwn(propagations, plain) ? propagations[plain] : undefined;
}
