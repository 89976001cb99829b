/** A world cannot be made as it is described. Nothing has been started. The CLI ends with status 66. */
export class WorldError extends Error {
  override readonly name = 'WorldError';
  readonly code = 'cannot_open';
}
