/** A command of the OCI runtime cannot be carried out. Engines read the text in their log. */
export class OciError extends Error {
  override readonly name = 'OciError';
  readonly code = 'oci_error';
}
