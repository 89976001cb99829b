import { grantOptions, linuxOptions, unlistedOptions } from './exec-grants.ts';
import type { Includer } from './includer.ts';
import { type ParsedOptions, UsageError } from './options.ts';
import type { Project } from './project.ts';

/** The grants that count below those of options, and the project that they come with. */
export type BelowOptions = {
  /** `undefined` where options are all there is. */
  readonly include: Includer | undefined;
  readonly project: Project | undefined;
};

/**
 * Finds the grants below those of options: profiles, and the file of the project. The code that reads them is loaded where
 * there are any.
 *
 * @throws UsageError
 */
export async function belowOptions(given: ParsedOptions): Promise<BelowOptions> {
  const project = await projectOf(given);
  if (project !== undefined) return { include: project.include, project };
  if (!given.has('--profile')) return { include: undefined, project: undefined };
  const { includeInOptions } = await import('../profiles/command.ts');
  return { include: (...parts) => includeInOptions(...parts), project: undefined };
}

async function projectOf(given: ParsedOptions): Promise<Project | undefined> {
  const asked = asksForProject(given);
  if (asked === 'no') return undefined;
  const { findProjectFile, ProjectFileError, PROJECT_FILE } = await import('../profiles/project-file.ts');
  try {
    const file = findProjectFile(process.cwd());
    if (file !== undefined) return new (await import('./project.ts')).Project(file);
  } catch (error) {
    throw error instanceof ProjectFileError ? new UsageError(error.message) : error;
  }
  if (asked === 'may') return undefined;
  throw new UsageError(
    `There is no ${PROJECT_FILE} of this user in the working directory, nor above it as far as the project can reach`,
  );
}

/** Tells whether a command line takes its grants from a project file, if there is one. */
function asksForProject(given: ParsedOptions): 'must' | 'may' | 'no' {
  if (given.has('--no-project')) {
    for (const name of ['--project', '--trust'])
      if (given.has(name)) throw new UsageError(`${name} and --no-project exclude each other`);
    return 'no';
  }
  if (given.has('--project') || given.has('--trust')) return 'must';
  const grants = [...grantOptions, ...linuxOptions, ...unlistedOptions];
  return grants.some(({ name }) => given.has(name)) ? 'no' : 'may';
}
