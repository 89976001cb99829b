import { isBeneath } from '../../host/files/beneath.ts';
import { bytesOf } from '../../host/files/host-path.ts';
import type { PlannedEntry, PlannedLinux } from '../../plan/linux/planned.ts';
import { MOST_HIDDEN_FILES } from '../../worlds/template.ts';

/** The parts of a root that starts can share, and all that decides what they are. */
export type TemplateShape = {
  /** The same for roots of which all parts are the same and lie at the same places. */
  readonly key: string;
  /** Indices of the entries that are shared. */
  readonly shared: ReadonlySet<number>;
  /** Paths of the host that mounts and devices among them are found at, in their order. */
  readonly paths: readonly Uint8Array[];
};

/** Fewer mounts are made as fast. */
const FEWEST_MOUNTS = 8;

/** The place of the program's /proc, beneath which a template has its hidden places. */
const PROC = '/proc';

/** Numbers of entries by what they are, and of those that cannot change. */
const numbersOfTexts = new Map<string, number>();
const numbers = new WeakMap<PlannedEntry, number>();
let last = 0;
const MOST_TEXTS = 4096;

const shapes = new Map<string, TemplateShape | undefined>();
const MOST_SHAPES = 64;

/**
 * Finds the shape of a root; `undefined` for one whose parts are not shared.
 *
 * @param descriptors The number of descriptors that the program gets.
 */
export function shapeOf({ entries, calls }: PlannedLinux, descriptors: number): TemplateShape | undefined {
  if (calls.includes('namespaces') || calls.includes('user_namespaces') || descriptors > MOST_HIDDEN_FILES)
    return undefined;
  const all = entries.map(numberOf).join();
  if (shapes.has(all)) return shapes.get(all);
  const shape = newShape(entries);
  if (shapes.size >= MOST_SHAPES) shapes.clear();
  shapes.set(all, shape);
  return shape;
}

function numberOf(entry: PlannedEntry): number {
  const known = numbers.get(entry);
  if (known !== undefined) return known;
  const { position: _, ...rest } = entry;
  const text = JSON.stringify(rest, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  let number = numbersOfTexts.get(text);
  if (number === undefined) {
    if (numbersOfTexts.size >= MOST_TEXTS) numbersOfTexts.clear();
    number = ++last;
    numbersOfTexts.set(text, number);
  }
  // A plan is frozen.
  numbers.set(entry, number);
  return number;
}

function newShape(entries: readonly PlannedEntry[]): TemplateShape | undefined {
  const shared = new Set<number>();
  const paths: Uint8Array[] = [];
  const key: number[] = [];
  const own: string[] = [];
  /** Directories in memory: what lies in them has its place in each start's own. */
  const apart: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const { at, kind } = entry;
    if (at === '/' || kind === 'console' || kind === 'cgroup') return undefined;
    if (!apart.some((place) => isBeneath(at, place))) key.push(numberOf(entry));
    if (isStatic(entry) && !own.some((place) => isBeneath(at, place))) {
      shared.add(index);
      const path = pathOf(entry);
      if (path !== undefined) paths.push(path);
    } else {
      own.push(at);
      if (kind === 'tmpfs') apart.push(at);
    }
  }
  return paths.length < FEWEST_MOUNTS || !own.includes(PROC) ? undefined : { key: key.join(), shared, paths };
}

/** Tells whether an entry is the same for every start, and cannot be changed by a program. */
function isStatic(entry: PlannedEntry): boolean {
  switch (entry.kind) {
    case 'symlink':
    case 'directory':
    case 'text':
    case 'device':
      return true;
    case 'mount':
      // Each start opens what it was granted itself.
      return entry.why === 'base' && entry.access === 'read' && entry.file === undefined && !entry.create;
    default:
      return false;
  }
}

function pathOf(entry: PlannedEntry): Uint8Array | undefined {
  if (entry.kind === 'device') return Buffer.from(`/dev/${entry.device}`);
  return entry.kind === 'mount' ? bytesOf(entry.path) : undefined;
}
