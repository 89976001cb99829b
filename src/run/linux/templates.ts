import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { mountsHaveChanged } from '../../host/files/mount-changes.ts';
import { reapIfEnded, type Spawned } from '../../host/processes/spawn.ts';
import { isFirstThread } from '../../host/syscall.ts';
import type { PlannedLinux } from '../../plan/linux/planned.ts';
import { IdentityCheck } from '../../worlds/identity-check.ts';
import { launcherNow, prepareTemplate, type TemplatePreparation } from '../../worlds/start.ts';
import { READY } from '../../worlds/template.ts';
import type { Template, World } from '../../worlds/world.ts';
import { shapeOf, type TemplateShape } from './template-shape.ts';

/*
 * Templates of this process: the second start of a shape has one made beside it, and the next ones use it for as long as
 * nothing that it has was replaced, mounted or unmounted on the host.
 */

/** The most templates that are kept, and shapes that are remembered. */
const MOST = 4;
const MOST_SHAPES = 64;

/** Milliseconds that a timer can take. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Milliseconds between looks for the end of a process that has made one. */
const PAUSE = 5;

type Kept = { readonly template: Template; readonly check: IdentityCheck };

/** Templates by shape; the one that was used last is the last. */
const kept = new Map<string, Kept>();

/** Shapes that were started and have no template: once, or again and again without one being to be had. */
const seen = new Map<string, 'once' | 'being made' | 'impossible'>();

let made = 0;

/** Templates that are being made. */
const making = new Set<Promise<void>>();

/** Waits until no template is being made. */
export async function templatesMade(): Promise<void> {
  // Their sockets keep no process from ending.
  const alive = setInterval(() => undefined, LONGEST_TIMER);
  await Promise.all(making);
  clearInterval(alive);
}

/** The part of a plan's root that is there already, or is to be. */
export type TemplateFound = {
  /** Entries with these indices are in the template. */
  readonly shared: ReadonlySet<number>;
  readonly template: Template | undefined;
  /** Has a template made, once everything is opened. */
  prepare(world: World): void;
};

/** Finds the template for a plan; `undefined` for one that gets none. */
export function templateFor(linux: PlannedLinux, descriptors: number): TemplateFound | undefined {
  if (!isFirstThread || !launcherNow().privileged) return undefined;
  const shape = shapeOf(linux, descriptors);
  if (shape === undefined) return undefined;
  if (!canTell()) return undefined;
  const known = kept.get(shape.key);
  if (known !== undefined) {
    kept.delete(shape.key);
    if (known.check.holds()) {
      kept.set(shape.key, known);
      return { shared: shape.shared, template: known.template, prepare: () => undefined };
    }
    closeSync(known.template.namespace);
  }
  const state = seen.get(shape.key);
  if (state === undefined) {
    if (seen.size >= MOST_SHAPES) seen.clear();
    seen.set(shape.key, 'once');
  }
  const none = { shared: new Set<number>(), template: undefined };
  if (state !== 'once') return { ...none, prepare: () => undefined };
  return { ...none, prepare: (world) => begin(shape, world) };
}

/** Forgets parts that may have changed. Returns false if that is unknown. */
function canTell(): boolean {
  try {
    if (mountsHaveChanged()) forgetAll();
    return true;
  } catch {
    return false;
  }
}

function forgetAll(): void {
  for (const { template } of kept.values()) closeSync(template.namespace);
  kept.clear();
}

/** Has a template made; this thread does not wait for it. */
function begin({ key, shared, paths }: TemplateShape, world: World): void {
  seen.set(key, 'being made');
  let preparation: TemplatePreparation;
  try {
    preparation = prepareTemplate(world, (index) => shared.has(index));
  } catch {
    // Starts do without, as this one does.
    seen.set(key, 'impossible');
    return;
  }
  const { process, status, identities } = preparation;
  const known = paths.flatMap((path, index) => {
    const identity = identities[index];
    return identity === undefined ? [] : [{ ...identity, path }];
  });
  const socket = new Socket({ fd: status, readable: true, writable: false });
  socket.unref();
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  making.add(closed);
  void closed.then(() => making.delete(closed));
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    if (bytes.length === 1 && bytes[0] === READY) keep(key, preparation, new IdentityCheck(known));
    socket.destroy();
  });
  socket.on('close', () => {
    seen.set(key, kept.has(key) ? 'once' : 'impossible');
    reap(process);
  });
}

function keep(key: string, { process, shared }: TemplatePreparation, check: IdentityCheck): void {
  let namespace: number;
  try {
    namespace = openSync(`/proc/${process.pid}/ns/mnt`, 'r');
  } catch {
    return;
  }
  made++;
  kept.set(key, { template: { name: `template ${made}`, namespace, shared }, check });
  const [oldest] = kept;
  if (kept.size > MOST && oldest !== undefined) {
    kept.delete(oldest[0]);
    closeSync(oldest[1].template.namespace);
  }
}

function reap({ pid, pidfd }: Spawned): void {
  if (reapIfEnded(pid) === undefined) {
    setTimeout(() => reap({ pid, pidfd }), PAUSE).unref();
    return;
  }
  closeSync(pidfd);
}
