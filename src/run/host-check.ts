import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { entryPoint } from '../plan/entry-points.ts';
import { mayMakeRawSockets } from '../services/socket/raw-sockets.ts';

/** One thing that programs need of this host, and whether it is there. */
export type HostCheck = {
  readonly name: string;
  /** Its purpose. */
  readonly purpose: string;
  readonly ok: boolean;
  /** The finding; one line. */
  readonly detail: string;
  /**
   * The meaning of its absence: nothing runs; programs run only with `--accept-missing`; or only other commands are
   * affected.
   */
  readonly need: 'required' | 'acceptable' | 'optional';
};

/** The most time for a probe, in milliseconds. */
const PATIENCE = 20_000;

const MINIMUM_NODE = [20, 19] as const;

const require = createRequire(import.meta.url);
const probe = `${entryPoint('host-probe')}.js`;

/** Facts that only trying can tell, each in a process of its own, since most cannot be undone. */
const probes: readonly Pick<HostCheck, 'name' | 'purpose' | 'need'>[] = [
  { name: 'openat2', purpose: 'paths never lead out of a granted directory', need: 'required' },
  { name: 'seccomp', purpose: 'no system calls beyond those that the grants need', need: 'acceptable' },
  {
    name: 'landlock',
    purpose: 'no files outside the granted ones, even for an attacker in the process',
    need: 'acceptable',
  },
  { name: 'mseal', purpose: 'an attacker in the process cannot forge lookups', need: 'acceptable' },
  {
    name: 'namespaces',
    purpose: 'programs for Linux and in TypeScript see nothing but their grants',
    need: 'acceptable',
  },
  {
    name: 'scopes',
    purpose: 'Linux programs without namespaces send no signals to others',
    need: 'optional',
  },
  {
    name: 'network',
    purpose: 'programs reach the hosts that rules grant (--net), and no others',
    need: 'optional',
  },
  {
    name: 'overlays',
    purpose: 'changes of a directory are kept aside (--overlay)',
    need: 'optional',
  },
  {
    name: 'encryption',
    purpose: 'files of a directory are encrypted (--encrypt)',
    need: 'optional',
  },
  {
    name: 'crash_guard',
    purpose: 'executables that crash do not start for a while (--crash-guard)',
    need: 'optional',
  },
  {
    name: 'executables',
    purpose: 'CloudABI executables run, with seccomp notification, namespaces and Landlock',
    need: 'optional',
  },
];

/** Tests which limits this host can enforce, by doing it. Takes some tenths of a second and changes nothing. */
export function checkHost(): HostCheck[] {
  const koffi = checkKoffi();
  const results = probes.map((probe): HostCheck => ({ ...probe, ...runProbe(probe.name, koffi.ok) }));
  return [checkNode(), koffi, ...results, checkRawSockets(koffi.ok), checkClang()];
}

/** Tells whether programs can be run, with nothing accepted to be missing. */
export function canRun(checks: readonly HostCheck[]): boolean {
  return checks.every(({ ok, need }) => ok || need === 'optional');
}

function checkNode(): HostCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  const wanted = ok ? '' : `, older than ${MINIMUM_NODE.join('.')}`;
  return {
    name: 'node',
    purpose: 'runs everything',
    need: 'required',
    ok,
    detail: `${process.versions.node} on ${process.platform} ${process.arch}${wanted}`,
  };
}

function checkKoffi(): HostCheck {
  const check = {
    name: 'koffi',
    purpose: 'makes system calls that Node has no functions for',
    need: 'required',
  } as const;
  try {
    require('koffi');
    return { ...check, ok: true, detail: 'its native part loads' };
  } catch (error) {
    return { ...check, ok: false, detail: firstLine(error instanceof Error ? error.message : String(error)) };
  }
}

function checkRawSockets(possible: boolean): HostCheck {
  const ok = possible && mayMakeRawSockets();
  return {
    name: 'raw-sockets',
    purpose: "service 'socket' opens raw sockets for programs, which need no capability themselves",
    need: 'optional',
    ok,
    detail: ok
      ? 'the launcher has CAP_NET_RAW'
      : 'the launcher lacks CAP_NET_RAW; others of UDP and ICMP work',
  };
}

function checkClang(): HostCheck {
  const check = { name: 'clang', purpose: "compiles C for 'cloudabi cc'", need: 'optional' } as const;
  try {
    require.resolve('@yowasp/clang/package.json');
    return { ...check, ok: true, detail: 'installed' };
  } catch (error) {
    // A package may well be there and not want to be looked into.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return { ...check, ok: true, detail: 'installed' };
    return { ...check, ok: false, detail: "not installed: npm install '@yowasp/clang@^22.0.0-0'" };
  }
}

function runProbe(name: string, possible: boolean): Pick<HostCheck, 'ok' | 'detail'> {
  if (!possible) return { ok: false, detail: 'cannot be tried without koffi' };
  const { stdout, status, signal, error } = spawnSync(process.execPath, [probe, name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: PATIENCE,
    // The places of a user's own folders.
    env: Object.fromEntries(
      ['HOME', 'XDG_STATE_HOME'].flatMap((variable) => {
        const value = process.env[variable];
        return value === undefined ? [] : [[variable, value]];
      }),
    ),
  });
  if (error !== undefined) return { ok: false, detail: firstLine(error.message) };
  try {
    const found: unknown = JSON.parse(stdout);
    if (typeof found === 'object' && found !== null && 'ok' in found && 'detail' in found) {
      return { ok: found.ok === true, detail: firstLine(String(found.detail)) };
    }
  } catch {
    // It ended before it could say anything.
  }
  return { ok: false, detail: `the attempt ended with ${signal ?? `status ${status}`}` };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
