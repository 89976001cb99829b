import { tellsEnds } from '../../host/processes/process-info.ts';
import type { CommandParts } from '../../resources/command.ts';
import type { Mistakes } from '../../resources/mistake.ts';
import { spell } from '../../resources/spelling.ts';
import type { CallGroup } from '../../worlds/call-groups.ts';
import type { Walls } from '../../worlds/world.ts';
import type { PlannedLinux } from './planned.ts';

/** The reasons why a supervisor cannot answer for programs that may make these calls. */
const unanswered: Partial<Record<CallGroup, string>> = {
  io_uring: 'no filter sees its operations',
  namespaces: 'a program that mounts gives files other paths',
  user_namespaces: 'a program with a root of its own gives files other paths',
  watch_files: 'files are named by other means than their paths',
};

/** The facts that rules depend on. */
export type RuleCheckContext = {
  readonly walls: Walls;
  readonly calls: readonly CallGroup[];
  readonly mistakes: Mistakes;
};

/** Tells whether a supervisor answers for a program. */
export function isSupervised({
  rules,
  rulesState,
  crashGuard,
}: Pick<PlannedLinux, 'rules' | 'rulesState' | 'crashGuard'>): boolean {
  return rules.length > 0 || rulesState !== 'sealed' || crashGuard !== undefined;
}

/** Finds grants that would get a program around rules that are decided while it runs. */
export function checkRules(
  { rules, rulesState, crashGuard }: Pick<PlannedLinux, 'rules' | 'rulesState' | 'crashGuard'>,
  { linux, spelling }: Pick<CommandParts, 'linux' | 'spelling'>,
  { walls, calls, mistakes }: RuleCheckContext,
): void {
  const [first] = rules;
  if (!isSupervised({ rules, rulesState, crashGuard })) return;
  if (crashGuard !== undefined && !tellsEnds())
    mistakes.add(
      `'${spell('crash_guard', spelling)}' needs Linux 6.15, which says how processes have ended`,
      linux.given.get('crash_guard'),
      'crash_guard',
    );
  if (walls === 'landlock')
    mistakes.add(
      'Rules that are decided while a program runs need namespaces, in which a supervisor sees its processes alone; do with all walls, or without rules',
      first === undefined ? linux.given.get('rules_state') : first.position,
      first?.source.place ?? 'rules_state',
    );
  for (const group of calls) {
    const reason = unanswered[group];
    if (reason !== undefined)
      mistakes.add(
        `Group '${group}' of '${spell('system_calls', spelling)}' cannot be granted with rules about files: ${reason}`,
        linux.given.get('system_calls'),
        'system_calls',
      );
  }
}
