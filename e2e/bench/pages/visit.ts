import type { Browser } from '@playwright/test';

/** A slow phone on a slow network. */
export const PHONE = {
  cpuSlowdown: 4,
  bytesPerSecond: 1_600_000 / 8,
  latencyMs: 75,
  viewport: { width: 390, height: 844 },
} as const;

/** What one first visit to a page came to. */
export interface Visit {
  /** From the navigation to the first paint that has content, in milliseconds. */
  readonly firstPaintMs: number;
  /** To when what the page is for can be used, in milliseconds. */
  readonly usableMs: number;
  /** Scripts that were asked for until then. */
  readonly scripts: number;
  /** Bytes on the wire before the first paint, and until it could be used; media do not count. */
  readonly bytesBeforePaint: number;
  readonly bytesUntilUsable: number;
  /** Sum of the layout shifts, also of the moment after. */
  readonly layoutShift: number;
}

/** How long the page is watched after it can be used, in milliseconds: what comes late may push what is there. */
const AFTERWARDS_MS = 1500;

interface Seen {
  readonly paintMs: number | null;
  readonly usableMs: number | null;
  readonly layoutShift: number;
}

// A script of text: what compiles this file would put helpers into a function that the page does not have.
const watcher = (usable: string) => `
  const seen = { paintMs: null, usableMs: null, layoutShift: 0 };
  window.seen = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.name === 'first-contentful-paint') seen.paintMs = entry.startTime;
  }).observe({ type: 'paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.layoutShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  const observer = new MutationObserver(() => {
    if (document.querySelector(${JSON.stringify(usable)}) === null) return;
    observer.disconnect();
    // When it is on the screen and the thread is free to answer.
    requestAnimationFrame(() => setTimeout(() => { seen.usableMs = performance.now(); }));
  });
  observer.observe(document, { childList: true, subtree: true, attributes: true });
`;

/**
 * Opens a page as somebody who was never there, on a slow phone.
 *
 * @param usable selector of what must be on the page, ready, for it to be of use
 */
export async function visit(browser: Browser, url: string, usable: string): Promise<Visit> {
  const context = await browser.newContext({
    viewport: PHONE.viewport,
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
    locale: 'en-GB',
  });
  try {
    const page = await context.newPage();
    await page.addInitScript({ content: watcher(usable) });

    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: PHONE.latencyMs,
      downloadThroughput: PHONE.bytesPerSecond,
      uploadThroughput: PHONE.bytesPerSecond / 2,
    });
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: PHONE.cpuSlowdown });
    let beganAtS: number | null = null;
    const requests = new Map<string, { readonly type: string | undefined; readonly atS: number }>();
    const arrivals: { readonly id: string; readonly atS: number; readonly bytes: number }[] = [];
    cdp.on('Network.requestWillBeSent', ({ requestId, type, timestamp }) => {
      beganAtS ??= timestamp;
      requests.set(requestId, { type, atS: timestamp - beganAtS });
    });
    cdp.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) => {
      arrivals.push({ id: requestId, atS: timestamp - (beganAtS ?? 0), bytes: encodedDataLength });
    });

    await page.goto(url, { waitUntil: 'commit' });
    const seen = () => page.evaluate(() => (window as unknown as { seen: Seen }).seen);
    await page
      .waitForFunction(() => (window as unknown as { seen: Seen }).seen.usableMs !== null, null, { timeout: 60_000 })
      .catch((cause: unknown) => {
        throw new Error(`${url} was of no use within a minute: there is no ${usable}`, { cause });
      });
    await page.waitForTimeout(AFTERWARDS_MS);
    const { paintMs, usableMs, layoutShift } = await seen();
    const firstPaintMs = paintMs ?? Number.POSITIVE_INFINITY;
    const readyMs = usableMs ?? Number.POSITIVE_INFINITY;
    const isMedia = (id: string) => requests.get(id)?.type === 'Media';
    const bytesUntil = (ms: number) =>
      arrivals.reduce((sum, { id, atS, bytes }) => (atS * 1000 <= ms && !isMedia(id) ? sum + bytes : sum), 0);
    return {
      firstPaintMs,
      usableMs: readyMs,
      scripts: [...requests.values()].filter(({ type, atS }) => type === 'Script' && atS * 1000 <= readyMs).length,
      bytesBeforePaint: bytesUntil(firstPaintMs),
      bytesUntilUsable: bytesUntil(readyMs),
      layoutShift,
    };
  } finally {
    await context.close();
  }
}
