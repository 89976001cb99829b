import type { GuestPlace } from './backtrace.ts';

/** The end of an executable. */
export type GuestExit =
  | { readonly kind: 'exited'; readonly code: number }
  /** A signal that it did not send itself ended it, or its first refusal. `place` is known where it could still tell. */
  | { readonly kind: 'trapped'; readonly message: string; readonly place: GuestPlace | undefined }
  /** Nothing of it ran. `code` is that of the error. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };
