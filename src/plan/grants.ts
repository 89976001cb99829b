// Apart from plan.ts, so that only who reads a document loads its parser.
export { type DocumentOptions, readGrants } from '../resources/document.ts';
