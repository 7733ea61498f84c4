import { startLinkProxy } from '../../fixtures/proxy.ts';
import type { CowatchServer } from '../../fixtures/server.ts';
import { stubYoutube, YOUTUBE_URL } from '../../stubs/youtube/youtube-stub.ts';
import { measureFloor } from './floor.ts';
import { joinLate, steadyRun } from './rows.ts';
import { addRow, addSteadyRows, type BenchRun, repeat } from './run.ts';
import { openScene, panelOf, playFrom, type Scene } from './scene.ts';
import { type BrowserName, openSeat, type Seat } from './stage.ts';

/** 150 ± 50 ms each way. */
const FAR_LINK = { up: { latencyMs: 150, jitterMs: 50 }, down: { latencyMs: 150, jitterMs: 50 } };

/**
 * The same, and 60 ms slower on the way down. No clock can see that: with time stamps alone it is 30 ms off for good, so
 * what has to come within 20 ms is measured on the link above.
 */
const BAD_LINK = { ...FAR_LINK, down: { latencyMs: 210, jitterMs: 50 } };

/** The first seat goes behind a bad link; the others stay where they are. */
export async function measureBadLink(
  run: BenchRun,
  kind: BrowserName,
  server: CowatchServer,
  scene: Scene,
  seats: readonly Seat[],
): Promise<void> {
  const { badStarts, badJoins } = run.amounts[kind];
  const [first, ...others] = seats;
  if (!first || badStarts === 0) return;
  const proxy = await startLinkProxy({ targetPort: server.port, seed: 7, ...FAR_LINK });
  try {
    const behind = scene.through(proxy.port);
    await playFrom(scene, 10);
    const joins = await repeat(run, kind, badJoins, () => joinLate(scene, first, others, behind));
    const settle = { row: '150 ± 50 ms each way: late join, within 20 ms', unit: 's', bar: 3 };
    addRow(
      run,
      joins.beside,
      settle,
      joins.runs.map(({ settleS }) => settleS),
    );

    // Joined anew: what a clock learned over the better link would hold on the worse one.
    proxy.shape(BAD_LINK);
    await first.join(behind);
    const starts = await repeat(run, kind, badStarts, async (start) => {
      const how = { fromS: 60 + 40 * start, settleMs: run.amounts.settleMs, forMs: 12_000 };
      const { steady, fromMs } = await steadyRun(scene, seats, how);
      const title = `${kind}: the first page behind 150 ± 50 ms, 60 ms slower in one direction`;
      if (start === 0) run.panels.push(await panelOf(scene, seats, fromMs, { title, barMs: 45, limitMs: 100 }));
      return steady;
    });
    const toOthers = { row: 'bad link: its page to the others, p95', unit: 'ms', bar: 45 };
    addRow(
      run,
      starts.beside,
      toOthers,
      starts.runs.map(({ firstToOthersP95Ms }) => firstToOthersP95Ms),
    );
    const among = { row: 'bad link: the others among themselves, p95', unit: 'ms', bar: 10 };
    const amongRuns = starts.runs.map(({ othersP95Ms }) => othersP95Ms);
    if (others.length > 1) addRow(run, starts.beside, among, amongRuns);
  } finally {
    await first.leave();
    await proxy.stop();
  }
}

/** Opens seats and a party for them, measures, and clears away. */
async function withParty(
  server: CowatchServer,
  kinds: readonly BrowserName[],
  media: { url: string } | { titleId: string },
  prepare: Parameters<Seat['join']>[1],
  measure: (scene: Scene, seats: readonly Seat[]) => Promise<void>,
): Promise<void> {
  const seats: Seat[] = [];
  const scene = await openScene(server, media);
  try {
    for (const [index, kind] of kinds.entries()) seats.push(await openSeat(`${kind} ${index + 1}`, kind));
    for (const seat of seats) await seat.join(scene.url, prepare);
    await measure(scene, seats);
  } finally {
    for (const seat of seats) await seat.close();
    scene.close();
  }
}

/** One page in each browser, and how far apart they are. */
export async function measurePair(run: BenchRun, server: CowatchServer): Promise<void> {
  await withParty(server, ['chromium', 'firefox'], { titleId: 'sample' }, undefined, async (scene, seats) => {
    const { runs, beside } = await repeat(run, 'chromium + firefox', 1, async () => {
      const how = { fromS: 10, settleMs: run.amounts.settleMs, forMs: run.amounts.pairMs };
      const { steady, fromMs } = await steadyRun(scene, seats, how);
      const panel = { title: 'chromium and firefox: steady', barMs: 10, limitMs: 40 };
      run.panels.push(await panelOf(scene, seats, fromMs, panel));
      return steady;
    });
    addSteadyRows(run, beside, runs);
  });
}

/** Three pages on the YouTube-like stub. */
export async function measureYoutube(run: BenchRun, server: CowatchServer): Promise<void> {
  const forMs = run.amounts.youtubeMs;
  const kinds = ['chromium', 'chromium', 'chromium'] as const;
  await withParty(server, kinds, { url: YOUTUBE_URL }, stubYoutube, async (scene, seats) => {
    const { runs, beside } = await repeat(run, 'chromium', 1, async () => {
      const { steady, fromMs } = await steadyRun(scene, seats, {
        fromS: 10,
        settleMs: run.amounts.settleMs + 3000,
        forMs,
      });
      const panel = { title: 'YouTube-like stub: steady', barMs: 150, limitMs: 300 };
      run.panels.push(await panelOf(scene, seats, fromMs, panel));
      return steady;
    });
    const skew = { row: 'YouTube-like: skew of two pages, p95', unit: 'ms', bar: 150 };
    addRow(
      run,
      beside,
      skew,
      runs.map(({ pairP95Ms }) => pairP95Ms),
    );
    const seeks = { row: 'YouTube-like: seeks of one page in 10 s', unit: 'seeks', bar: 1 };
    addRow(
      run,
      beside,
      seeks,
      runs.map((steady) => (steady.seeks * 10_000) / forMs),
    );
  });
}

/** What the machine itself does to two players that nobody keeps together. */
export async function measureNoise(run: BenchRun, kind: BrowserName): Promise<void> {
  const { runs, beside } = await repeat(run, kind, 1, () => measureFloor(kind, run.amounts.floorMs));
  const wobble = { row: 'floor: no sync at all, wobble of the skew of two players, p95', unit: 'ms', bar: null };
  addRow(
    run,
    beside,
    wobble,
    runs.map(({ wobbleP95Ms }) => wobbleP95Ms),
  );
  const dropped = { row: 'floor: frames never shown by them', unit: '%', bar: null };
  addRow(
    run,
    beside,
    dropped,
    runs.map(({ droppedPercent }) => droppedPercent),
  );
}
