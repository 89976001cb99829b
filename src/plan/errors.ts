/** The stable `code` of an error of ours; `undefined` for any other, which is a bug of ours. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  // Node's own errors have codes in capitals: ENOENT, ERR_INVALID_ARG_TYPE.
  return /^[a-z][a-z_-]*$/.test(error.code) ? error.code : undefined;
}
