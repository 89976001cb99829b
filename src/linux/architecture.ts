/** Processor architectures we know the system calls of. */
export type Architecture = 'x64' | 'arm64';

/** The architecture this process runs on. */
export const architecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
