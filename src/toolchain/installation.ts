import { fileURLToPath } from 'node:url';

/** The folder of the installed package that this file belongs to. */
const INSTALLATION = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * What a project's `package.json` says about its dependency on us: this very copy. No registry has a package of ours,
 * so that a name would bring whatever is published under it.
 */
export function ownDependency(): Readonly<Record<string, string>> {
  return { cloudabi: `file:${INSTALLATION}` };
}
