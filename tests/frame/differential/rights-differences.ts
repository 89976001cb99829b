import type { RightsCall } from './rights-script.ts';

/** Errnos of WASI that differences name. */
const BADF = '8';
const INVAL = '28';
const NOTCAPABLE = '76';
const NOTEMPTY = '55';

/** A difference between node:wasi (uvwasi) and us. After one of them, the rest of a script says nothing. */
export type RightsDifference = {
  readonly why: string;
  /**
   * @param call The call that was answered differently, `before` those before it in its script.
   * @param theirs Their answer, and `own` ours: an errno, what came of it before that.
   */
  readonly is: (call: RightsCall, theirs: string, own: string, before: readonly RightsCall[]) => boolean;
};

const hasDots = (call: RightsCall): boolean => call.some((field) => /(?:^|\/)\.\.?$/.test(field));
const isLink = (path = ''): boolean => /^(?:l|ld)$/.test(path);

/** All that is known. */
export const rightsDifferences: readonly RightsDifference[] = [
  {
    why: 'uvwasi follows a symbolic link at the end of a path also where it must not',
    is: ([name, , path, follow], _, own) =>
      name === 'open' &&
      Number(follow) === 0 &&
      (isLink(path) || path === 'new' || path === 'd/new') &&
      ['32', '54'].includes(own),
  },
  {
    why: 'uvwasi opens what may change its size for writing, which a directory cannot be',
    is: ([name], theirs, own) => name === 'open' && theirs === '31' && own === 'type 3 0',
  },
  {
    why: 'uvwasi gives a directory no right to fd_datasync, which has a use for it',
    is: ([name], theirs, own) => name === 'datasync' && theirs === NOTCAPABLE && own === '0',
  },
  {
    why: 'uvwasi gives a directory the right to fd_advise, which has no use for it',
    is: ([name], theirs, own) => name === 'advise' && theirs === BADF && own === NOTCAPABLE,
  },
  {
    why: 'uvwasi takes a name and `..` behind it away without looking whether there is such a directory',
    is: (call) => call.some((field) => field.includes('/../')),
  },
  {
    why: 'who may seek may ask for the offset',
    is: ([name], theirs, own) => name === 'tell' && theirs === NOTCAPABLE && own === '0',
  },
  {
    why: 'uvwasi makes no symbolic links that lead upwards; ours are checked when they are followed',
    is: ([name, , , target], theirs) =>
      name === 'symlink' && theirs === NOTCAPABLE && target?.startsWith('../') === true,
  },
  {
    why: 'uvwasi resolves `.` and `..` at the end of a path itself, where Linux says that they are no entries',
    is: (call, theirs, own) =>
      (call[0] === 'rename' || (call[0] === 'rmdir' && theirs === NOTEMPTY && own === INVAL)) &&
      hasDots(call),
  },
  {
    why: 'of two mistakes in the names of a rename, another one is found first',
    is: ([name], theirs, own) =>
      name === 'rename' && theirs !== '0' && own !== '0' && [BADF, NOTCAPABLE].includes(theirs),
  },
  {
    why: 'uvwasi refuses what a directory that has given up rights passes on',
    is: ([name], theirs, _, before) =>
      name === 'open' && theirs === NOTCAPABLE && before.some(([other]) => other === 'lessen'),
  },
];
