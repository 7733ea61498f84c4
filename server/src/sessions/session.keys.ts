/** A key of one session in Redis; all keys of a session are in one slot of a Cluster. */
export function sessionKey(sessionId: string, what: string): string {
  return `cowatch:{s:${encodeURIComponent(sessionId)}}:${what}`;
}
