import { YamlEdit } from '../../argdata/yaml-edit.ts';
import type { CanvasPlace } from '../wire.ts';

/** The key of the document under which places on the canvas stand; `graph` commands check it, and leave it alone. */
export const PLACES_KEY = 'x-studio';

/** Sets the places of programs on the canvas. */
export function movePrograms(text: string, places: Readonly<Record<string, CanvasPlace>>): string {
  let edit = new YamlEdit(text);
  for (const [name, { x, y }] of Object.entries(places)) {
    const isFirst = edit.formOf(PLACES_KEY) === undefined;
    edit.set([PLACES_KEY], name, `[${Math.round(x)}, ${Math.round(y)}]`);
    // The map that was just made is found in the new text alone.
    if (isFirst) edit = new YamlEdit(edit.toString());
  }
  return edit.toString();
}
