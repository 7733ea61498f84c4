import { HEAD_BYTES, indexOffsetOf, type MediaHead, readMediaHead } from '@cowatch/shared/media';

/** What a page can find out about an address of whatever site. */
export type Reading =
  | {
      readonly kind: 'read';
      readonly status: number;
      /** Of an answer that is well. */
      readonly head: MediaHead;
      readonly text: string;
      /** After all redirects. */
      readonly url: string;
    }
  /** A server answers, and does not let pages of other sites see what. */
  | { readonly kind: 'hidden' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'silent' };

/** Reads the first bytes, as far as the other site lets. Never rejects. */
export async function readAddress(url: string, signal: AbortSignal): Promise<Reading> {
  try {
    // Without a header of its own: those make some servers be asked for leave first, which they do not understand.
    const response = await fetch(url, { signal, credentials: 'omit' });
    const bytes = response.ok ? await firstBytes(response) : new Uint8Array();
    const head = readMediaHead(bytes);
    const index = indexOffsetOf(bytes);
    const codecs = index === null ? head.codecs : await codecsAt(url, index, signal);
    return {
      kind: 'read',
      status: response.status,
      head: { ...head, codecs },
      text: new TextDecoder().decode(head.what === 'hls' || head.what === 'dash' ? bytes : new Uint8Array()),
      url: response.url || url,
    };
  } catch {
    if (signal.aborted) return { kind: 'silent' };
  }
  // What may not be read would be loaded to its end all the same.
  const stop = new AbortController();
  const abort = () => stop.abort();
  signal.addEventListener('abort', abort);
  try {
    await fetch(url, { signal: stop.signal, mode: 'no-cors', credentials: 'omit' });
    return { kind: 'hidden' };
  } catch {
    return { kind: signal.aborted ? 'silent' : 'unreachable' };
  } finally {
    signal.removeEventListener('abort', abort);
    stop.abort();
  }
}

/** The index of files that were not made for the web is behind the pictures. */
async function codecsAt(url: string, offset: number, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const range = `bytes=${offset}-${offset + HEAD_BYTES - 1}`;
    const response = await fetch(url, { signal, credentials: 'omit', headers: { range } });
    if (response.status === 206) return readMediaHead(await firstBytes(response)).codecs;
    await response.body?.cancel();
  } catch {
    // Then it stays unknown.
  }
  return [];
}

async function firstBytes(response: Response): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  const bytes = new Uint8Array(HEAD_BYTES);
  let size = 0;
  while (reader && size < HEAD_BYTES) {
    const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }) as const);
    if (done) break;
    const part = value.subarray(0, HEAD_BYTES - size);
    bytes.set(part, size);
    size += part.length;
  }
  void reader?.cancel().catch(() => {});
  return bytes.subarray(0, size);
}
