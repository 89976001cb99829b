import { serveEncrypted } from '../encryption/process.ts';

setImmediate(serveEncrypted);
