import { TEST_DATABASES } from '../../platform/database/database.testing.ts';
import { visitorStoreContract } from './visitors.contract.ts';
import { createPostgresVisitorStore } from './visitors.store.postgres.ts';

for (const { kind, open } of TEST_DATABASES) {
  visitorStoreContract(kind, async () => {
    const { database, remove } = await open();
    return { store: createPostgresVisitorStore(database), takeAway: () => database.stop(), remove };
  });
}
