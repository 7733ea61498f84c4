/** What is looked at of an answer. */
export interface PostAnswer {
  readonly status: number;
  readonly retryAfterMs?: number;
  json(): Promise<unknown>;
}

interface Host {
  fetch(
    url: string,
    init: object,
  ): Promise<{
    readonly status: number;
    readonly headers: { get(name: string): string | null };
    json(): Promise<unknown>;
  }>;
}

/** Sends JSON to the server: as whom a token names where there is one, else with the cookies of the place this runs in. */
export function postFrom(serverUrl: string, token?: string) {
  const host = globalThis as unknown as Host;
  return async (path: string, body: string, keepalive: boolean): Promise<PostAnswer> => {
    const answer = await host.fetch(new URL(path, serverUrl).href, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      credentials: token === undefined ? 'include' : 'omit',
      body,
      keepalive,
    });
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
    return {
      status: answer.status,
      json: () => answer.json(),
      ...(Number.isFinite(seconds) ? { retryAfterMs: seconds * 1000 } : {}),
    };
  };
}
