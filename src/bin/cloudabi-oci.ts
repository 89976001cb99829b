#!/usr/bin/env -S node --
import { ociMain } from '../cli/oci.ts';

process.exitCode = ociMain(process.argv.slice(2), process.argv[1] ?? '');
