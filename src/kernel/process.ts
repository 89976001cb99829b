import { Attributes, Times } from './attributes.ts';
import { Cookies } from './cookies.ts';
import { DescriptorTable } from './descriptors.ts';
import { Path } from './path.ts';
import { DirectoryBlock } from './readdir.ts';
import { OwnVectors, type Vectors } from './vectors.ts';

/**
 * Memory of ours into which a call's arguments are copied before anything is decided, and out of which results are copied
 * afterwards. Processes whose calls are made one after the other, by one thread, can share it.
 */
export class CallRoom {
  readonly path: Path = new Path();
  readonly otherPath: Path = new Path();
  readonly attributes: Attributes = new Attributes();
  readonly times: Times = new Times();
  readonly directoryBlock: DirectoryBlock = new DirectoryBlock();
}

/**
 * The kernel's state of one process on one thread: its descriptors, and memory of ours for its calls.
 */
export class KernelProcess {
  readonly descriptors: DescriptorTable;
  /** The path of a call, or the first of two. */
  readonly path: Path;
  /** The second path of a call. */
  readonly otherPath: Path;
  readonly attributes: Attributes;
  readonly times: Times;
  readonly directoryBlock: DirectoryBlock;

  readonly cookies: Cookies;
  readonly vectors: Vectors;
  readonly memory: CallRoom;

  /**
   * @param descriptors The process's table, as this thread sees it; by default an empty one for a single thread.
   * @param cookies Its cookies, likewise.
   * @param vectors The buffers of its reads and writes; by default those of a guest whose memory is part of this process.
   * @param memory Memory for its calls; its own by default.
   */
  constructor(
    descriptors: DescriptorTable = new DescriptorTable(),
    cookies: Cookies = new Cookies(),
    vectors: Vectors = new OwnVectors(),
    memory: CallRoom = new CallRoom(),
  ) {
    this.descriptors = descriptors;
    this.cookies = cookies;
    this.vectors = vectors;
    this.memory = memory;
    this.path = memory.path;
    this.otherPath = memory.otherPath;
    this.attributes = memory.attributes;
    this.times = memory.times;
    this.directoryBlock = memory.directoryBlock;
  }
}
