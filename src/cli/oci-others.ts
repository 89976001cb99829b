import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readSmallFile } from '../host/files/small-file.ts';
import { LARGEST_CONFIGURATION, readConfiguration } from '../oci/config/configuration.ts';
import { explainBundle } from '../oci/explain-bundle.ts';
import { featuresOf, usualConfiguration } from '../oci/features.ts';
import { OciError } from '../oci/oci-error.ts';
import { pauseContainer } from '../oci/pause.ts';
import { readResources, resourcesOf, updateContainer, updateOptions } from '../oci/update.ts';
import { processesOf, statsOf } from '../oci/usage.ts';
import { printableJson, printableLines } from '../text/printable.ts';
import { type OciGlobal, onlyId } from './oci-options.ts';
import { version } from './version.ts';

function print(value: unknown): void {
  process.stdout.write(`${printableJson(JSON.stringify(value))}\n`);
}

/** `pause`. */
export function pauseCommand({ states }: OciGlobal, argv: readonly string[]): number {
  pauseContainer(states, onlyId(argv), true);
  return 0;
}

/** `resume`. */
export function resumeCommand({ states }: OciGlobal, argv: readonly string[]): number {
  pauseContainer(states, onlyId(argv), false);
  return 0;
}

/** `update`. */
export function updateCommand({ states }: OciGlobal, argv: readonly string[]): number {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      resources: { type: 'string', short: 'r' },
      ...Object.fromEntries(Object.keys(updateOptions).map((name) => [name, text])),
    },
  });
  const { resources } = values;
  const asked =
    typeof resources === 'string'
      ? readResources(resources)
      : resourcesOf(
          new Map(
            Object.entries(values).flatMap(([name, value]) =>
              typeof value === 'string' ? [[name, value] as const] : [],
            ),
          ),
        );
  updateContainer(states, onlyId(positionals), asked);
  return 0;
}

/** `ps`. */
export function psCommand({ states }: OciGlobal, argv: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { format: { type: 'string', short: 'f' } },
  });
  const [id, ...words] = positionals;
  const processes = processesOf(states, onlyId(id === undefined ? [] : [id]));
  if (values.format === 'json') {
    print(processes);
    return 0;
  }
  if (processes.length === 0) return 0;
  const options = words.length > 0 ? words : ['-f'];
  const { status } = spawnSync('ps', [...options, '-p', processes.join(',')], { stdio: 'inherit' });
  return status ?? 1;
}

/** `events --stats`: measures once. Engines measure again when they want to know. */
export function eventsCommand({ states }: OciGlobal, argv: readonly string[]): number {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { stats: { type: 'boolean' } },
  });
  if (!values.stats) throw new OciError('events needs --stats: nothing is watched, a measurement is made');
  print(statsOf(states, onlyId(positionals)));
  return 0;
}

/** `features`. */
export function featuresCommand(): number {
  print(featuresOf(version()));
  return 0;
}

/** `explain`: says what a bundle gives its container. */
export function ociExplainCommand(_: OciGlobal, argv: readonly string[]): number {
  const { values } = parseArgs({ args: [...argv], options: { bundle: { type: 'string', short: 'b' } } });
  const bundle = resolve(values.bundle ?? '.');
  const text = readSmallFile(join(bundle, 'config.json'), LARGEST_CONFIGURATION).toString();
  const lines = explainBundle(readConfiguration(text, bundle));
  process.stdout.write(`${printableLines(lines.join('\n'))}\n`);
  return 0;
}

/** `spec`. */
export function specCommand(_: OciGlobal, argv: readonly string[]): number {
  const { values } = parseArgs({ args: [...argv], options: { bundle: { type: 'string', short: 'b' } } });
  const text = `${JSON.stringify(usualConfiguration(), undefined, 2)}\n`;
  writeFileSync(join(values.bundle ?? '.', 'config.json'), text, { flag: 'wx' });
  return 0;
}
