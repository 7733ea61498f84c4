import { readFileSync } from 'node:fs';
import type { BrowserContext } from '@playwright/test';
import { SAMPLE_CLIP } from '../../fixtures/static-site.ts';
import { runEmbed } from './embed.page.ts';
import { installIframeApi } from './iframe-api.page.ts';
import type { EmbedConfig, YoutubeStubOptions } from './youtube-stub.types.ts';

export type { YoutubeStubOptions } from './youtube-stub.types.ts';

/** A link that the product takes for a YouTube video; the stub plays the sample clip for every id. */
export const YOUTUBE_URL = 'https://www.youtube.com/watch?v=cowatchstub';

const HOSTS = /^https:\/\/(www\.youtube(-nocookie)?\.com|youtube\.com|i\.ytimg\.com|s\.ytimg\.com)\//;

/** Tools that keep function names call `__name`, which pages do not have. */
const NAMES_KEPT = 'globalThis.__name ??= (it) => it;';

/**
 * Answers for YouTube in every page of a context: a stub of the published IFrame Player API, no part of the real thing.
 * Behind it the sample clip really plays, in an embedded page of its own, so that frames can be measured.
 */
export async function stubYoutube(context: BrowserContext, options: YoutubeStubOptions = {}): Promise<void> {
  const config: EmbedConfig = {
    bufferingMs: options.bufferingMs ?? 150,
    clockStepMs: options.clockStepMs ?? 100,
    advertMs: options.advertMs ?? 0,
    errorCode: options.errorCode ?? null,
    clipUrl: '/youtube-stub/clip.mp4',
  };
  const embed = `<!doctype html><meta charset="utf-8"><title>YouTube-like stub</title>
<style>html,body,video{margin:0;width:100%;height:100%;background:#000;display:block;overflow:hidden}</style>
<video playsinline></video>
<script>${NAMES_KEPT} (${runEmbed.toString()})(${JSON.stringify(config)});</script>`;
  const api = `${NAMES_KEPT} (${installIframeApi.toString()})();`;
  const clip = readFileSync(SAMPLE_CLIP);

  await context.route(HOSTS, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/iframe_api') {
      await route.fulfill({ contentType: 'text/javascript; charset=utf-8', body: api });
    } else if (pathname.startsWith('/embed/')) {
      await route.fulfill({ contentType: 'text/html; charset=utf-8', body: embed });
    } else if (pathname === config.clipUrl) {
      await route.fulfill({ contentType: 'video/mp4', body: clip });
    } else {
      await route.fulfill({ status: 404, body: '' });
    }
  });
}

/** YouTube cannot be reached: its name does not resolve. */
export async function blockYoutube(context: BrowserContext): Promise<void> {
  await context.route(HOSTS, (route) => route.abort('namenotresolved'));
}
