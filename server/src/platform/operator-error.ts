/**
 * Something that only the operator of the server can mend. The message is for them: what is wrong, the variable it hangs on,
 * and the way out. It ends the process, and is shown without a stack trace.
 */
export class OperatorError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause });
    this.name = new.target.name;
  }
}

/** What the file system's refusals mean for the folder that `DATA_DIR` names, and the way out of each. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there: give it to them (chown -R), or set DATA_DIR to a folder that they may write',
  EROFS: 'it is on a file system that can only be read: mount it for writing, or set DATA_DIR to another folder',
  ENOSPC: 'its disk is full: free some space on it, or set DATA_DIR to a folder on another disk',
  ENOTDIR: 'a part of this path is no folder: remove that file, or set DATA_DIR to another folder',
  EISDIR: 'it is a folder where a file must be: remove it, or restore it from a backup, or set DATA_DIR to another folder',
  EIO: 'its disk fails: replace it and restore a backup, or set DATA_DIR to a folder on another disk',
  ENOENT: 'it is not there and cannot be made (a link that points nowhere?): set DATA_DIR to a folder that can be made',
  ENAMETOOLONG: 'its path is too long: set DATA_DIR to a folder with a shorter one',
  EMFILE: 'this process has too many files open: allow it more (ulimit -n)',
};
const SAME_AS: Readonly<Record<string, string>> = {
  EPERM: 'EACCES',
  EDQUOT: 'ENOSPC',
  EEXIST: 'ENOTDIR',
  ELOOP: 'ENOTDIR',
  ENFILE: 'EMFILE',
};

/** The sentence for an error of the file system beneath `DATA_DIR`; null where the error is none of these. */
export function folderError(path: string, error: unknown): OperatorError | null {
  const code = codeOf(error);
  const wayOut = code === null ? undefined : WAYS_OUT[SAME_AS[code] ?? code];
  return wayOut === undefined ? null : new OperatorError(`DATA_DIR: ${path} cannot be used, ${wayOut}.`, error);
}

/** Runs work on files beneath `DATA_DIR`. @throws OperatorError where an operator can mend what fails */
export function onFolder<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw folderError(path, error) ?? error;
  }
}

/** The `errno` name of an error, such as `ENOSPC`. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
