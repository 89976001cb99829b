import { Command, emptyCommand } from '../../resources/command.ts';
import { quote } from '../../resources/written.ts';
import { describeWorld } from '../linux/explain.ts';
import { LinuxPlanner } from '../linux/planner.ts';
import type { PlanKind } from '../plan-kind.ts';

/** Unmodified Linux programs. */
export const linuxKind: PlanKind<'linux'> = {
  title: 'Linux program',
  plan({ program, shown, content, limits, adapter, walls, files, check, mistakes }) {
    const { position } = content instanceof Command ? content.parts : {};
    if (adapter !== undefined)
      mistakes.add(`An adapter is for WebAssembly modules, and ${quote(shown)} is a Linux program`, position);
    // Nothing at all is a command that grants nothing; a mistake in the command has left nothing of it.
    const command = content === null ? emptyCommand() : content;
    if (command instanceof Command)
      return new LinuxPlanner(program, command.parts, walls, files, mistakes).plan(shown, limits, check);
    mistakes.add(
      `${quote(shown)} is a Linux program, which knows nothing of argdata: grant with !command instead of a tree`,
      undefined,
    );
    mistakes.throwIfAny();
    throw new TypeError('A tree was planned for a Linux program');
  },
  describe: ({ linux }) => ['', ...describeWorld(linux), ''],
};
