import dns from 'node:dns';
import inspector from 'node:inspector';
import nodeModule, { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import tls from 'node:tls';
import workers from 'node:worker_threads';
import { CapsicumError, NotPreparedError } from './errors.ts';
import { again, type FactsFound, prepared, type System } from './prepared.ts';
import { readAvailableMemory, readProcessors } from './proc.ts';

/*
 * A function of Node that would hide a refusal (by an empty list, another error or a default) is replaced by one that
 * answers from the preparations, or names the missing one. The walls do not rest on this.
 */

type Callable = (...args: never[]) => unknown;
type Class = abstract new (...args: never[]) => unknown;

/**
 * The replacements, made when this module is loaded, because entering is to be short: functions by the object that
 * has them.
 */
const replacements: (readonly [object: object, name: string, descriptor: PropertyDescriptor])[] = [];

function replace(object: object, name: string, value: Callable | Class): void {
  const descriptor = Object.getOwnPropertyDescriptor(object, name);
  if (descriptor === undefined) return;
  const original: unknown = descriptor.value;
  if (typeof original === 'function' && value.name !== original.name)
    Object.defineProperty(value, 'name', { value: original.name });
  replacements.push([object, name, { ...descriptor, value }]);
}

/** `process.constrainedMemory`, which Node has from version 19.6 on. */
const ownLimit: unknown = Reflect.get(process, 'constrainedMemory');
const systemRoots = process.execArgv.includes('--use-system-ca') || process.env['NODE_USE_SYSTEM_CA'] === '1';

guardNames();
guardResolvers();
guardSystem();
guardCertificates();
replace(inspector, 'open', () => {
  throw new NotPreparedError('inspector.open()', 'starting Node with --inspect');
});

/**
 * Puts the replacements in place, for modules of both kinds.
 *
 * @param preload The file that does so in workers (preload.ts); without it, no workers can be started.
 */
export function installGuards(preload: string | undefined): void {
  // Each thread would read name servers from a file. Setting them undoes replacements.
  if (!workers.isMainThread) dns.setServers(found().nameServers);
  else prepared.found ??= readOnce();
  for (const [object, name, descriptor] of replacements) Object.defineProperty(object, name, descriptor);
  guardModules();
  guardWorkers(preload);
  syncBuiltinESMExports();
}

/** Reads once the files that Node reads at their first use, for a process that is to be recorded. */
export function readForRecording(): void {
  found();
}

/** Reads the files that Node reads at their first use, when it would get a default. */
function readOnce(): FactsFound {
  new Date().getTimezoneOffset();
  void process.stdout;
  void process.stderr;
  // Roots from files are read with the first context, and left out with a warning then.
  if ((systemRoots || process.env['NODE_EXTRA_CA_CERTS']) && prepared.certificates.size === 0)
    tls.createSecureContext();
  return {
    nameServers: dns.getServers(),
    parallelism: os.availableParallelism(),
    memoryLimit: typeof ownLimit === 'function' ? Reflect.apply(ownLimit, process, []) : undefined,
  };
}

/** Returns the earlier result: replacements are called after that. */
function found(): FactsFound {
  prepared.found ??= readOnce();
  return prepared.found;
}

/** @throws CapsicumError for a Node that will look for its Intl data in files. */
export function requireIntl(): void {
  const directory =
    process.env['NODE_ICU_DATA'] ?? process.execArgv.find((one) => one.startsWith('--icu-data-dir'));
  if (directory !== undefined && directory !== '' && !prepared.locales) {
    throw new CapsicumError(
      'bad_option',
      `Node reads its Intl data from '${directory}' when they are first used: call prepare({ locales: [...] }) before enter()`,
    );
  }
}

const LOAD = 'naming it in prepare({ modules: [...] }) before enter(), or keeping its directory';

type Resolve = (request: string, ...rest: unknown[]) => string;
/** `module.registerHooks`, which Node has from version 22.15 on. */
type RegisterHooks = (hooks: {
  resolve: (
    specifier: string,
    context: unknown,
    next: (specifier: string, context: unknown) => unknown,
  ) => unknown;
}) => unknown;

function notLoaded(request: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const absent =
    code === 'MODULE_NOT_FOUND' ||
    code === 'ERR_MODULE_NOT_FOUND' ||
    code === 'EACCES' ||
    code === 'EPERM' ||
    code === 'ERR_INVALID_PACKAGE_CONFIG';
  return absent ? new NotPreparedError(`Loading '${request}'`, LOAD, { cause: error }) : error;
}

/** Node says of a file it may not look at that it does not exist. */
function guardModules(): void {
  const registerHooks: unknown = Reflect.get(nodeModule, 'registerHooks');
  if (typeof registerHooks === 'function') {
    (registerHooks as RegisterHooks)({
      resolve: (specifier, context, next) => {
        try {
          return next(specifier, context);
        } catch (error) {
          throw notLoaded(specifier, error);
        }
      },
    });
    return;
  }
  // Before Node 22.15 there are no such hooks: require() alone can be helped.
  const internals: { _resolveFilename?: Resolve } = nodeModule as object;
  const original = internals._resolveFilename;
  if (original === undefined) return;
  internals._resolveFilename = function resolveFilename(this: unknown, request, ...rest): string {
    try {
      return Reflect.apply(original, this, [request, ...rest]);
    } catch (error) {
      throw notLoaded(request, error);
    }
  };
}

type Lookup = { family?: unknown; all?: boolean };

function guardNames(): void {
  const find = (name: string, options: unknown): dns.LookupAddress[] => {
    const wanted: Lookup = typeof options === 'number' ? { family: options } : (options ?? {});
    const family = wanted.family === 'IPv4' ? 4 : wanted.family === 'IPv6' ? 6 : wanted.family;
    const found = prepared.names.get(name)?.filter((one) => !family || one.family === family);
    if (found === undefined || found.length === 0) {
      throw new NotPreparedError(`Looking up '${name}'`, `prepare({ dns: ['${name}'] }) before enter()`);
    }
    return found;
  };
  const isAddress = (name: string): boolean => /^[\d.]+$|:/.test(name) || name === '';
  const { lookup } = dns;
  const promised = dns.promises.lookup;
  replace(dns, 'lookup', (name: string, options: unknown, callback?: unknown) => {
    const done = (callback ?? options) as (error: unknown, address?: unknown, family?: number) => void;
    const settings = callback === undefined ? undefined : options;
    if (isAddress(String(name ?? '')))
      return Reflect.apply(lookup, dns, callback === undefined ? [name, done] : [name, options, done]);
    process.nextTick(() => {
      let found: dns.LookupAddress[];
      try {
        found = find(name, settings);
      } catch (error) {
        done(error);
        return;
      }
      if (wantsAll(settings)) done(null, found);
      else done(null, found[0]?.address, found[0]?.family);
    });
    return {};
  });
  replace(dns.promises, 'lookup', async (name: string, options?: object) => {
    if (isAddress(String(name ?? ''))) return Reflect.apply(promised, dns.promises, [name, options]);
    const found = find(name, options);
    return wantsAll(options) ? found : found[0];
  });
  const names = Object.keys(dns).filter((name) => /^(?:resolve|reverse|lookupService)/.test(name));
  const refuse = (name: string): never => {
    throw new NotPreparedError(`dns.${name}()`, 'asking before enter(): it needs a socket of its own');
  };
  for (const name of names) {
    replace(dns, name, () => refuse(name));
    replace(dns.promises, name, async () => refuse(name));
  }
}

/** A resolver of the application's own begins with the name servers that were read, and would find none itself. */
function guardResolvers(): void {
  for (const module of [dns, dns.promises]) {
    const { Resolver } = module;
    replace(
      module,
      'Resolver',
      new Proxy(Resolver, {
        construct: (target, args, newTarget) => {
          const resolver: InstanceType<typeof Resolver> = Reflect.construct(target, args, newTarget);
          resolver.setServers(found().nameServers);
          return resolver;
        },
      }),
    );
  }
}

function wantsAll(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'all' in options && options.all === true;
}

function guardSystem(): void {
  const how = 'prepare({ system: true }) before enter()';
  const need = (what: string): System => {
    if (prepared.system === undefined) throw new NotPreparedError(what, how);
    return prepared.system;
  };
  replace(os, 'availableParallelism', () => found().parallelism);
  // Node has it from version 21 on.
  const navigator: unknown = Reflect.get(globalThis, 'navigator');
  if (typeof navigator === 'object' && navigator !== null) {
    const get = (): number => found().parallelism;
    replacements.push([navigator, 'hardwareConcurrency', { get, configurable: true, enumerable: true }]);
  }
  replace(os, 'userInfo', (options?: { encoding?: unknown }) => {
    const user = again(need('os.userInfo()').user);
    if (options?.encoding !== 'buffer') return user;
    const texts = Object.entries(user).map(([name, value]) => [
      name,
      typeof value === 'string' ? Buffer.from(value) : value,
    ]);
    return Object.fromEntries(texts);
  });
  replace(os, 'homedir', () => process.env['HOME'] ?? again(need('os.homedir()').home));
  replace(os, 'networkInterfaces', () => again(need('os.networkInterfaces()').networkInterfaces));
  replace(os, 'cpus', () => {
    const { processors, times } = need('os.cpus()');
    return readProcessors(processors, times);
  });
  replace(os, 'freemem', () => readAvailableMemory(need('os.freemem()').memory));
  if (typeof ownLimit === 'function') replace(process, 'constrainedMemory', () => found().memoryLimit);
  replace(process, 'availableMemory', () => {
    throw new NotPreparedError(
      'process.availableMemory()',
      'asking before enter(): os.freemem() can be prepared',
    );
  });
  replace(process.report, 'getReport', () => {
    throw new NotPreparedError('process.report.getReport()', 'asking before enter()');
  });
}

function guardCertificates(): void {
  const original: unknown = Reflect.get(tls, 'getCACertificates');
  if (typeof original !== 'function') return;
  replace(tls, 'getCACertificates', (list = 'default') => {
    const known = prepared.certificates.get(list);
    if (known !== undefined) return [...known];
    if (list === 'bundled' || (list === 'default' && !systemRoots))
      return Reflect.apply(original, tls, [list]);
    throw new NotPreparedError(
      `tls.getCACertificates('${list}')`,
      'prepare({ certificates: true }) before enter()',
    );
  });
}

function guardWorkers(preload: string | undefined): void {
  const { Worker } = workers;
  const guarded = new Proxy(Worker, {
    construct: (target, [file, options, ...rest]: unknown[], newTarget) => {
      if (preload === undefined) throw new NotPreparedError('new Worker()', 'enter({ workers: true })');
      return startGuarded(target, [file, options, ...rest], newTarget, preload);
    },
  });
  Object.defineProperty(workers, 'Worker', {
    value: guarded,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}

type WorkerConstructor = new (...args: unknown[]) => object;

/** Starts a worker that loads the guards before anything of its own. */
function startGuarded(
  Worker: object,
  [file, given, ...rest]: readonly unknown[],
  newTarget: object,
  preload: string,
): object {
  const options: { execArgv?: unknown } = typeof given === 'object' && given !== null ? given : {};
  const start = (own: readonly unknown[]): object =>
    Reflect.construct(
      Worker as WorkerConstructor,
      [file, { ...options, execArgv: ['--require', preload, ...own] }, ...rest],
      newTarget as WorkerConstructor,
    );
  if (Array.isArray(options.execArgv)) return start(options.execArgv);
  // Options of the whole process are inherited anyway, and may not be named.
  let inherited = [...process.execArgv];
  for (;;) {
    try {
      return start(inherited);
    } catch (error) {
      const left = inherited.filter((one) => !(error instanceof Error && namesOption(error.message, one)));
      if (left.length === inherited.length) throw error;
      inherited = left;
    }
  }
}

function namesOption(message: string, option: string): boolean {
  const [, list = ''] = /invalid execArgv flags: (.*)/.exec(message) ?? [];
  return list.split(', ').includes(option);
}
