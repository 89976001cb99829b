import { nodeProcess } from '../run/node/process.ts';

void nodeProcess();
