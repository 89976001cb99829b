import { guestProcess } from '../run/wasm/guest-process.ts';

void guestProcess();
