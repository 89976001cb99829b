import type { Position } from './position.ts';
import type { WrittenRights } from './rights.ts';

/** A grant of a file as it was written, and where. */
export type FileGrant = {
  /** As it was written. */
  readonly path: string;
  /** Absolute. */
  readonly absolute: string;
  readonly rights: WrittenRights;
  readonly position: Position | undefined;
  /** The places of the path and the rights, for mistakes about them. */
  readonly pathPosition: Position | undefined;
  readonly rightsPosition: Position | undefined;
};
