import { TEST_DATABASES } from '../platform/database/database.testing.ts';
import { resumeStoreContract } from './resume.store.contract.ts';
import { createPostgresResumeStore } from './resume.store.postgres.ts';

for (const { kind, open } of TEST_DATABASES) {
  resumeStoreContract(kind, async () => {
    const { database, remove } = await open();
    return { store: createPostgresResumeStore(database), takeAway: () => database.stop(), remove };
  });
}
