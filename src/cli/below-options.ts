import type { CommandOptions } from '../resources/constructors.ts';
import { grantOptions, linuxOptions, unlistedOptions } from './grant-options.ts';
import type { Includer } from './includer.ts';
import { type ParsedOptions, UsageError } from './options.ts';
import type { Project } from './project.ts';

/** The grants that count below those of options, and the project that they come with. */
export type BelowOptions = {
  /** `undefined` where options are all there is. */
  readonly include: Includer | undefined;
  readonly project: Project | undefined;
  /** The services of `--service`; `undefined` without any. */
  readonly services: CommandOptions['services'];
};

/** Nothing of it. */
export const NOTHING_BELOW: BelowOptions = { include: undefined, project: undefined, services: undefined };

/**
 * Finds the grants below those of options: profiles, the file of the project, and limits of services. The code that reads them is loaded where
 * there are any.
 *
 * @throws UsageError
 */
export async function belowOptions(given: ParsedOptions): Promise<BelowOptions> {
  const project = await projectOf(given);
  if (project !== undefined) return { ...NOTHING_BELOW, include: project.include, project };
  const services = await servicesOf(given);
  if (!given.has('--profile')) return { ...NOTHING_BELOW, services };
  const { includeInOptions } = await import('../profiles/command.ts');
  return { ...NOTHING_BELOW, include: (...parts) => includeInOptions(...parts), services };
}

/** Limits are YAML, whose parser is loaded for them alone. */
async function servicesOf(given: ParsedOptions): Promise<CommandOptions['services']> {
  if (!given.has('--service')) return undefined;
  const { readServiceOptions } = await import('./service-option.ts');
  return readServiceOptions(given);
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
