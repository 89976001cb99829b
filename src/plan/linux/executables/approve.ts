import { posix } from 'node:path';
import { withFile } from '../../../elf/byte-source.ts';
import { ElfError } from '../../../elf/elf-error.ts';
import { traitsOf } from '../../../elf/program-kinds.ts';
import { isBeneath } from '../../../host/files/beneath.ts';
import type { ExecutablesGrant } from '../../../resources/executables.ts';
import { reasonOf } from '../../../resources/file-kind.ts';
import type { HeldFiles } from '../../../resources/held-files.ts';
import type { Mistakes } from '../../../resources/mistake.ts';
import { quote } from '../../../resources/written.ts';
import type { PlannedEntry } from '../planned.ts';
import type { ApprovedFile, PlannedExecutables } from './approved-file.ts';
import { checksumOf, type ListedFile, readChecksumList } from './checksum-list.ts';
import { trustProblem } from './trusted-path.ts';

/** The most files, and bytes of all of them, that are copied for a start. */
const MAX_FILES = 4096;
const MAX_BYTES = 2 ** 30;

/** The parts of a plan that are looked at. */
export type ApprovalContext = {
  readonly entries: readonly PlannedEntry[];
  readonly files: HeldFiles;
  readonly mistakes: Mistakes;
  /** The files that must be approved for the program to start, by their paths without symbolic links. */
  readonly needed: readonly string[];
};

/** Finds the files of a list that a program can start in its world; a program that lacks one of its own is a mistake. */
export function approveFiles(grant: ExecutablesGrant, context: ApprovalContext): PlannedExecutables {
  const { list, absolute, position } = grant;
  const { mistakes } = context;
  const none: PlannedExecutables = { list: absolute, files: [], refused: [] };
  const wrong = (message: string): PlannedExecutables => {
    mistakes.add(message, position, 'executables');
    return none;
  };
  let read: ReturnType<typeof readChecksumList>;
  try {
    read = readChecksumList(absolute);
  } catch (error) {
    return wrong(`Cannot read the list of executables ${quote(list)}: ${reasonOf(error)}`);
  }
  if ('line' in read)
    return wrong(
      `Line ${read.line} of ${quote(list)} is no checksum and absolute path, as 'cloudabi checksum' writes them`,
    );
  if (context.entries.some(({ at, kind }) => kind === 'mount' && at === '/'))
    return wrong("Executables cannot be approved where all of '/' is granted, in which copies have no place");
  const files: ApprovedFile[] = [];
  const refused: { path: string; reason: string }[] = [];
  for (const listed of read.files) {
    const places = placesOf(listed.path, context);
    if (places.length === 0) continue;
    const found = judge(listed, grant);
    if (typeof found === 'string') refused.push({ path: listed.path, reason: found });
    else for (const at of places) files.push({ ...listed, at, size: found });
  }
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (files.length > MAX_FILES || bytes > MAX_BYTES)
    return wrong(
      `The list ${quote(list)} approves ${files.length} files of ${bytes} bytes here, more than the ${MAX_FILES} files and ${MAX_BYTES} bytes that are copied for a start`,
    );
  const approved = new Set(files.map(({ path }) => path));
  const lacking = context.needed.filter((path) => !approved.has(path));
  if (lacking.length > 0) mistakes.add(lackMessage(list, lacking, refused), position, 'executables');
  return { list: absolute, files, refused };
}

function lackMessage(
  list: string,
  lacking: readonly string[],
  refused: PlannedExecutables['refused'],
): string {
  const named = lacking.slice(0, 3).map((path) => {
    const why = refused.find((one) => one.path === path)?.reason;
    return why === undefined ? quote(path) : `${quote(path)} (${why})`;
  });
  const more = lacking.length > 3 ? ` and ${lacking.length - 3} more` : '';
  return `The program needs ${named.join(', ')}${more}, which ${quote(list)} does not approve; 'cloudabi checksum' writes their lines`;
}

/** Finds the places where the program could start a file of the host without a list. */
function placesOf(path: string, { entries, files }: ApprovalContext): readonly string[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== 'mount' || !entry.execute || entry.type === 'device' || entry.type === 'socket')
      return [];
    const real = files.real(entry.path);
    if (!isBeneath(path, real)) return [];
    const at = posix.join(entry.at, posix.relative(real, path));
    return nearest(entries, at) === entry ? [at] : [];
  });
}

function nearest(entries: readonly PlannedEntry[], at: string): PlannedEntry | undefined {
  return entries
    .filter((entry) => entry.kind !== 'pin' && isBeneath(at, entry.at))
    .toSorted((a, b) => b.at.length - a.at.length)[0];
}

/** The size of a file that is approved, or the reason why it is not. */
function judge({ path, sha256 }: ListedFile, { refuse, trusted }: ExecutablesGrant): number | string {
  try {
    const found = checksumOf(path);
    if (found === undefined) return 'it is no regular file';
    if (found.sha256 !== sha256) return `its SHA-256 is ${found.sha256}`;
    const kinds = refuse.length === 0 ? undefined : withFile(path, traitsOf);
    const kind = refuse.find((one) => kinds?.has(one));
    if (kind !== undefined) return `files of the kind '${kind}' are refused`;
    return (trusted ? trustProblem(path) : undefined) ?? found.size;
  } catch (error) {
    if (error instanceof ElfError) return error.message;
    return reasonOf(error);
  }
}
