import { runProbe } from '../run/host-probes.ts';

void runProbe(process.argv[2] ?? '');
