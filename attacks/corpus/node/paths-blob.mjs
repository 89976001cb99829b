// Route: Opens a file outside as a blob.
// Known from: CVE-2023-30583 (Node permission model)
// Refused: EACCES, EPERM, ENOSYS, ERR_INVALID_ARG_VALUE, NotReadableError
// Twin: reads a blob of its own
// Unconfined: works
import fs from 'node:fs';

export const attempt = async ({ base }) => void (await (await fs.openAsBlob(`${base}/secret/file`)).text());
export const twin = async () => void (await new Blob(['text']).text());
