import { commandsLimit, requireCommand } from '../command-limit.ts';
import { needed } from '../limit.ts';
import { keeps } from '../program/check-request.ts';
import { checkStream } from '../program/check-stream.ts';
import { programGrants, programsLimit, resolvePrograms } from '../program/grant.ts';
import { LauncherPrograms } from '../program/launcher-programs.ts';
import { streamNames } from '../program/limits.ts';
import { clientSignals } from '../program/process-end.ts';
import { ProgramCounts, ProgramStarter } from '../program/starter.ts';
import { defineService, type RequestChannel, serviceCall } from '../service.ts';
import { ServiceError } from '../service-error.ts';
import {
  boolShape,
  choiceShape,
  descriptorShape,
  integerShape,
  listShape,
  mapShape,
  optionalShape,
  recordShape,
  textShape,
} from '../shape.ts';
import { Passed } from '../wire.ts';

const commands = ['start', 'wait', 'signal'] as const;

const MOST_WORDS = 1024;
const id = integerShape(1, Number.MAX_SAFE_INTEGER);
const word = textShape(4096);

const end = recordShape({
  kind: choiceShape(['exited', 'signal', 'ended']),
  /** The status of one that has exited. */
  code: optionalShape(integerShape(0, 2 ** 32)),
  /** The signal, or the reason. */
  reason: optionalShape(textShape(4096)),
});

const limits = {
  commands: commandsLimit(commands),
  programs: needed(programsLimit),
};

/** Programs that are started with grants of their own, which the client never holds. */
export const programService = defineService({
  name: 'program',
  about: 'Starts programs with grants of their own: a client may run `deploy` and never holds its keys.',
  holds:
    'two sockets to the launcher, which checks each request once more; neither the grants of the programs nor their paths',
  process: 'own',
  limits,
  calls: {
    start: serviceCall(
      'Starts a program. Gives the number by which this channel knows it, and the descriptor that controls its process. `keep` says with what it ends: the channel, as by default, the last copy of that descriptor, or the launcher.',
      {
        name: textShape(64, ['gh']),
        arguments: optionalShape(listShape(word, MOST_WORDS)),
        environment: optionalShape(mapShape(word, word, MOST_WORDS)),
        stdin: optionalShape(descriptorShape),
        stdout: optionalShape(descriptorShape),
        stderr: optionalShape(descriptorShape),
        keep: optionalShape(choiceShape(keeps)),
      },
      recordShape({ id, process: descriptorShape }),
    ),
    wait: serviceCall('Waits for the end of a program that this channel has started.', { id }, end),
    signal: serviceCall(
      'Sends it a signal; false when it has ended.',
      { id, name: choiceShape(clientSignals) },
      recordShape({ sent: boolShape }),
    ),
  },
  state: null,
  resolve: (given, directory) => ({ ...given, programs: resolvePrograms(given.programs, directory) }),
  steeredBy: ({ programs }) => [...programs.values()].flatMap(({ path }) => path ?? []),
  asks: ({ programs }) => ({ kind: 'programs', programs: programGrants(programs) }),
  prepare: () => ({ descriptors: {}, data: null }),
  start: ({ descriptors }, _, host) => {
    const launcher = new LauncherPrograms(descriptors['launcher'] ?? -1, descriptors['handed'] ?? -1, host);
    const counts = new ProgramCounts();
    const starters = new WeakMap<object, ProgramStarter>();
    const starterOf = (channel: Pick<RequestChannel<unknown, unknown>, 'signal'>): ProgramStarter => {
      let starter = starters.get(channel);
      if (starter === undefined) {
        const made = new ProgramStarter(counts);
        starter = made;
        starters.set(channel, made);
        channel.signal.addEventListener('abort', () => made.close(), { once: true });
      }
      return starter;
    };
    return {
      start: async (
        { name, arguments: words = [], environment = new Map(), keep = 'channel', ...streams },
        channel,
      ) => {
        requireCommand(channel.limits, 'start');
        const given = streamNames.flatMap((stream) => {
          const passed = streams[stream];
          return passed === undefined ? [] : [{ stream, descriptor: passed.descriptor }];
        });
        for (const { stream, descriptor } of given) checkStream(stream, descriptor);
        const allowed = new Map([...channel.limits.programs].map(([key, program]) => [key, program.limits]));
        const starter = starterOf(channel);
        const request = {
          name,
          arguments: words,
          environment,
          streams: given.map(({ stream }) => stream),
          keep,
        };
        const started = await starter.start(request, allowed, (asked, within) =>
          launcher.start(
            asked,
            within,
            given.map(({ descriptor }) => descriptor),
          ),
        );
        return { id: started, process: new Passed(starter.descriptorOf(started) ?? -1) };
      },
      wait: async (given, channel) => {
        requireCommand(channel.limits, 'wait');
        const found = await starterOf(channel).wait(given.id);
        if (found === undefined)
          throw new ServiceError(
            'ENOENT',
            'This channel has started no program of this number, or has waited for it',
          );
        if (found.kind === 'exited') return { kind: found.kind, code: found.code };
        return { kind: found.kind, reason: found.kind === 'signal' ? found.name : found.reason };
      },
      signal: (given, channel) => {
        requireCommand(channel.limits, 'signal');
        return { sent: starterOf(channel).signal(given.id, given.name) };
      },
    };
  },
});
