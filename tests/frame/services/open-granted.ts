import type { TestContext } from 'node:test';
import { type OpenOptions, openPlan } from '../../../src/run/open.ts';
import '../../../src/run/launch.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { duplicate } from '../../../src/host/files/new-descriptors.ts';
import { plan, type service } from '../../../src/index.ts';
import { ServiceChannel } from '../../../src/services/client/channel.ts';
import { makeFolder } from '../programs.ts';
import { exits } from '../wasm-module.ts';

/** Opens a channel to a service as a program gets it: planned, and served by a confined process. */
export function openGranted(
  t: TestContext,
  granted: ReturnType<typeof service>,
  options: OpenOptions = {},
): ServiceChannel {
  const module = join(makeFolder(t), 'program.wasm');
  writeFileSync(module, exits(0));
  const opened = openPlan(plan(module, granted), options);
  const channel = new ServiceChannel(duplicate(opened.descriptors[0]?.host ?? -1));
  opened.close();
  // The service ends with its last channel.
  t.after(() => channel.close());
  return channel;
}
