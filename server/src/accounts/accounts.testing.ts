import type { Me } from '@cowatch/shared/protocol';
import type { HttpAnswer } from '../protocol.testing.ts';
import { VIEWER_COOKIE } from './viewer-identity.ts';

/** A browser, as far as the API can tell: it keeps cookies, and says which page asks. */
export class TestBrowser {
  readonly name: string;
  readonly #url: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string, name: string) {
    this.#url = url;
    this.name = name;
  }

  /** The token that its cookie holds. */
  get token(): string {
    return this.#cookies.get(VIEWER_COOKIE) ?? '';
  }

  async http(method: string, path: string, body?: unknown): Promise<HttpAnswer> {
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        origin: this.#url,
        cookie: [...this.#cookies].map((pair) => pair.join('=')).join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const gone = attributes.some((attribute) => /max-age=0|expires=Thu, 01 Jan 1970/i.test(attribute.trim()));
      if (gone) this.#cookies.delete(pair.slice(0, at));
      else this.#cookies.set(pair.slice(0, at), decodeURIComponent(pair.slice(at + 1)));
    }
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
  }

  async me(): Promise<Me> {
    return (await this.http('GET', '/me')).body as Me;
  }

  async signUp(username: string, password = 'correct horse'): Promise<Me> {
    const { status, body } = await this.http('POST', '/account', { username, password, deviceName: this.name });
    if (status !== 201) throw new Error(`no account: ${status} ${JSON.stringify(body)}`);
    return body as Me;
  }

  signIn(username: string, password = 'correct horse'): Promise<HttpAnswer> {
    return this.http('POST', '/account/sign-in', { username, password, deviceName: this.name });
  }
}
