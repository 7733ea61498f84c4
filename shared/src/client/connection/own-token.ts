/** Who a program, or a page of another origin, is to a server. */
export interface OwnToken {
  readonly viewerId: string;
  /** For `Authorization: Bearer` over HTTP, and as `token` of a typed connection or a session client. */
  readonly token: string;
  /** Unix milliseconds; ask for a fresh one before that. */
  readonly tokenExpiresAtMs: number;
}

interface Host {
  fetch(url: string, init: object): Promise<{ readonly ok: boolean; readonly status: number; json(): Promise<unknown> }>;
}

/**
 * Asks for a token: that of a new guest, or a fresh one for whom an older token names.
 * @throws Error where the server refuses the older one, or gives none.
 */
export async function fetchToken(serverUrl: string, older?: string): Promise<OwnToken> {
  const host = globalThis as unknown as Host;
  const answer = await host.fetch(new URL('/api/v1/me', serverUrl).href, {
    headers: { prefer: 'token', ...(older === undefined ? {} : { authorization: `Bearer ${older}` }) },
    credentials: 'omit',
  });
  const me = (answer.ok ? await answer.json() : {}) as Partial<OwnToken>;
  const { viewerId, token, tokenExpiresAtMs } = me;
  if (viewerId === undefined || token === undefined || tokenExpiresAtMs === undefined) {
    throw new Error(`The server gave no token: ${answer.status}.`);
  }
  return { viewerId, token, tokenExpiresAtMs };
}
