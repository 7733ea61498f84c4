import { describe, expect, it } from 'vitest';
import { folderError, OperatorError, onFolder } from './operator-error.ts';

const refusal = (code: string) => Object.assign(new Error(`${code}: no`), { code });

describe('folderError', () => {
  it.each([
    ['EACCES', 'chown'],
    ['EPERM', 'chown'],
    ['EROFS', 'mount it for writing'],
    ['ENOSPC', 'free some space'],
    ['EDQUOT', 'free some space'],
    ['ENOTDIR', 'remove that file'],
    ['EEXIST', 'remove that file'],
    ['EISDIR', 'remove it'],
    ['EIO', 'restore a backup'],
    ['ENOENT', 'can be made'],
    ['ENAMETOOLONG', 'a shorter one'],
    ['EMFILE', 'ulimit -n'],
  ])('says the way out of %s in one sentence that names the variable', (code, wayOut) => {
    const error = folderError('/data/x', refusal(code));
    expect(error).toBeInstanceOf(OperatorError);
    expect(error?.message).toMatch(/^DATA_DIR: \/data\/x .*\.$/);
    expect(error?.message).toContain(wayOut);
  });

  it('leaves alone what no operator can mend', () => {
    expect(folderError('/data', refusal('EBADF'))).toBeNull();
    expect(folderError('/data', new TypeError('a fault of this program'))).toBeNull();
    const fault = new TypeError('a fault of this program');
    expect(() =>
      onFolder('/data', () => {
        throw fault;
      }),
    ).toThrow(fault);
  });
});
