import { guestProcess } from '../run/guest-process.ts';

guestProcess();
