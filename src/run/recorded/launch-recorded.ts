import { connectionRefusalToJson } from '../../network/refusal.ts';
import type { Plan } from '../../plan/plan-types.ts';
import type { LaunchOptions } from '../../process/options.ts';
import type { Process } from '../../process/process.ts';
import { refusalToJson } from '../../process/refusal.ts';
import { refusedAccessToJson } from '../../process/refused-accesses.ts';
import { reasonOf } from '../../resources/file-kind.ts';
import { launchPlan } from '../launch.ts';
import { ProgramAudit } from './program-audit.ts';
import { RefusalLog } from './refusal-log.ts';
import { Registration } from './registration.ts';

/** Options for launching a program whose run is recorded. */
export type RecordedOptions = LaunchOptions & {
  /**
   * A file, or the number of a descriptor, to which records of its start, refusals, changes and end are added, each with the
   * hash of the one before. When that fails, the program is ended. None by default.
   */
  readonly audit?: string | number;
  /** True if `cloudabi ps` lists it, and `inspect`, `attach` and `ctl` find it, once it has run for a second. */
  readonly listed?: boolean;
};

/** The name of the command in records and lists. */
const COMMAND = 'api';

/**
 * Carries out a plan as `launchPlan` does, with an audit stream or an entry among running programs.
 *
 * @throws Error when the stream cannot be written or the program could change it, and all that `launchPlan` throws.
 *
 * @example
 * launchRecorded(plan('/usr/bin/make', command({ base: 'system' })), { audit: 'audit.jsonl', listed: true });
 */
export function launchRecorded(plan: Plan, { audit: target, listed, ...options }: RecordedOptions): Process {
  const audit = target === undefined ? undefined : new ProgramAudit(COMMAND, plan, target, () => undefined);
  const refusals = new RefusalLog();
  const { onRefused, onRefusedConnection, onRefusedAccess, onPolicyChange } = options;
  let program: Process;
  try {
    program = launchPlan(plan, {
      ...options,
      ...((onRefused || audit) && {
        onRefused: (refusal) => {
          audit?.refused(refusalToJson(refusal));
          onRefused?.(refusal);
        },
      }),
      ...((onRefusedConnection || audit || listed) && {
        onRefusedConnection: (refusal) => {
          refusals.add(refusal);
          audit?.refused(connectionRefusalToJson(refusal));
          onRefusedConnection?.(refusal);
        },
      }),
      ...((onRefusedAccess || audit) && {
        onRefusedAccess: (refusal) => {
          audit?.refused(refusedAccessToJson(refusal, options.onAccess !== undefined));
          onRefusedAccess?.(refusal);
        },
      }),
      onPolicyChange: (change) => {
        audit?.changedPolicy(change);
        onPolicyChange?.(change);
      },
    });
  } catch (error) {
    audit?.ended({ kind: 'failed', code: 'cannot_start', message: reasonOf(error) });
    throw error;
  }
  audit?.begin(() => program.kill());
  const registration = listed === true ? new Registration(COMMAND, plan) : undefined;
  const onChange =
    audit && ((action: 'allow' | 'deny', rules: readonly string[]) => audit.changed(action, rules));
  registration?.serveSoon({ program, refusals, board: undefined, onChange });
  void program.exited.then((reason) => {
    registration?.end();
    audit?.ended(reason);
  });
  return program;
}
