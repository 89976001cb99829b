#!/bin/sh
import { ociMain } from '../cli/oci.ts';
import { takeMarks } from '../cli/words-of-node.ts';

takeMarks();
process.exitCode = ociMain(process.argv.slice(2), process.argv[1] ?? '');
