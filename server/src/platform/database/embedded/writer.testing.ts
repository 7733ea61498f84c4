import { sql } from 'drizzle-orm';
import { createLogger } from '../../log/log.ts';
import { openDatabase } from '../open-database.ts';

// A process that writes rows to an embedded database, several at a time, and says the number of each once it is
// acknowledged, until it is killed.
const dataDir = process.argv[2] ?? '';
let next = Number(process.argv[3] ?? 0);
const database = await openDatabase({ databaseUrl: null, dataDir, log: createLogger({ level: 'silent' }) });
await database.run((db) => db.execute(sql`create table if not exists written (id int primary key, filler text)`));

async function write(): Promise<void> {
  for (;;) {
    const id = next;
    next += 1;
    await database.transaction((tx) => tx.execute(sql`insert into written values (${id}, repeat('x', 500))`));
    process.stdout.write(`${id}\n`);
  }
}

await Promise.all([write(), write(), write()]);
