import { and, asc, desc, eq, exists, gt, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Database, Sql } from '../platform/database/database.ts';
import { type Entry, type LineEntry, type Numbered, parseEntry } from './chat.entries.ts';
import type { ChatLog, LogRow } from './chat.log.ts';
import { chatEntries } from './chat.schema.ts';

const isOf = (sessionId: string) => eq(chatEntries.sessionId, sessionId);
const isAt = (sessionId: string, seq: number) => and(isOf(sessionId), eq(chatEntries.seq, seq));
const isShown = and(eq(chatEntries.isLine, true), eq(chatEntries.removed, false));

/** Text, name and whom it mentions are gone; that there was a line stays. */
const EMPTIED = sql`${chatEntries.entry} - 'mentions' || '{"text": "", "name": ""}'::jsonb`;

/** The log of chats in PostgreSQL, embedded or not. */
export function createPostgresChatLog(database: Database): ChatLog {
  return {
    // Lines alone are one statement: all or none by itself.
    write: (rows) =>
      rows.every(({ entry }) => entry.kind === 'line')
        ? database.run((db) => writeRows(db, rows))
        : database.transaction((db) => writeRows(db, rows)),

    async withdraw(sessionId, seq) {
      await database.run((db) => db.delete(chatEntries).where(isAt(sessionId, seq)));
    },

    async tail(sessionId, max) {
      const { seq, entry } = chatEntries;
      const newest = and(isOf(sessionId), eq(chatEntries.removed, false));
      const rows = await database.run((db) =>
        db
          .select({ seq, entry })
          .from(chatEntries)
          .where(newest)
          .orderBy(desc(seq))
          .limit(max + 1),
      );
      const [last] = await database.run((db) => db.select({ seq }).from(chatEntries).where(isOf(sessionId)).orderBy(desc(seq)).limit(1));
      const isSettings = sql`${entry} ->> 'kind' = 'settings'`;
      const changes = and(isOf(sessionId), eq(chatEntries.isLine, false), isSettings);
      const [set] = await database.run((db) => db.select({ entry }).from(chatEntries).where(changes).orderBy(desc(seq)).limit(1));
      const settings = parseEntry(set?.entry);
      return {
        entries: numbered(rows.slice(0, max)).reverse(),
        seq: last?.seq ?? 0,
        settings: settings?.kind === 'settings' ? settings.settings : null,
        more: rows.length > max,
      };
    },

    async before(sessionId, beforeSeq, max) {
      const { seq, entry } = chatEntries;
      const where = and(isOf(sessionId), lt(seq, beforeSeq), isShown);
      const rows = await database.run((db) => db.select({ seq, entry }).from(chatEntries).where(where).orderBy(desc(seq)).limit(max));
      return numbered(rows).reverse();
    },

    async line(sessionId, seq) {
      const [row] = await database.run((db) =>
        db
          .select({ entry: chatEntries.entry })
          .from(chatEntries)
          .where(and(isAt(sessionId, seq), isShown)),
      );
      return lineIn(row?.entry);
    },

    async expire(beforeMs, limit) {
      const { sessionId, seq, atMs } = chatEntries;
      const old = sql`select ${sessionId}, ${seq} from ${chatEntries} where ${lt(atMs, Math.floor(beforeMs))} limit ${limit}`;
      const { rowCount } = await database.run((db) => db.execute(sql`delete from ${chatEntries} where (${sessionId}, ${seq}) in (${old})`));
      return rowCount ?? 0;
    },

    ...viewerPart(database),
  };
}

/** What a viewer has said, wherever that was. */
function viewerPart(database: Database): Pick<ChatLog, 'linesOf' | 'move' | 'undo' | 'erase'> {
  return {
    async linesOf(viewerId, cursor, max) {
      const { sessionId, seq, entry } = chatEntries;
      const from = cursorOf(cursor);
      const after: SQL | undefined = from === null ? undefined : or(gt(sessionId, from[0]), and(isOf(from[0]), gt(seq, from[1])));
      const rows = await database.run((db) =>
        db
          .select({ sessionId, seq, entry })
          .from(chatEntries)
          .where(and(eq(chatEntries.viewerId, viewerId), isShown, after))
          .orderBy(asc(sessionId), asc(seq))
          .limit(max),
      );
      const last = rows.length < max ? undefined : rows.at(-1);
      const lines = rows.flatMap((row) => {
        const line = lineIn(row.entry);
        return line === null ? [] : [{ sessionId: row.sessionId, seq: row.seq, entry: line }];
      });
      return { lines, cursor: last === undefined ? null : `${last.sessionId} ${last.seq}` };
    },

    async move(fromViewerId, toViewerId) {
      const moved = { viewerId: toViewerId, movedFrom: fromViewerId };
      await database.run((db) => db.update(chatEntries).set(moved).where(eq(chatEntries.viewerId, fromViewerId)));
    },

    async undo(fromViewerId, toViewerId) {
      const where = and(eq(chatEntries.viewerId, toViewerId), eq(chatEntries.movedFrom, fromViewerId));
      await database.run((db) => db.update(chatEntries).set({ viewerId: fromViewerId, movedFrom: null }).where(where));
    },

    async erase(viewerId) {
      const rows = await database.run((db) =>
        db
          .update(chatEntries)
          .set({ entry: sql`${EMPTIED} || '{"viewerId": null}'::jsonb`, removed: true, viewerId: null, movedFrom: null })
          .where(eq(chatEntries.viewerId, viewerId))
          .returning({ sessionId: chatEntries.sessionId, seq: chatEntries.seq, isLine: chatEntries.isLine }),
      );
      const erased = new Map<string, number[]>();
      for (const { sessionId, seq, isLine } of rows) {
        if (!isLine) continue;
        const seqs = erased.get(sessionId) ?? [];
        erased.set(sessionId, seqs);
        seqs.push(seq);
      }
      return erased;
    },
  };
}

