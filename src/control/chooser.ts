/** `cloudabi/chooser`: asks a person, in an application or on a page, for what programs want of a powerbox (docs/powerbox.md). */
export { type ChooserPage, serveChooserPage } from './chooser-page.ts';
export { type Choose, type ChooserAnswer, type ChooserQuestion, serveChooser } from './chooser-server.ts';
