/** The end of an executable. */
export type GuestExit =
  | { readonly kind: 'exited'; readonly code: number }
  /** A signal that it did not send itself ended it. */
  | { readonly kind: 'trapped'; readonly message: string }
  /** Nothing of it ran. `code` is that of the error. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };
