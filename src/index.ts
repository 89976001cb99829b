/**
 * The API of cloudabi: run a program with exactly the resources in its argdata.
 *
 * ```ts
 * import { file, launch, pipe, socket } from 'cloudabi';
 *
 * const errors = pipe('write');
 * await using server = launch('server.wasm', {
 *   listen: [socket({ bind: '127.0.0.1:8080' })],
 *   rootdir: file('site', { rights: 'read' }),
 *   errors,
 * });
 * errors.stream.pipe(process.stderr);
 * console.log(await server.exited);
 * ```
 *
 * `cloudabi/grants` reads YAML documents, `cloudabi/argdata` has the binary codec; they are apart because most
 * programs need neither.
 */
export { type Argdata, type ArgdataMap, type ArgdataSeq, Float, Timestamp } from './argdata/value.ts';
export type { OnQuestion, Question, QuestionAnswer } from './asking/question.ts';
export { ModuleError } from './gates/wasm/module.ts';
export type { WasmAdapter, WasmExports } from './gates/wasm/start.ts';
export type { AskContext, ConnectAnswer, ConnectQuestion, OnConnect } from './network/question.ts';
export {
  type ConnectionRefusal,
  connectionRefusalToJson,
  formatConnectionRefusal,
} from './network/refusal.ts';
export { describePlan, type PlaceJson, type PlanJson, planToJson } from './plan/explain.ts';
export type { WorldJson } from './plan/linux/explain.ts';
export type { HostsJson } from './plan/linux/explain-hosts.ts';
export type { PlannedEntry, PlannedLinux, PlannedMount } from './plan/linux/planned.ts';
export {
  type Enforcement,
  type Grant,
  type Limits,
  type LinuxPlan,
  type NodePlan,
  type Plan,
  type PlannedCommand,
  type PlannedProgram,
  type PlanOptions,
  ProgramError,
  type ProgramErrorCode,
  type ProgramKind,
  plan,
  type Warning,
  type WasmPlan,
} from './plan/plan.ts';
export { AdapterError } from './plan/wasm/adapter.ts';
export { glob, literalPattern, type Pattern } from './policy/pattern.ts';
export {
  describeExit,
  type ExitReason,
  exitStatusOf,
  type RefusedLimit,
  type ResourceUsage,
} from './process/exit-reason.ts';
export { ExitStatus } from './process/exit-status.ts';
export type { KeptOverlay } from './process/kept-overlay.ts';
export type { LaunchOptions } from './process/options.ts';
export type { Process } from './process/process.ts';
export type { PolicyChange, ProgramPolicy } from './process/program-policy.ts';
export { formatRefusal, type Refusal, refusalToJson } from './process/refusal.ts';
export type { ProgramTerminal, TerminalOptions, TerminalSize } from './process/terminal.ts';
export * from './resources/constructors.ts';
export {
  type ControlProcessOptions,
  launch,
  launchPlan,
  processControl,
  processDescriptor,
} from './run/launch.ts';
export { launchRecorded, type RecordedOptions } from './run/recorded/launch-recorded.ts';
export { type Mechanism, MissingMechanismError, missingMechanisms } from './walls/confinement.ts';
