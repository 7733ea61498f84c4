import { sql } from 'drizzle-orm';
import type { Database } from '../../platform/database/database.ts';
import { rowsIn } from './resume.rows.postgres.ts';
import type { DeadLetterStore } from './resume.store.ts';

/** Dead letters. */
export function createPostgresDeadLetters(database: Database): DeadLetterStore {
  const rows = rowsIn(database);

  return {
    async addDeadLetters(letters) {
      await rows(sql`
        insert into resume_dead_letters (entry, viewer_id, content_id, change, reason, at_ms)
        select entry, "viewerId", "contentId", change, reason, "atMs"
        from jsonb_to_recordset(${JSON.stringify(letters)}::jsonb)
          as l(entry text, "viewerId" text, "contentId" text, change text, reason text, "atMs" bigint)
        on conflict (entry) do nothing`);
    },

    async deadLetterTitles(viewerId) {
      const found = await rows(sql`select content_id from resume_dead_letters where viewer_id = ${viewerId}`);
      return found.map(({ content_id }) => content_id);
    },

    async expireDeadLetters(beforeMs) {
      await rows(sql`delete from resume_dead_letters where at_ms < ${Math.floor(beforeMs)}`);
    },
  };
}
