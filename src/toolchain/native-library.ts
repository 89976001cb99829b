import { fileURLToPath } from 'node:url';

/** The part of the SDK for CloudABI executables. */
export const NATIVE: string = fileURLToPath(new URL('../../sdk/native/', import.meta.url));

/** A C library for executables. */
export type NativeLibrary = {
  /** Options by which a compiler finds its headers. */
  readonly flags: readonly string[];
  /** Its object files, which are compiled where they are not cached. */
  readonly objects: () => readonly string[];
};
