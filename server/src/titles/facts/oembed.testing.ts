import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';

/** What a stub says of one video. */
export interface StubVideo {
  readonly title?: unknown;
  readonly duration?: unknown;
  /** A path of the stub, or an address. */
  readonly picture?: string;
}

/**
 * A service that speaks oEmbed (https://oembed.com) at `/oembed`, as honest ones do: JSON of the type `video`, 404 for what it does
 * not have, 501 for another format; and pictures at `/picture/<width>x<height>.jpg`.
 */
export class OembedStub {
  readonly videos = new Map<string, StubVideo>();
  /** Addresses that were asked about, in order. */
  readonly asked: string[] = [];
  readonly picturesAsked: string[] = [];
  /** Answers instead, where it is set. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  /** An answer waits for it. */
  gate: Promise<void> = Promise.resolve();
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #origin = '';

  get endpoint(): string {
    return `${this.#origin}/oembed`;
  }

  get origin(): string {
    return this.#origin;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
    this.#origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.#origin);
    const [, width, height] = /^\/picture\/(\d+)x(\d+)\.jpg$/.exec(url.pathname) ?? [];
    if (width !== undefined) {
      this.picturesAsked.push(url.pathname);
      const picture = await sharp({ create: { width: Number(width), height: Number(height), channels: 3, background: 'teal' } })
        .jpeg()
        .toBuffer();
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture);
      return;
    }
    const about = url.searchParams.get('url') ?? '';
    this.asked.push(about);
    await this.gate;
    if (this.instead !== null) return this.instead(request, response);
    const video = this.videos.get(about);
    if (url.searchParams.get('format') !== 'json') return void response.writeHead(501).end();
    if (url.pathname !== '/oembed' || video === undefined) return void response.writeHead(404).end();
    const picture = video.picture === undefined ? {} : { thumbnail_url: new URL(video.picture, this.#origin).href };
    const answer = { type: 'video', version: '1.0', title: video.title, duration: video.duration, ...picture };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }
}
