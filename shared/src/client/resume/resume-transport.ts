import type { ResumeSaveRequest, ResumeSaveResult } from '../../protocol/index.ts';
import { MESSAGE_MAX_BYTES } from '../../protocol/limits.ts';
import { isRetryable } from '../../resume/index.ts';
import type { TypedConnection } from '../connection/typed-connection.ts';
import { type PostAnswer, postFrom } from '../environment/http-post.ts';
import type { SendOutcome } from './outbox.ts';

/** Browsers let 64 KiB outlive a page. */
export const KEEPALIVE_MAX_BYTES = 60_000;

const BATCH_PATH = '/api/v1/resume/batch';

export interface ResumeTransportOptions {
  readonly serverUrl: string;
  /** As of the connection: identity for programs, and for pages of other origins. */
  readonly token?: string;
  readonly connection: TypedConnection;
  /** `fetch` of the place this runs in; with `keepalive` where the page goes. */
  post?(path: string, body: string, keepalive: boolean): Promise<PostAnswer>;
}

/** Transport of saves to the server: the connection where it is alive and they fit, else HTTP. */
export class ResumeTransport {
  readonly #connection: TypedConnection;
  readonly #post: (path: string, body: string, keepalive: boolean) => Promise<PostAnswer>;

  constructor({ serverUrl, token, connection, post = postFrom(serverUrl, token) }: ResumeTransportOptions) {
    this.#connection = connection;
    this.#post = post;
  }

  async send(request: ResumeSaveRequest): Promise<SendOutcome> {
    const body = JSON.stringify(request);
    // UTF-16 units understate bytes at most threefold.
    const fits = body.length * 3 < MESSAGE_MAX_BYTES;
    return this.#connection.connected && fits ? this.#ask(request) : this.#postBatch(body);
  }

  /** Sends in a way that outlives the page; no answer is waited for. */
  sendLast(request: ResumeSaveRequest): void {
    void this.#post(BATCH_PATH, JSON.stringify(request), true).catch(() => null);
  }

  async #ask(request: ResumeSaveRequest): Promise<SendOutcome> {
    const answer = await this.#connection.ask('resume:save', request);
    if (answer.ok) return { kind: 'answered', result: answer.data };
    const { code, retryAfterMs } = answer.error;
    const passes = code === 'unavailable' || code === 'rate_limited' || code === 'internal';
    return passes ? again(retryAfterMs) : { kind: 'refused', code };
  }

  async #postBatch(body: string): Promise<SendOutcome> {
    const answer = await this.#post(BATCH_PATH, body, false).catch(() => null);
    if (answer?.status === 200) return { kind: 'answered', result: (await answer.json()) as ResumeSaveResult };
    if (answer !== null && !isRetryable(answer.status)) return { kind: 'refused', code: String(answer.status) };
    return again(answer?.retryAfterMs);
  }
}

const again = (retryAfterMs: number | undefined): SendOutcome => ({
  kind: 'again',
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
