// Apart from plan.ts, so that only readers of documents load the parser.
export { type DocumentOptions, readGrants } from '../resources/document.ts';
