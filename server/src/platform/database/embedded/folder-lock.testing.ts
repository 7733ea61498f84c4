import { FolderInUseError, lockFolder } from './folder-lock.ts';

// A process that tries to take a folder when told to, and holds it until it is killed.
const folder = process.argv[2] ?? '';

process.stdin.on('data', () => {
  lockFolder(folder, folder).then(
    () => process.stdout.write('got it\n'),
    (error: unknown) => process.stdout.write(error instanceof FolderInUseError ? 'in use\n' : `${String(error)}\n`),
  );
});
process.stdout.write('ready\n');
