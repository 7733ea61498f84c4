import { TEST_DATABASES } from '../platform/database/database.testing.ts';
import { chatLogContract } from './chat.log.contract.ts';
import { createPostgresChatLog } from './chat.log.postgres.ts';

for (const { kind, open } of TEST_DATABASES) {
  chatLogContract(kind, async () => {
    const { database, remove } = await open();
    return { log: createPostgresChatLog(database), takeAway: () => database.stop(), remove };
  });
}
