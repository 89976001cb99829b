// Takes every claim that a plan of a Linux program makes, and attacks exactly that.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { type Scene, SceneWatch } from '../../../attacks/frame/scene.ts';
import { Neighbours } from '../../../attacks/runners/neighbours.ts';
import { reapIfEnded } from '../../../src/host/processes/spawn.ts';
import { planToJson } from '../../../src/plan/explain.ts';
import { plan } from '../../../src/plan/plan.ts';
import type { Enforcement, LinuxPlan } from '../../../src/plan/plan-types.ts';
import { heldHere } from '../../../src/plan/wall-names.ts';
import { type CommandOptions, command, fd, file } from '../../../src/resources/constructors.ts';
import type { Resource } from '../../../src/resources/resource.ts';
import { openWorld } from '../../../src/run/linux/open.ts';
import { startLinux, type Without } from '../../../src/worlds/start.ts';
import type { Walls } from '../../../src/worlds/world.ts';
import { type AttemptOf, type Ground, trials, triedElsewhere } from '../../frame/run/linux/claim-trials.ts';

const SOURCE = 'tests/run/linux/claims.c';
const skip = spawnSync('gcc', ['--version']).status === 0 ? false : 'there is no gcc';

type Options = Omit<CommandOptions, 'directories'> & {
  readonly directories?: Readonly<Record<string, Resource>>;
};

/** A claim of a plan, and where what it is about lies. */
type Claim = Enforcement & { readonly at: string };

let neighbours: Neighbours;
const folder = mkdtempSync(join(tmpdir(), 'cloudabi-claims-'));
const compiled = join(folder, 'claims');
before(async () => {
  if (skip === false) {
    const options = ['-O1', '-static', '-Wall', '-Werror', '-D_GNU_SOURCE'];
    execFileSync('gcc', [...options, '-o', compiled, SOURCE]);
  }
  neighbours = await Neighbours.start();
});
after(() => {
  neighbours.stop();
  rmSync(folder, { recursive: true });
});

/** The plans whose claims are tried, by what is special about them. */
const variants: readonly (readonly [
  name: string,
  walls: readonly Walls[],
  options: (scene: Scene) => Options,
])[] = [
  ['without a network', ['all', 'landlock'], () => ({ network: 'none' })],
  ['with a loopback of its own', ['all'], () => ({ network: 'loopback' })],
  ['with no port', ['all', 'landlock'], () => ({ network: { mode: 'host', connect: [], bind: [] } })],
  ['with one port', ['all', 'landlock'], () => ({ network: { mode: 'host', connect: [1], bind: [1] } })],
  ['with the base system', ['all', 'landlock'], () => ({ base: 'system', tmp: false })],
  [
    'with grants within wider ones',
    ['all'],
    ({ WORK }) => ({
      proc: 'processes',
      directories: { [join(WORK, 'on/the/way')]: file(join(WORK, 'on/the/way'), { rights: 'read' }) },
    }),
  ],
  ['with groups of system calls', ['all', 'landlock'], () => ({ systemCalls: ['performance', 'debug'] })],
  ['that may change attributes', ['landlock'], () => ({ systemCalls: ['attributes'] })],
  [
    'with limits',
    ['all'],
    () => ({
      limits: { memory: '1 GiB', openFiles: 64, fileSize: '1 MiB', cpuTime: '1min', wallClock: '1min' },
    }),
  ],
];

/** A scene with all that is tried to be changed, started and opened. */
function furnish(t: TestContext): { readonly scene: Scene; readonly program: string } {
  const watch = new SceneWatch();
  t.after(() => watch.remove());
  const { scene } = watch;
  const program = join(scene.WORK, 'claims');
  copyFileSync(compiled, program);
  chmodSync(program, 0o755);
  mkdirSync(join(scene.WORK, 'on/the/way'), { recursive: true });
  for (const folder of [scene.READ, scene.DATA, join(scene.WORK, 'on/the/way')]) {
    writeFileSync(join(folder, 'file'), 'content');
    copyFileSync('/bin/true', join(folder, 'program'));
    mkdirSync(join(folder, 'folder'), { recursive: true });
    execFileSync('mkfifo', [join(folder, 'pipe')]);
  }
  return { scene, program };
}

function planned(
  program: string,
  scene: Scene,
  walls: Walls,
  { directories = {}, ...options }: Options,
): LinuxPlan {
  const { READ, WORK, DATA, ROOT } = scene;
  const made = command({
    stdin: file(join(READ, 'file')),
    descriptors: { 5: file(join(ROOT, 'log'), { rights: ['write', 'create'] }) },
    ...options,
    directories: {
      [READ]: file(READ, { rights: 'read' }),
      [DATA]: file(DATA, { rights: ['read', 'write', 'create', 'remove'] }),
      [WORK]: file(WORK, { rights: ['read', 'write', 'create', 'remove', 'execute'] }),
      ...directories,
    },
  });
  const found = plan(program, made, { walls });
  assert.ok(found.kind === 'linux');
  return found;
}

