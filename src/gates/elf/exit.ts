/** The end of an executable. */
export type GuestExit =
  | { readonly kind: 'exited'; readonly code: number }
  /** A signal that it did not send itself ended it. */
  | { readonly kind: 'trapped'; readonly message: string };
