import { YamlEdit, yamlText } from '../../argdata/yaml-edit.ts';
import type { CanvasBox, CanvasPlace } from '../wire.ts';
import { movePrograms, PLACES_KEY } from './move.ts';

/** Keys of arrows whose values are names of programs. */
const END_KEYS = ['from', 'to', 'between'];

/** Adds a program that is granted nothing but its log. */
export function addGraphProgram(
  text: string,
  {
    name,
    program,
    form,
    place,
  }: {
    readonly name: string;
    readonly program: string;
    readonly form: CanvasBox['form'];
    readonly place: CanvasPlace;
  },
): string {
  const edit = new YamlEdit(text);
  if (edit.names('programs')?.includes(name)) throw new RangeError(`there is a program '${name}' already`);
  const path = program === '' ? "''" : yamlText(program);
  if (edit.formOf() === 'flow' || edit.formOf('programs') === 'flow') {
    const grants = form === 'command' ? ', grants: !command { stdout: !fd stdout, stderr: !fd stderr }' : '';
    edit.set(['programs'], name, `{ program: ${path}${grants} }`);
  } else {
    const grants =
      form === 'command'
        ? '\n  grants: !command\n    base: system\n    stdout: !fd stdout\n    stderr: !fd stderr'
        : '\n  grants:\n    errors: !fd stderr';
    edit.set(['programs'], name, `\n  program: ${path}${grants}`);
  }
  return movePrograms(edit.toString().replaceAll(/: +\n/g, ':\n'), { [name]: place });
}

/** Removes a program, and the arrows at it with their other ends. */
export function removeProgram(text: string, name: string): string {
  let current = text;
  for (const arrow of new YamlEdit(text).names('arrows') ?? []) {
    const edit = new YamlEdit(current);
    const ends = END_KEYS.flatMap((key) => endsAt(edit, arrow, key));
    if (ends.includes(name)) current = removeArrow(current, arrow);
  }
  const edit = new YamlEdit(current);
  edit.remove(['programs'], name);
  edit.remove([PLACES_KEY], name);
  return edit.toString();
}

/** The programs that a key of an arrow names: one, a list, or a map with limits. */
function endsAt(edit: YamlEdit, arrow: string, key: string): readonly string[] {
  return edit.names('arrows', arrow, key) ?? edit.texts('arrows', arrow, key) ?? [];
}

/** Gives a program another name, in arrows, too. */
export function renameProgram(text: string, name: string, to: string): string {
  const edit = new YamlEdit(text);
  if (edit.names('programs')?.includes(to)) throw new RangeError(`there is a program '${to}' already`);
  edit.rename(['programs'], name, to);
  for (const arrow of edit.names('arrows') ?? []) {
    for (const key of END_KEYS) {
      if (edit.names('arrows', arrow, key)?.includes(name)) edit.rename(['arrows', arrow, key], name, to);
      edit.replaceTexts(['arrows', arrow, key], name, to);
    }
    edit.replaceTagged(['programs'], 'arrow', `${arrow}/${name}`, `${arrow}/${to}`);
  }
  if (edit.names(PLACES_KEY)?.includes(name)) edit.rename([PLACES_KEY], name, to);
  return edit.toString();
}

/** Sets a key of a program. */
export function setOfProgram(text: string, name: string, key: string, value: string): string {
  const edit = new YamlEdit(text);
  if (value === '' && key !== 'program') edit.remove(['programs', name], key);
  else
    edit.set(
      ['programs', name],
      key,
      key === 'replicas' && /^\d{1,9}$/.test(value) ? value : value === '' ? "''" : yamlText(value),
    );
  return edit.toString();
}

/** Removes an arrow and its ends. */
export function removeArrow(text: string, name: string): string {
  const before = new YamlEdit(text);
  const uses = [name, ...endsAt(before, name, 'from').map((client) => `${name}/${client}`)];
  before.remove(['arrows'], name);
  // One after the other: neighbours between brackets share a comma.
  return uses.reduce((current, use) => {
    const edit = new YamlEdit(current);
    edit.removeTagged(['programs'], 'arrow', use);
    return edit.toString();
  }, before.toString());
}

/** Gives an arrow another name, at its ends, too. */
export function renameArrow(text: string, name: string, to: string): string {
  const edit = new YamlEdit(text);
  if (edit.names('arrows')?.includes(to)) throw new RangeError(`there is an arrow '${to}' already`);
  edit.rename(['arrows'], name, to);
  edit.replaceTagged(['programs'], 'arrow', name, to);
  for (const client of endsAt(new YamlEdit(text), name, 'from'))
    edit.replaceTagged(['programs'], 'arrow', `${name}/${client}`, `${to}/${client}`);
  return edit.toString();
}
