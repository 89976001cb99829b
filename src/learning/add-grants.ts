import { YamlEdit, yamlText } from '../argdata/yaml-edit.ts';
import { pathRights, type SeenGrant } from './grants-text.ts';

/** Grants to add to a document. */
export type Additions = {
  readonly paths: readonly SeenGrant[];
  readonly sockets: readonly string[];
  readonly hosts: readonly string[];
};

/** A document with more grants, and those that it could not take, in words. */
export type AddedGrants = { readonly text: string; readonly left: readonly string[] };

/** The order in which rights are written. */
const RIGHTS = ['read', 'write', 'create', 'remove', 'execute'] as const;

/**
 * Adds grants to a document of `cloudabi run`. All other text of it stays as it is.
 *
 * @param resolve Makes a path of the document absolute.
 * @throws RangeError when the document is none with `!command`.
 */
export function addGrants(
  text: string,
  additions: Additions,
  resolve: (path: string) => string,
): AddedGrants {
  let now = text;
  const left: string[] = [];
  const edit = (change: (document: YamlEdit) => void): void => {
    const document = new YamlEdit(now);
    if (document.tag !== 'command') throw new RangeError('it is no document with !command');
    change(document);
    now = document.toString();
  };
  edit(() => undefined);
  for (const grant of additions.paths) edit((document) => addPath(document, grant, resolve));
  for (const path of additions.sockets) edit((document) => addSocket(document, path));
  for (const rule of additions.hosts) edit((document) => addHost(document, rule, left));
  return { text: now, left };
}

function addPath(document: YamlEdit, grant: SeenGrant, resolve: (path: string) => string): void {
  const key = grant.directory ? 'directories' : 'files';
  const wanted = pathRights(grant);
  const same = document.names(key)?.find((at) => {
    const [path] = document.texts(key, at, 'path') ?? [];
    return path !== undefined && (at === grant.at || resolve(path) === grant.path);
  });
  if (same === undefined) {
    const value = `!file { path: ${yamlText(grant.path)}, rights: [${wanted.join(', ')}] }`;
    document.set([key], grant.at, value);
    return;
  }
  const rights = new Set([...(document.texts(key, same, 'rights') ?? ['read']), ...wanted]);
  const ordered = [...RIGHTS.filter((right) => rights.delete(right)), ...rights];
  document.set([key, same], 'rights', `[${ordered.join(', ')}]`);
}

function addSocket(document: YamlEdit, path: string): void {
  if (document.names('sockets') !== undefined) document.set(['sockets'], path, yamlText(path));
  else if (!document.texts('sockets')?.includes(path)) document.add(['sockets'], path);
}

function addHost(document: YamlEdit, rule: string, left: string[]): void {
  const keys = document.names('network');
  const [mode] = document.texts('network', 'mode') ?? document.texts('network') ?? [];
  if (mode === 'host' || keys?.includes('connect')) left.push(`network: { hosts: [${rule}] }`);
  else if (mode !== undefined && keys !== undefined)
    left.push(`network: { hosts: [${rule}] }, in the place of mode`);
  else if (!document.texts('network', 'hosts')?.includes(rule)) document.add(['network', 'hosts'], rule);
}
