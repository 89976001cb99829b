import { guestProcess } from '../run/guest-process.ts';

void guestProcess();
