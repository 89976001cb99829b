/** An overlay cannot be used, made or found. */
export class OverlayError extends Error {
  override readonly name = 'OverlayError';
  readonly code = 'overlay';
}
