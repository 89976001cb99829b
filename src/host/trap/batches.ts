import { fstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { IORING_OFF_SQES } from '../../linux/io-uring.ts';
import { callNumberOf } from '../../linux/system-calls.ts';
import { close } from '../files/files.ts';
import { NativeMemory } from '../memory.ts';
import { syscall } from '../syscall.ts';

/*
 * Newer versions of libuv hand epoll_ctl calls to the kernel in batches, through io_uring. A thread that may use such a
 * ring gets past every filter, so that after the start only the handler (handler.c) reads what libuv writes there.
 */

/** The rings of this process's event loops. */
export type Batches = {
  readonly rings: readonly {
    readonly descriptor: number;
    /** Addresses of the shared counters and of the submissions. */
    readonly ring: number;
    readonly submissions: number;
  }[];
  /** Offsets in a ring: submission head, tail, mask, completion tail, mask, entries. */
  readonly offsets: readonly number[];
};

/** This process has a ring whose kernel thread takes submissions by itself: it would get past the filter. */
export class PollingRingError extends Error {
  override readonly name = 'PollingRingError';
  readonly code = 'polling_ring';

  constructor() {
    super(
      'This process has an io_uring that the kernel polls, which no filter can hold back. ' +
        'Start Node without UV_USE_IO_URING=1',
    );
  }
}

const LINK = 'anon_inode:[io_uring]';
/** `struct io_uring_params`: where sq_off and cq_off begin, and where in them are the fields we need. */
const PARAMETERS = { size: 120, submission: 40, completion: 80 } as const;
const HEAD = 0;
const TAIL = 4;
const MASK = 8;
const CQES = 20;

/**
 * Finds the rings that libuv has made.
 *
 * @throws PollingRingError
 */
export function findBatches(): Batches {
  const descriptors = readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => {
      try {
        return readlinkSync(`/proc/self/fd/${descriptor}`) === LINK;
      } catch {
        return false;
      }
    });
  if (descriptors.length === 0) return { rings: [], offsets: [] };
  if (readdirSync('/proc/self/task').some((thread) => nameOf(thread).startsWith('iou-sqp'))) {
    throw new PollingRingError();
  }
  const mappings = readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.endsWith(LINK))
    .map((line) => /^([0-9a-f]+)-\S+ \S+ ([0-9a-f]+) \S+ (\d+)/.exec(line))
    .map((match) => ({
      start: Number.parseInt(match?.[1] ?? '', 16),
      offset: Number.parseInt(match?.[2] ?? '', 16),
      inode: Number(match?.[3]),
    }));
  const rings = descriptors.flatMap((descriptor) => {
    const inode = fstatSync(descriptor).ino;
    const own = mappings.filter((mapping) => mapping.inode === inode);
    const ring = own.find(({ offset }) => offset === 0)?.start;
    const submissions = own.find(({ offset }) => offset === IORING_OFF_SQES)?.start;
    return ring === undefined || submissions === undefined ? [] : [{ descriptor, ring, submissions }];
  });
  return { rings, offsets: askOffsets() };
}

/** The name of a thread; of one that has just ended, none. */
function nameOf(thread: string): string {
  try {
    return readFileSync(`/proc/self/task/${thread}/comm`, 'utf8');
  } catch {
    return '';
  }
}

/** The layout of a ring, which is the same for all of a kernel: it tells when one is made. */
function askOffsets(): number[] {
  const parameters = new NativeMemory(PARAMETERS.size);
  const ring = syscall(callNumberOf('io_uring_setup'), 4, parameters.address);
  if (ring < 0) return [];
  close(ring);
  const { submission, completion } = PARAMETERS;
  const field = (at: number): number => parameters.view.getUint32(at, true);
  return [
    field(submission + HEAD),
    field(submission + TAIL),
    field(submission + MASK),
    field(completion + TAIL),
    field(completion + MASK),
    field(completion + CQES),
  ];
}
