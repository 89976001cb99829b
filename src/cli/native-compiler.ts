import type { HostCheck } from '../run/host-check.ts';
import { ToolchainError } from '../toolchain/errors.ts';
import { findNativeClang } from '../toolchain/native-cc.ts';

/** Finds out whether this machine has the tools that `cloudabi cc --native` drives. */
export function checkNativeCompiler(): HostCheck {
  const check = {
    name: 'native-cc',
    purpose: "compiles C to executables for 'cloudabi cc --native'",
    need: 'optional',
  } as const;
  try {
    const [version = ''] = findNativeClang('clang').version.split('\n', 1);
    return { ...check, ok: true, detail: `${version}, with lld` };
  } catch (error) {
    if (!(error instanceof ToolchainError)) throw error;
    return { ...check, ok: false, detail: error.message };
  }
}
