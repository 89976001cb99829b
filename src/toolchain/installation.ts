import { fileURLToPath } from 'node:url';

/** The folder of the installed package that this file belongs to. */
const INSTALLATION = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/**
 * Gives the dependency on us for a project's `package.json`: this very copy. No registry has a package of ours, so that
 * a name would bring a stranger's package.
 */
export function ownDependency(): Readonly<Record<string, string>> {
  return { cloudabi: `file:${INSTALLATION}` };
}
