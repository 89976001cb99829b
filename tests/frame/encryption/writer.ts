// Writes versions of the same range into an encrypted file, one after another, and says when each is written.
import { openSync, writeSync } from 'node:fs';
import { EncryptedFile } from '../../../src/encryption/encrypted-file.ts';
import { FolderKey } from '../../../src/encryption/folder-key.ts';

const [, , path = '', from = '0', at = '0', length = '0'] = process.argv;
const descriptor = openSync(path, 'r+');
const file = EncryptedFile.open(descriptor, new FolderKey(Buffer.alloc(32, 7)));
for (let version = Number(from) + 1; ; version++) {
  const size = Number(at) + (version % 3) * 1000;
  // Every third version also cuts the file and lets it grow again.
  if (version % 3 === 0) file.setSize(size);
  file.write(Number(at), Buffer.alloc(Number(length), version % 256));
  writeSync(1, `${version}\n`);
}
