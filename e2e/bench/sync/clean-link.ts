import { freezeAndSettle, joinLate, pauseAndPlay, seekAndSettle, steadyRun } from './rows.ts';
import { addRow, addSteadyRows, type BenchRun, repeat } from './run.ts';
import { panelOf, playFrom, type Scene } from './scene.ts';
import { type BrowserName, type Seat, wait } from './stage.ts';

/** Where seeks go, in seconds: far enough apart that nothing is there already. */
const SEEKS_S = [200, 40, 150, 90];

/** Every row of pages that are all on a clean link. */
export async function measureCleanLink(run: BenchRun, kind: BrowserName, scene: Scene, seats: readonly Seat[]): Promise<void> {
  await measureSteady(run, kind, scene, seats);
  await measurePlays(run, kind, scene, seats);
  await measureSeeks(run, kind, scene, seats);
  const [first, ...others] = seats;
  if (!first) return;
  await measureJoins(run, kind, scene, first, others);
  await measureFreezes(run, kind, scene, first);
}

async function measureSteady(run: BenchRun, kind: BrowserName, scene: Scene, seats: readonly Seat[]): Promise<void> {
  const { steadyMs, moreStarts } = run.amounts[kind];
  const long = await repeat(run, kind, 1, async () => {
    const result = await steadyRun(scene, seats, { fromS: 5, settleMs: run.amounts.settleMs, forMs: steadyMs });
    const how = { title: `${kind}: steady, clean link`, barMs: 10, limitMs: 40 };
    run.panels.push(await panelOf(scene, seats, result.fromMs, how));
    return result.steady;
  });
  const more = await repeat(run, kind, moreStarts, async (start) => {
    const how = { fromS: 80 + 30 * start, settleMs: run.amounts.settleMs, forMs: 12_000 };
    return (await steadyRun(scene, seats, how)).steady;
  });
  addSteadyRows(run, long.beside, [...long.runs, ...more.runs]);
  const pulses = { row: 'steady: pulses of one page in a minute', unit: 'pulses', bar: 2 };
  addRow(
    run,
    long.beside,
    pulses,
    long.runs.map((steady) => (steady.pulses * 60_000) / steadyMs),
  );
  const strongest = { row: 'steady: strongest pulse', unit: '%', bar: 1 };
  addRow(
    run,
    long.beside,
    strongest,
    long.runs.map((steady) => steady.strongestPercent),
  );
  const relocks = { row: 'steady: beats of the screen chosen anew by one page in a minute', unit: 'times', bar: null };
  addRow(
    run,
    long.beside,
    relocks,
    long.runs.map((steady) => (steady.relocks * 60_000) / steadyMs),
  );
  const dropped = { row: 'steady: frames never shown', unit: '%', bar: 0.5 };
  addRow(
    run,
    long.beside,
    dropped,
    long.runs.map((steady) => steady.droppedPercent),
  );
}

async function measurePlays(run: BenchRun, kind: BrowserName, scene: Scene, seats: readonly Seat[]): Promise<void> {
  const { runs, beside } = await repeat(run, kind, run.amounts[kind].plays, async () => {
    await wait(1000);
    return pauseAndPlay(scene, seats);
  });
  const paused = { row: 'paused: pictures apart', unit: 'frames', bar: 0 };
  addRow(
    run,
    beside,
    paused,
    runs.map(({ apart }) => apart),
  );
  const firstSecond = { row: 'first second after play, p95', unit: 'ms', bar: 40 };
  addRow(
    run,
    beside,
    firstSecond,
    runs.map(({ firstSecondP95Ms }) => firstSecondP95Ms),
  );
}

async function measureSeeks(run: BenchRun, kind: BrowserName, scene: Scene, seats: readonly Seat[]): Promise<void> {
  const { runs, beside } = await repeat(run, kind, run.amounts[kind].seeks, async (seek) => {
    const settledS = await seekAndSettle(scene, seats, (SEEKS_S[seek % SEEKS_S.length] ?? 0) + Math.random() * 10);
    if (seek === 0) {
      const how = { title: `${kind}: after a seek`, barMs: 20, limitMs: 100 };
      run.panels.push(await panelOf(scene, seats, scene.truth.takesEffectAtMs(), how));
    }
    return settledS;
  });
  addRow(run, beside, { row: 'after a seek: within 20 ms for good, slowest page', unit: 's', bar: 1.5 }, runs);
}

async function measureJoins(run: BenchRun, kind: BrowserName, scene: Scene, late: Seat, others: readonly Seat[]): Promise<void> {
  await playFrom(scene, 20);
  // What the others still do because of their own start is not the newcomer's doing.
  await wait(run.amounts.settleMs);
  const { runs, beside } = await repeat(run, kind, run.amounts[kind].joins, () => joinLate(scene, late, others));
  const settle = { row: 'late join: within 20 ms', unit: 's', bar: 1 };
  addRow(
    run,
    beside,
    settle,
    runs.map(({ settleS }) => settleS),
  );
  const others0 = { row: 'late join: stalls, seeks and rate changes of the others', unit: 'events', bar: 0 };
  addRow(
    run,
    beside,
    others0,
    runs.map(({ disturbances }) => disturbances),
  );
}

async function measureFreezes(run: BenchRun, kind: BrowserName, scene: Scene, seat: Seat): Promise<void> {
  const { freezes, sleeps } = run.amounts[kind];
  const short = await repeat(run, kind, freezes, () => freezeAndSettle(scene, seat, 1500));
  addRow(run, short.beside, { row: 'frozen for 1.5 s: within 20 ms again', unit: 's', bar: 1 }, short.runs);
  await playFrom(scene, 20);
  const long = await repeat(run, kind, sleeps, () => freezeAndSettle(scene, seat, 60_000));
  addRow(run, long.beside, { row: 'slept for 60 s: within 20 ms again', unit: 's', bar: 1 }, long.runs);
}
