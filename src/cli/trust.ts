import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { reasonOf } from '../resources/file-kind.ts';
import { quote } from '../resources/written.ts';
import { UsageError } from './options.ts';
import { print } from './output.ts';
import type { Project } from './project.ts';

/** A program that every Linux host has, to show the grants with. */
const SOME_PROGRAM = '/bin/sh';

/** Adds `cloudabi trust`: confirms the grants of a project before anything is started with them. */
export function addTrust(program: Command): void {
  program
    .command('trust')
    .description("show the grants of a project's cloudabi.yaml, and confirm them")
    .argument('[directory]', 'the directory of the project, or one in it', '.')
    .option('--digest <digest>', 'confirm them without a question, if they have this digest (sha256:…)')
    .option('--forget', 'forget an earlier confirmation')
    .action(async (directory: string, given: { digest?: string; forget?: true }) => {
      const project = await projectIn(directory);
      if (given.forget === true) {
        const { forget } = await import('../profiles/trust.ts');
        forget(project.file.path);
        return;
      }
      const { planToLaunch } = await import('../plan/plan.ts');
      const command = project.include([], {}, { subject: 'trust', spelling: 'document' });
      const plan = planToLaunch(SOME_PROGRAM, command, {});
      await project.confirm(plan, given.digest, SOME_PROGRAM);
      if (given.digest !== undefined) project.keep();
      print(`Confirmed: ${project.digest}\n`);
    });
}

async function projectIn(directory: string): Promise<Project> {
  const [{ findProjectFile, ProjectFileError, PROJECT_FILE }, project, { realPathOf }] = await Promise.all([
    import('../profiles/project-file.ts'),
    import('./project.ts'),
    import('../host/files/host-path.ts'),
  ]);
  try {
    const start = statSync(directory).isDirectory() ? directory : dirname(resolve(directory));
    const file = findProjectFile(realPathOf(resolve(start)));
    if (file !== undefined) return new project.Project(file);
  } catch (error) {
    if (error instanceof ProjectFileError) throw new UsageError(error.message);
    throw new UsageError(`Cannot look for ${PROJECT_FILE} in ${quote(directory)}: ${reasonOf(error)}`);
  }
  throw new UsageError(`There is no ${PROJECT_FILE} of this user in ${quote(directory)}, nor above it`);
}
