/** A file or directory that a program is to be granted. Reading is always granted. */
export type PathGrant = {
  readonly real: string;
  readonly directory: boolean;
  readonly write: boolean;
  readonly execute: boolean;
  /** The names beneath it that were used, for a directory that was not used as a whole itself. */
  readonly joined?: readonly string[];
  /** A remark for people. */
  readonly note?: string;
};

/** Grants in one directory that make one of the directory. */
const SIBLINGS = 4;

/** Grants anywhere beneath a directory that do. */
const DESCENDANTS = 8;

/** Tells whether one grant makes another needless. */
export function includes(outer: PathGrant, inner: PathGrant): boolean {
  if (outer === inner || !liesWithin(inner.real, outer.real)) return false;
  if (outer.real !== inner.real && !outer.directory) return false;
  return (outer.write || !inner.write) && (outer.execute || !inner.execute);
}

/**
 * Makes fewer grants of many: directories in which much was used are granted as a whole.
 *
 * @param isBroad Tells which directories never are.
 */
export function joinGrants(
  grants: readonly PathGrant[],
  isBroad: (real: string) => boolean,
): readonly PathGrant[] {
  const written = joinKind(merged(grants.filter(({ write }) => write)), isBroad);
  const outer = new Map(written.map((grant) => [grant.real, grant]));
  const read = grants.filter((grant) => !grant.write && !isIncluded(grant, outer));
  return widen(without([...written, ...joinKind(merged(read), isBroad)]), isBroad);
}

/** Puts several grants of one path together. */
function merged(grants: readonly PathGrant[]): readonly PathGrant[] {
  const found = new Map<string, PathGrant>();
  for (const grant of grants) {
    const known = found.get(grant.real);
    found.set(
      grant.real,
      known === undefined
        ? grant
        : { ...known, write: known.write || grant.write, execute: known.execute || grant.execute },
    );
  }
  return [...found.values()];
}

/** A step of a path, and all that is granted there and beneath it. */
type Node = { readonly real: string; readonly children: Map<string, Node>; grant: PathGrant | undefined };

/** Grants of one kind, all for reading or all for writing. */
function joinKind(grants: readonly PathGrant[], isBroad: (real: string) => boolean): readonly PathGrant[] {
  const root: Node = { real: '/', children: new Map(), grant: undefined };
  for (const grant of without(grants)) {
    let node = root;
    for (const step of grant.real.split('/')) if (step !== '') node = childOf(node, step);
    node.grant = grant;
  }
  return joinedAt(root, isBroad);
}

function childOf(node: Node, step: string): Node {
  const known = node.children.get(step);
  if (known !== undefined) return known;
  const real = node.real === '/' ? `/${step}` : `${node.real}/${step}`;
  const child: Node = { real, children: new Map(), grant: undefined };
  node.children.set(step, child);
  return child;
}

/** Joins from the deepest directories up. */
function joinedAt(node: Node, isBroad: (real: string) => boolean): readonly PathGrant[] {
  const beneath: PathGrant[] = [];
  const used: string[] = [];
  let siblings = 0;
  for (const [step, child] of node.children) {
    const found = joinedAt(child, isBroad);
    if (found.length > 0) used.push(step);
    if (found.some(({ real }) => real === child.real)) siblings++;
    beneath.push(...found);
  }
  const { real, grant } = node;
  const own = grant === undefined ? [] : [grant];
  const many = siblings >= SIBLINGS || beneath.length >= DESCENDANTS;
  if (!many || isBroad(real)) return [...own, ...beneath];
  const execute = [...own, ...beneath].some((one) => one.execute);
  // A directory that was used as a whole was not joined.
  if (grant !== undefined) return [{ ...grant, execute }];
  return [{ real, directory: true, write: beneath.some(({ write }) => write), execute, joined: used.sort() }];
}

/** A directory in which many single files are started is granted with that, too. */
function widen(grants: readonly PathGrant[], isBroad: (real: string) => boolean): readonly PathGrant[] {
  const wide = grants.map((outer) => {
    if (!outer.directory || outer.execute || isBroad(outer.real)) return outer;
    const inner = grants.filter(
      (one) => one !== outer && one.execute && !one.write && liesWithin(one.real, outer.real),
    );
    return inner.length < SIBLINGS ? outer : { ...outer, execute: true };
  });
  return without(wide);
}

/** Leaves out grants that others include. */
function without(grants: readonly PathGrant[]): readonly PathGrant[] {
  const all = new Map(grants.map((grant) => [grant.real, grant]));
  return grants.filter((grant) => !isIncluded(grant, all));
}

function isIncluded(grant: PathGrant, all: ReadonlyMap<string, PathGrant>): boolean {
  for (let here = grant.real; ; here = parentOf(here)) {
    const outer = all.get(here);
    if (outer !== undefined && includes(outer, grant)) return true;
    if (here === '/') return false;
  }
}

/** Tells whether a path is that of a directory or lies beneath it. */
export function liesWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`);
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}