function claimsOf(found: LinuxPlan): readonly Claim[] {
  const { enforcement, grants, world } = planToJson(found);
  const about = (limits: readonly Enforcement[], at: string): Claim[] =>
    limits.map((limit) => ({ ...limit, at }));
  return [
    ...about(enforcement, ''),
    ...grants.flatMap(({ enforcement: limits, descriptor }) => about(limits, String(descriptor))),
    ...(world?.entries ?? [])
      .filter(({ why }) => why.startsWith('directories') || why === 'pin')
      .flatMap(({ enforcement: limits, at }) => about(limits, at)),
  ];
}

/** Attempts for these claims, each once. */
function attemptsFor(claims: readonly Claim[], scene: Scene): readonly AttemptOf[] {
  const all = claims.flatMap(({ limit, by, at }) => {
    const elsewhere = triedElsewhere.find(([claim]) => claim.test(limit));
    if (elsewhere !== undefined) {
      assert.ok(existsSync(elsewhere[1]), elsewhere[1]);
      return [];
    }
    const trial = trials.find(({ claim }) => claim.test(limit));
    assert.ok(trial !== undefined, `'${limit}' is claimed, and nothing tries it`);
    const ground: Ground = { scene, neighbours: neighbours.environment, at, limit, by };
    return trial.attempts(ground);
  });
  return [...new Map(all.map((attempt) => [attempt.join(' '), attempt])).values()];
}

/** Runs the attempts in the world of a plan; returns a line for each. */
function run(found: LinuxPlan, walls: Walls, without: Without, output: string): string[] {
  const opened = openWorld(found, walls, {});
  const started = startLinux(opened.world, without);
  opened.close();
  const bytes = Buffer.alloc(4096);
  // It ends when the last of its processes has.
  while (readSync(started.status, bytes) > 0);
  closeSync(started.status);
  closeSync(started.process.pidfd);
  while (reapIfEnded(started.process.pid) === undefined);
  opened.cgroups?.remove();
  return readFileSync(output, 'utf8').split('\n').filter(Boolean);
}

for (const [name, kinds, optionsOf] of variants)
  for (const walls of kinds)
    test(`the claims of the plan of a program ${name} hold behind ${walls === 'all' ? 'all walls' : 'Landlock alone'}`, {
      skip,
    }, (t) => {
      const { scene, program } = furnish(t);
      const options = optionsOf(scene);
      const output = join(scene.ROOT, 'output');
      const stdout = openSync(output, 'a');
      t.after(() => closeSync(stdout));
      const streams = { ...options, stdout: fd(stdout) };
      const claims = claimsOf(planned(program, scene, walls, streams));
      const rounds: readonly (readonly [left: string, without: Without, claims: readonly Claim[]])[] = [
        ['all of it', {}, claims],
        // The remaining walls hold by themselves.
        ...(walls === 'all'
          ? ([
              ['without Landlock', { landlock: true }, heldHere(claims, ['landlock'])],
              ['without seccomp', { seccomp: true }, heldHere(claims, ['seccomp'])],
            ] as const)
          : []),
      ];
      for (const [left, without, remaining] of rounds) {
        const attempts = attemptsFor(remaining, scene);
        assert.ok(attempts.length > 3);
        const again = planned(program, scene, walls, { ...streams, arguments: attempts.flat() });
        writeFileSync(output, '');
        const lines = run(again, walls, without, output);
        assert.deepEqual(
          lines.filter((line) => !line.startsWith('held: ')),
          [],
          left,
        );
        assert.equal(lines.length, attempts.length, left);
      }
    });

test('outside of the walls, the attempts succeed', { skip }, (t) => {
  const { scene, program } = furnish(t);
  const { PORT = '', STREAMS = '', ABSTRACT = '', VICTIM = '' } = neighbours.environment;
  const attempts: readonly AttemptOf[] = [
    ['read-file', `${scene.SECRET}/file`],
    ['see-name', `${scene.SECRET}/file`],
    ['change-file', `${scene.READ}/file`],
    ['change-directory', scene.READ],
    ['change-attributes', `${scene.DATA}/file`],
    ['write-pipe', `${scene.READ}/pipe`],
    ['start-program', `${scene.DATA}/program`],
    ['map-code', `${scene.DATA}/program`],
    ['move-away', join(scene.WORK, 'on')],
    ['use-tcp', PORT],
    ['send-datagrams', PORT],
    ['listen', '0'],
    ['bind-port', '0'],
    ['call-path', STREAMS],
    ['call-abstract', ABSTRACT],
    ['signal-process', VICTIM],
    ['see-process', VICTIM],
    ['read-descriptor', '0'],
  ];
  const stdin = openSync(join(scene.READ, 'program'), 'r');
  const { stdout } = spawnSync(program, attempts.flat(), {
    encoding: 'utf8',
    stdio: [stdin, 'pipe', 'inherit'],
  });
  closeSync(stdin);
  const succeeded = attempts.filter((attempt) => stdout.includes(`broken: ${attempt.join(' ')}:`));
  assert.deepEqual(succeeded, attempts, stdout);
});
