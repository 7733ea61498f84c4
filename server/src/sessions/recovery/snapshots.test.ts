import { TEST_DATABASES } from '../../platform/database/database.testing.ts';
import { sessionSnapshotsContract } from './snapshots.contract.ts';
import { createPostgresSessionSnapshots } from './snapshots.postgres.ts';

for (const { kind, open } of TEST_DATABASES) {
  sessionSnapshotsContract(kind, async () => {
    const { database, remove } = await open();
    return {
      snapshots: createPostgresSessionSnapshots(database),
      takeAway: () => database.stop(),
      remove,
    };
  });
}
