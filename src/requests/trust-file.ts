/** A file that tells a program which authorities to trust. */
export type TrustFile = { readonly path: string; readonly content: string | Buffer };
