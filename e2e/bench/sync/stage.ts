import { type Browser, type BrowserContext, chromium, firefox } from '@playwright/test';
import { machineNowMs } from '../../fixtures/bot.ts';
import { chromiumLaunch, firefoxLaunch } from '../../fixtures/browsers.ts';
import { readVideo, type VideoReading, watchFrames } from '../../fixtures/frames.ts';
import { PartyPage } from '../../fixtures/party.page.ts';
import { childPids, rendererPids } from '../processes.ts';

export type BrowserName = 'chromium' | 'firefox';

/** Pages are small: what is measured is timing, and every pixel costs this machine time. */
const VIEWPORT = { width: 800, height: 520 };

/** One person with a browser process tree of their own. */
export interface Seat {
  readonly name: string;
  readonly browser: BrowserName;
  readonly person: PartyPage;
  /** Opens the party anew, on a fresh page of the same browser, and joins. */
  join(partyUrl: string, prepare?: (context: BrowserContext) => Promise<unknown>): Promise<void>;
  /** Leaves: closes the page, keeps the browser. */
  leave(): Promise<void>;
  /** What its video did and showed since `sinceMs`. */
  read(sinceMs: number): Promise<VideoReading>;
  /** Freezes the processes that run its page for so long; answers with the moment they woke. */
  freeze(forMs: number): Promise<number>;
  close(): Promise<void>;
}

export const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Starts a browser for one person. */
export async function openSeat(name: string, kind: BrowserName): Promise<Seat> {
  const before = childPids();
  const browser: Browser = await (kind === 'chromium' ? chromium.launch(chromiumLaunch()) : firefox.launch(firefoxLaunch()));
  const own = new Set([...childPids()].filter((pid) => !before.has(pid)));
  let context: BrowserContext | null = null;
  let person: PartyPage | null = null;

  const leave = async () => {
    await context?.close();
    context = null;
    person = null;
  };
  const seated = () => {
    if (!person) throw new Error(`${name} is not at the party`);
    return person;
  };
  return {
    name,
    browser: kind,
    get person() {
      return seated();
    },
    leave,
    async join(partyUrl, prepare) {
      await leave();
      context = await browser.newContext({ viewport: VIEWPORT, locale: 'en-GB' });
      await watchFrames(context);
      await prepare?.(context);
      person = new PartyPage(await context.newPage(), name);
      await person.join(partyUrl);
    },
    read: (sinceMs) => readVideo(seated().page, sinceMs),
    async freeze(forMs) {
      const pids = rendererPids(own);
      if (pids.length === 0) throw new Error(`No process of ${name}'s page was found`);
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      try {
        await wait(forMs);
      } finally {
        for (const pid of pids) process.kill(pid, 'SIGCONT');
      }
      return machineNowMs();
    },
    async close() {
      await leave();
      await browser.close();
    },
  };
}
