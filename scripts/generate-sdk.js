// Regenerates what is made of the table of ambient authority: a header of the SDK and a part of its page.
// Wants dist/ to be built.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  AMBIENT_HEADER,
  AMBIENT_PAGE,
  ambientHeader,
  withAmbientTable,
} from '../dist/toolchain/ambient-header.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
writeFileSync(AMBIENT_HEADER, ambientHeader());
writeFileSync(AMBIENT_PAGE, withAmbientTable(readFileSync(AMBIENT_PAGE, 'utf8')));
