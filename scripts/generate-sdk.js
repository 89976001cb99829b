// Regenerates the files made of the tables of ambient authority (a header of the C SDK, and a part of each SDK's page), the
// page of services, and the page of the C library's functions.
// Wants dist/ to be built.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SERVICES_PAGE, withServices } from '../dist/services/services-page.js';
import { ASSEMBLYSCRIPT_PAGE, withAmbientNames } from '../dist/toolchain/ambient-assemblyscript.js';
import {
  AMBIENT_HEADER,
  AMBIENT_PAGE,
  ambientHeader,
  withAmbientTable,
} from '../dist/toolchain/ambient-header.js';
import { FUNCTIONS_PAGE, FUNCTIONS_TABLE, functionsPage } from '../dist/toolchain/functions-page.js';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
writeFileSync(AMBIENT_HEADER, ambientHeader());
writeFileSync(AMBIENT_PAGE, withAmbientTable(readFileSync(AMBIENT_PAGE, 'utf8')));
writeFileSync(ASSEMBLYSCRIPT_PAGE, withAmbientNames(readFileSync(ASSEMBLYSCRIPT_PAGE, 'utf8')));
writeFileSync(SERVICES_PAGE, withServices(readFileSync(SERVICES_PAGE, 'utf8')));
writeFileSync(FUNCTIONS_PAGE, functionsPage(readFileSync(FUNCTIONS_TABLE, 'utf8')));
