import type { CallList } from '../host/processes/call-list.ts';
import { LANDLOCK_RULE_PATH_BENEATH } from '../linux/landlock.ts';
import {
  FSCONFIG_CMD_CREATE,
  FSMOUNT_CLOEXEC,
  FSOPEN_CLOEXEC,
  MOVE_MOUNT_F_EMPTY_PATH,
} from '../linux/mounts.ts';
import { AT_FDCWD } from '../linux/open-flags.ts';
import { landlockHoldsFiles, pathRule, QUEUE_ACCESS } from './landlock-domain.ts';
import type { World } from './world.ts';

/* The steps that let a program open message queues of its own IPC namespace (mq_overview(7)). */

/**
 * Adds a rule for the file system of message queues to a Landlock ruleset. It is mounted nowhere in the program's root;
 * any mount of it leads to the same one.
 *
 * Precondition: the process has its own IPC and mount namespaces, and still the host's root, which it is about to leave
 * with all that is mounted in it, and needs its /proc no more. (On the host's root itself it would be the mount that
 * umount2(2) finds in that one's place.) In a copy of another root, it is mounted at a hidden place. To close a mount that is nowhere would take the kernel longer than all these steps:
 * it waits for every processor then (fs/namespace.c, `namespace_unlock`).
 */
export function addQueues(list: CallList, ruleset: number, world: World, at = '/proc'): void {
  if (!landlockHoldsFiles(world)) return;
  const words = 'let message queues in';
  const context = list.slot('file system of message queues');
  const rule = list.data('rule for message queues', [pathRule(QUEUE_ACCESS, 0)]);
  // The descriptor is stored where the rule has it.
  const mount = list.slotAt(rule, 8);
  // A kernel without them has none to open.
  const next = list.label();
  list.call(words, 'fsopen', [list.text('mqueue'), FSOPEN_CLOEXEC], { result: context, onError: next });
  list.call(words, 'fsconfig', [context, FSCONFIG_CMD_CREATE, 0, 0, 0]);
  list.call(words, 'fsmount', [context, FSMOUNT_CLOEXEC, 0], { result: mount });
  list.call(words, 'landlock_add_rule', [ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0]);
  list.call(words, 'move_mount', [mount, list.text(''), AT_FDCWD, list.text(at), MOVE_MOUNT_F_EMPTY_PATH]);
  for (const descriptor of [mount, context]) list.call(words, 'close', [descriptor]);
  list.place(next);
}
