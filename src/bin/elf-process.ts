import { supervisorProcess } from '../run/elf/supervisor-process.ts';

void supervisorProcess();
