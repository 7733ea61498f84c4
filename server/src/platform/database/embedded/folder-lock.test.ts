import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startProcess, type TestProcess } from '../../child-process.testing.ts';
import { FolderInUseError, folderHolder, lockFolder } from './folder-lock.ts';
import { ownIdentity } from './process-identity.ts';

let folder: string;
let children: TestProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cwlock-'));
});
afterEach(async () => {
  for (const child of children) await child.killNow();
  children = [];
  rmSync(folder, { recursive: true, force: true });
});

const lockFiles = () => readdirSync(folder).filter((name) => name.startsWith('lock.'));

describe('lockFolder', () => {
  it('gives a folder to one holder at a time and names it', async () => {
    const lock = await lockFolder(folder, folder);
    const refused = await lockFolder(folder, folder).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FolderInUseError);
    expect(String(refused)).toContain(folder);
    expect(String(refused)).toContain(`process ${process.pid}`);
    expect(await folderHolder(folder)).toMatchObject({ pid: process.pid, socketFolder: folder });

    await lock.release();
    expect(await folderHolder(folder)).toBeNull();
    const again = await lockFolder(folder, folder);
    expect(lockFiles()).toEqual(['lock.2']);
    await again.release();
  });

  it('gives it to one of many who ask together', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder, folder)));
    const got = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(got).toHaveLength(1);
    await got[0]?.value.release();
  });

  it('is not kept by a killed process, and racing processes never both get it', { timeout: 60_000 }, async () => {
    const file = new URL('./folder-lock.testing.ts', import.meta.url);
    children = Array.from({ length: 4 }, () => startProcess(file, [folder]));
    for (const child of children) expect(await child.nextLine()).toBe('ready');
    for (let left = children.length; left > 0; left--) {
      for (const child of children) child.send('take it\n');
      const answers = await Promise.all(children.map((child) => child.nextLine()));
      expect(answers.filter((answer) => answer === 'got it')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'in use')).toHaveLength(left - 1);
      const winner = children.splice(answers.indexOf('got it'), 1)[0];
      expect((await folderHolder(folder))?.pid).toBe(winner?.pid);
      await winner?.killNow();
      expect(await folderHolder(folder)).toBeNull();
    }
    expect(lockFiles()).toHaveLength(1);
  });

  it('is not fooled by a pid that is used again', async () => {
    const record = {
      ...ownIdentity(),
      started: 'long ago',
      released: false,
      aliveSocket: '/nowhere',
      socketFolder: folder,
    };
    writeFileSync(join(folder, 'lock.7'), JSON.stringify(record));
    const lock = await lockFolder(folder, folder);
    expect(lockFiles()).toEqual(['lock.8']);
    await lock.release();
  });

  it('respects a holder it can only reach through its socket, as in another container', async () => {
    const lock = await lockFolder(folder, folder);
    const file = join(folder, 'lock.1');
    const record = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...record, place: 'another container', pid: 1 }));
    await expect(lockFolder(folder, folder)).rejects.toBeInstanceOf(FolderInUseError);
    await lock.release();
  });

  it('is free for its own process where giving it back could not be written down', async () => {
    const lock = await lockFolder(folder, folder);
    renameSync(folder, `${folder}-away`);
    await lock.release();
    renameSync(`${folder}-away`, folder);
    expect(await folderHolder(folder)).toBeNull();
    await (await lockFolder(folder, folder)).release();
  });

  it('is given back also where that cannot be written down, as on a full disk', async () => {
    const lock = await lockFolder(folder, folder);
    const token = /alive-(.+)\.sock$/.exec(lock.aliveSocket)?.[1];
    // In the place of the file that would say so.
    mkdirSync(join(folder, `lock.1-${token}`));
    await lock.release();
    expect(await folderHolder(folder)).toBeNull();
    await (await lockFolder(folder, folder)).release();
  });

  it('is left to whoever took the folder after it was emptied', async () => {
    const sockets = mkdtempSync(join(tmpdir(), 'cwlock-'));
    const lock = await lockFolder(folder, sockets);
    rmSync(join(folder, 'lock.1'));
    const other = await lockFolder(folder, sockets);
    expect(lockFiles()).toEqual(['lock.1']);
    await lock.release();
    expect((await folderHolder(folder))?.aliveSocket).toBe(other.aliveSocket);
    await other.release();
    rmSync(sockets, { recursive: true, force: true });
  });

  it('takes a folder whose newest lock file cannot be read, as after a power cut', async () => {
    writeFileSync(join(folder, 'lock.3'), '');
    const lock = await lockFolder(folder, folder);
    expect(lockFiles()).toEqual(['lock.4']);
    await lock.release();
  });
});
