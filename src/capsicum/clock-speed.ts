import type { UnnotedPlace } from '../host/trap/install.ts';

/**
 * The speed of the clock, which V8 of newer versions of Node looks for when its threads first wait for each other, and
 * measures where the kernel does not tell it (Abseil, base/internal/sysinfo.cc).
 */
export const CLOCK_SPEED: UnnotedPlace = { kind: 'quiet', name: '/sys/devices/system/cpu/cpu0/tsc_freq_khz' };
