import type { Table } from './table.ts';
import { tables as argdata } from './tables/argdata.ts';
import { tables as calls } from './tables/calls.ts';
import { tables as channels } from './tables/channels.ts';
import { tables as commandLine } from './tables/command-line.ts';
import { tables as density } from './tables/density.ts';
import { tables as enter } from './tables/enter.ts';
import { tables as executables } from './tables/executables.ts';
import { tables as faces } from './tables/faces.ts';
import { tables as learning } from './tables/learning.ts';
import { tables as linuxStartup } from './tables/linux-startup.ts';
import { tables as linuxSteady } from './tables/linux-steady.ts';
import { tables as many } from './tables/many.ts';
import { tables as network } from './tables/network.ts';
import { tables as networkProcessor } from './tables/network-processor.ts';
import { tables as node } from './tables/node.ts';
import { tables as nodeStartup } from './tables/node-startup.ts';
import { tables as rules } from './tables/rules.ts';
import { tables as rulesMatch } from './tables/rules-match.ts';
import { tables as services } from './tables/services.ts';
import { tables as startup } from './tables/startup.ts';
import { tables as threads } from './tables/threads.ts';
import { tables as toolchain } from './tables/toolchain.ts';

/** Each benchmark, by the name of its file in bench/, in the order of a run, with the tables that pages show of it. */
export const benchmarks: Readonly<Record<string, readonly Table[]>> = {
  calls,
  faces,
  startup,
  argdata,
  threads,
  toolchain,
  executables,
  'linux-startup': linuxStartup,
  'command-line': commandLine,
  many,
  'linux-steady': linuxSteady,
  rules,
  'rules-match': rulesMatch,
  learning,
  network,
  'network-processor': networkProcessor,
  services,
  channels,
  node,
  'node-startup': nodeStartup,
  enter,
  density,
};
