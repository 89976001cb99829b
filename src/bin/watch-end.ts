import { watchEnd } from '../cli/watch-end.ts';

process.exitCode = watchEnd(Number(process.argv[2]));
