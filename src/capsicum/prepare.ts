import { lookup } from 'node:dns/promises';
import { constants } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { pathToFileURL } from 'node:url';
import { inCapabilityMode } from './enter.ts';
import { CapsicumError } from './errors.ts';
import { openForProcess } from './keep.ts';
import { answered, prepared } from './prepared.ts';

/** The things to be read before `enter()`, because nothing can be afterwards. */
export type Preparation = {
  /**
   * Modules to load: names as `require` takes them, seen from the main script, or functions such as
   * `() => import(name)` for packages that only `import` finds.
   */
  readonly modules?: readonly (string | (() => Promise<unknown>))[];
  /** Host names to look up; `dns.lookup` then answers from the results. */
  readonly dns?: readonly string[];
  /** The system's certificates, for `tls.getCACertificates('system')` and TLS clients that use them. */
  readonly certificates?: boolean;
  /** The user, processors, memory and network interfaces, for `os.userInfo()`, `os.cpus()` and their like. */
  readonly system?: boolean;
  /** Locales, for a Node that reads its Intl data from a directory; an ordinary one has them all inside. */
  readonly locales?: readonly string[];
  /** Time zones, for the same. */
  readonly timeZones?: readonly string[];
};

/**
 * Reads now the files that Node would read at their first use. Can be called several times.
 *
 * @throws CapsicumError once this process is in capability mode; a module that fails to load rejects with its own
 * error.
 *
 * @example await prepare({ modules: ['./reports.js'], system: true }); enter();
 */
export async function prepare(what: Preparation): Promise<void> {
  if (inCapabilityMode()) {
    throw new CapsicumError('already_entered', 'prepare() comes before enter(), which has been called');
  }
  const main = createRequire(process.argv[1] ?? join(process.cwd(), 'main.js'));
  for (const module of what.modules ?? []) {
    if (typeof module === 'function') await module();
    else await import(module.startsWith('node:') ? module : pathToFileURL(main.resolve(module)).href);
  }
  for (const name of what.dns ?? []) prepared.names.set(name, await lookup(name, { all: true }));
  if (what.certificates) prepareCertificates();
  if (what.system) prepareSystem();
  if (what.locales || what.timeZones) touchIntl(what.locales ?? [], what.timeZones ?? []);
}

function prepareCertificates(): void {
  // Node has it from version 22.15 on.
  const getCACertificates: unknown = Reflect.get(tls, 'getCACertificates');
  if (typeof getCACertificates === 'function') {
    for (const list of ['default', 'system', 'extra']) {
      const certificates: string[] = Reflect.apply(getCACertificates, tls, [list]);
      prepared.certificates.set(list, certificates);
    }
  }
  // Node reads NODE_EXTRA_CA_CERTS into its store of roots with the first context.
  tls.createSecureContext();
}

function prepareSystem(): void {
  prepared.system ??= {
    user: answered(() => os.userInfo()),
    home: answered(() => os.homedir()),
    networkInterfaces: answered(() => os.networkInterfaces()),
    processors: os.cpus(),
    memory: openForProcess('/proc/meminfo', constants.O_RDONLY),
    times: openForProcess('/proc/stat', constants.O_RDONLY),
  };
}

function touchIntl(locales: readonly string[], timeZones: readonly string[]): void {
  const now = new Date();
  const zones = timeZones.length === 0 ? [undefined] : timeZones;
  for (const locale of locales.length === 0 ? [undefined] : locales) {
    for (const timeZone of zones) {
      const zone = timeZone === undefined ? {} : { timeZone };
      new Intl.DateTimeFormat(locale, { ...zone, dateStyle: 'full', timeStyle: 'full' }).format(now);
    }
    new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' }).format(1);
    new Intl.Collator(locale).compare('a', 'b');
    new Intl.PluralRules(locale).select(1);
    new Intl.RelativeTimeFormat(locale).format(1, 'day');
    new Intl.ListFormat(locale).format(['a', 'b']);
    [...new Intl.Segmenter(locale, { granularity: 'word' }).segment('a b')];
  }
  prepared.locales = true;
}
