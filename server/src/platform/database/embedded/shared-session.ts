import type { PGlite } from '@electric-sql/pglite';

/** First byte of a message of the extended protocol that leaves the session in the middle of a statement. */
const OPENS = new Set([...'PBDECH'].map((letter) => letter.charCodeAt(0)));
const SYNC = 'S'.charCodeAt(0);
const QUERY = 'Q'.charCodeAt(0);

/** What PGLiteSocketServer asks of a database. */
export type SharedSession = Pick<PGlite, 'waitReady' | 'runExclusive' | 'isInTransaction' | 'exec'> & {
  execProtocolRawStream: PGlite['execProtocolRawStream'];
};

/**
 * Lets several wire clients share the one session of a PGlite. The socket server keeps others out while a client is in
 * a transaction, but would let them in between a client's Parse and its Bind, and both use the one unnamed statement:
 * so a client counts as "in a transaction" until its Sync.
 *
 * `onBroken` is called when the database itself fails (not when it refuses a statement): the socket server's queue
 * does not go on after that.
 */
export function sharedSession(pglite: PGlite, onBroken: (error: unknown) => void): SharedSession {
  let insideStatement = false;
  return {
    waitReady: pglite.waitReady,
    runExclusive: (work) => pglite.runExclusive(work),
    isInTransaction: () => insideStatement || pglite.isInTransaction(),
    exec: (sql, options) => {
      // The server's ROLLBACK for a client that left: whatever statement it was in is over too.
      insideStatement = false;
      return pglite.exec(sql, options);
    },
    async execProtocolRawStream(message, options) {
      const kind = message[0] ?? 0;
      if (OPENS.has(kind)) insideStatement = true;
      if (kind === SYNC || kind === QUERY) insideStatement = false;
      try {
        await pglite.execProtocolRawStream(message, options);
      } catch (error) {
        onBroken(error);
        throw error;
      }
    },
  };
}
