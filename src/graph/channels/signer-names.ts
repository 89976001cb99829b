/** The name by which pods ask for certificates of ours. */
export const SIGNER_NAME = 'cloudabi.dev/channel';

/** The label of ServiceAccounts that get a Secret with certificates, on clusters whose kubelets make none. */
export const SECRET_LABEL = 'cloudabi.dev/channel';

/** The Secret with the roots of the signer. */
export const ROOTS_SECRET = 'cloudabi-signer';

/** The Secret with the certificates of a ServiceAccount. */
export function secretName(account: string): string {
  return `${account}-channel`;
}