/** Inserts what is new, and applies changes to lines, each once: a change that is written again is older than itself. */
async function writeRows(db: Sql, rows: readonly LogRow[]) {
  const { rows: inserted } = await db.execute(insertOf(rows));
  const there = new Set(
    (inserted as unknown as readonly Inserted[]).map(({ session_id: sessionId, seq }) => keyOf({ sessionId, seq: Number(seq) })),
  );
  const others = rows.filter((row) => !there.has(keyOf(row)));
  const known = new Map<string, string>();
  if (others.length > 0) {
    const { sessionId, seq, opId, memberId } = chatEntries;
    const found = await db
      .select({ sessionId, seq, opId, memberId })
      .from(chatEntries)
      .where(or(...others.map((row) => isAt(row.sessionId, row.seq))));
    for (const row of found) known.set(keyOf(row), `${row.memberId ?? ''}:${row.opId}`);
  }
  const outcomes = rows.map((row) => {
    const isOwn = there.has(keyOf(row)) || known.get(keyOf(row)) === `${row.entry.memberId ?? ''}:${row.entry.opId}`;
    return isOwn ? ('written' as const) : ('taken' as const);
  });
  const written = rows.filter((_, i) => outcomes[i] === 'written');
  for (const row of written.sort((a, b) => a.seq - b.seq)) await applyChange(db, row);
  return outcomes;
}

async function applyChange(db: Sql, { sessionId, seq, entry }: LogRow): Promise<void> {
  const isLine = and(isOf(sessionId), eq(chatEntries.isLine, true), eq(chatEntries.removed, false));
  if (entry.kind === 'edited') {
    const { text, atMs, mentions } = entry;
    const edited = JSON.stringify({ text, editedAtMs: atMs, ...(mentions === undefined ? {} : { mentions }) });
    await db
      .update(chatEntries)
      .set({ entry: sql`${chatEntries.entry} - 'mentions' || ${edited}::jsonb`, changedSeq: seq })
      .where(and(isLine, lt(chatEntries.changedSeq, seq), eq(chatEntries.seq, entry.target)));
    // An edit of a line that was taken away first says nothing, either.
    const target = alias(chatEntries, 'target');
    const gone = db
      .select({ seq: target.seq })
      .from(target)
      .where(and(eq(target.sessionId, sessionId), eq(target.seq, entry.target), eq(target.removed, true)));
    await db
      .update(chatEntries)
      .set({ entry: EMPTIED, removed: true })
      .where(and(isAt(sessionId, seq), exists(gone)));
  } else if (entry.kind === 'deleted' || entry.kind === 'cleared') {
    const which = entry.kind === 'cleared' ? lt(chatEntries.seq, seq) : inArray(chatEntries.seq, [...entry.targets, 0]);
    // Whatever its number: an edit that came behind it may be written before it, and brings nothing back.
    await db.update(chatEntries).set({ entry: EMPTIED, removed: true, changedSeq: seq }).where(and(isLine, which));
    // What a line was edited to is in the edits, too.
    const target = sql`(${chatEntries.entry} ->> 'target')::bigint`;
    const edits = entry.kind === 'cleared' ? lt(chatEntries.seq, seq) : inArray(target, [...entry.targets, 0]);
    const isEdit = and(isOf(sessionId), eq(chatEntries.isLine, false), sql`${chatEntries.entry} ->> 'kind' = 'edited'`);
    await db.update(chatEntries).set({ entry: EMPTIED, removed: true }).where(and(isEdit, edits));
  }
}

const keyOf = ({ sessionId, seq }: { readonly sessionId: string; readonly seq: number }) => `${sessionId} ${seq}`;

/** A row that is new, as the driver gives it: a `bigint` is text. */
interface Inserted {
  readonly session_id: string;
  readonly seq: string;
}

/** One statement of one parameter, however many rows: building and sending eleven of each row costs more than the insert. */
function insertOf(rows: readonly LogRow[]): SQL {
  const said = rows.map(({ sessionId, seq, entry }) => ({ party: sessionId, seq, at: Math.floor(entry.atMs), entry }));
  return sql`
    insert into chat_entries (session_id, seq, op_id, member_id, viewer_id, at_ms, is_line, entry, changed_seq, removed)
    select party, seq, entry ->> 'opId', entry ->> 'memberId', entry ->> 'viewerId', at, entry ->> 'kind' = 'line', entry, 0, false
    from json_to_recordset(${JSON.stringify(said)}::json) as said (party text, seq bigint, at bigint, entry jsonb)
    on conflict do nothing returning session_id, seq`;
}

function numbered(rows: readonly { readonly seq: number; readonly entry: Entry }[]): Numbered[] {
  return rows.flatMap(({ seq, entry }) => {
    const parsed = parseEntry(entry);
    return parsed === null ? [] : [{ seq, rank: 0, entry: parsed }];
  });
}

function lineIn(entry: Entry | undefined): LineEntry | null {
  const parsed = parseEntry(entry);
  return parsed?.kind === 'line' ? parsed : null;
}

function cursorOf(cursor: string | null): readonly [sessionId: string, seq: number] | null {
  const [sessionId, seq] = cursor?.split(' ') ?? [];
  return sessionId === undefined || seq === undefined ? null : [sessionId, Number(seq)];
}
