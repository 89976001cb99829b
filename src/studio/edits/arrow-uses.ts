import type { YamlEdit } from '../../argdata/yaml-edit.ts';
import { yamlText } from '../../argdata/yaml-edit.ts';
import type { WayKind } from '../wire.ts';

/** An end of a new arrow. */
export type NewEnd = {
  readonly arrow: string;
  readonly kind: WayKind;
  readonly side: 'from' | 'to';
  /** True for a service that a program of the graph offers. */
  readonly offered?: boolean;
};

/** The folder in which a server without a listener makes its socket, as it sees it. */
const socketFolder = (arrow: string): string => `/run/${arrow}`;

/** Adds an end of an arrow to the grants of a program, in the place where programs of its form take it. */
export function addUse(edit: YamlEdit, program: string, end: NewEnd): void {
  const grants = ['programs', program, 'grants'];
  const use = `!arrow ${yamlText(end.arrow)}`;
  const isWorld = isCommand(edit, program);
  const client = end.side === 'from' && (end.kind === 'connection' || end.kind === 'outside');
  if (
    edit.names(...grants) === undefined &&
    edit.formOf(...grants) === 'scalar' &&
    edit.texts(...grants) !== undefined
  )
    throw new RangeError(`the grants of '${program}' are a single value`);
  const isList = edit.names(...grants) === undefined && edit.texts(...grants) !== undefined;
  if (isList) edit.addItem(grants, client ? `!network [${use}]` : use);
  else if (client) addClient(edit, grants, end, use, isWorld);
  else if (!isWorld) edit.set(grants, freeKey(edit, grants, end.arrow), use);
  else if (end.kind === 'service' && end.side === 'from' && end.offered)
    edit.set([...grants, 'sockets'], `${socketFolder(end.arrow)}/socket`, use);
  else if (end.kind === 'pipe') edit.set(grants, end.side === 'from' ? 'stdout' : 'stdin', use);
  else if (end.kind === 'connection' || end.kind === 'directory')
    edit.set([...grants, 'directories'], socketFolder(end.arrow), use);
  else edit.set([...grants, 'descriptors'], `${freeDescriptor(edit, grants)}`, use);
}

/** Tells whether a program is one for UNIX: it makes its sockets by itself, and its C library asks services. */
export function isCommand(edit: YamlEdit, program: string): boolean {
  return edit.tagOf('programs', program, 'grants') === 'command';
}

function addClient(
  edit: YamlEdit,
  grants: readonly string[],
  { arrow, kind }: NewEnd,
  use: string,
  isWorld: boolean,
): void {
  if (isWorld) {
    const hosts = edit.formOf(...grants, 'network', 'hosts') !== undefined;
    if (hosts) edit.addItem([...grants, 'network', 'hosts'], use);
    else if (kind === 'outside') edit.set(grants, 'network', `{ hosts: [${use}] }`);
    else edit.set([...grants, 'sockets'], `${socketFolder(arrow)}/socket`, use);
    return;
  }
  const lists = [...(edit.names(...grants) ?? [])]
    .filter((key) => edit.tagOf(...grants, key) === 'network')
    .flatMap((key) => {
      const list = [...grants, key];
      return edit.texts(...list) === undefined ? [[...list, 'hosts']] : [list];
    });
  const [list] = lists;
  if (list !== undefined && edit.texts(...list) !== undefined) edit.addItem(list, use);
  else edit.set(grants, freeKey(edit, grants, 'network'), `!network [${use}]`);
}

function freeKey(edit: YamlEdit, grants: readonly string[], wanted: string): string {
  const taken = new Set(edit.names(...grants));
  let key = wanted;
  for (let number = 2; taken.has(key); number++) key = `${wanted}-${number}`;
  return key;
}

/** The first descriptor behind the standard streams that a command has not. */
function freeDescriptor(edit: YamlEdit, grants: readonly string[]): number {
  const taken = new Set(edit.names(...grants, 'descriptors'));
  let number = 3;
  while (taken.has(`${number}`)) number++;
  return number;
}
