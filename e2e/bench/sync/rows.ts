import { machineNowMs } from '../../fixtures/bot.ts';
import { frozenFrame, type Measure, type PlayerEvent, type VideoReading } from '../../fixtures/frames.ts';
import { percentile } from '../../fixtures/statistics.ts';
import { droppedPercent, errorsOf, pairwiseSkews, seenErrors, settledAtMs, skewsBetween, windowMedians } from './analysis.ts';
import { command, playFrom, type Scene } from './scene.ts';
import { type Seat, wait } from './stage.ts';

/** Everybody is expected to be this close after whatever happened, in milliseconds. */
const SETTLED_MS = 20;

/** A page that never gets there is looked at for this long. */
const WATCH_MS = 7000;

const p95 = (values: readonly number[]) => percentile(values, 95);

export interface Steady {
  /** 95th percentile of the distance of every two pages, in ms; of the picture and of the media clock. */
  readonly pairP95Ms: number;
  readonly pairClockP95Ms: number;
  /** 95th percentile of the worst page's distance from the timeline, in ms. */
  readonly pageP95Ms: number;
  readonly pageClockP95Ms: number;
  /** Distance of the first page to the others, and of the others among themselves, in ms. */
  readonly firstToOthersP95Ms: number;
  readonly othersP95Ms: number;
  /** Most pulses of one page, and the strongest of all in percent. */
  readonly pulses: number;
  readonly strongestPercent: number;
  /** Most beats chosen anew by one page. */
  readonly relocks: number;
  /** Most seeks of one page. */
  readonly seeks: number;
  readonly droppedPercent: number;
}

/** How everything stood while nothing happened, from `fromMs` to `toMs`. */
export async function steadyBetween(scene: Scene, seats: readonly Seat[], fromMs: number, toMs: number): Promise<Steady> {
  const truth = scene.truth.timeline();
  const readings = await Promise.all(seats.map((seat) => seat.read(fromMs)));
  const medians = (measure: Measure) => readings.map(({ frames }) => windowMedians(errorsOf(frames, truth, measure), fromMs, toMs));
  const picture = medians('picture');
  const clock = medians('clock');
  const worst = (series: readonly (readonly (number | null)[])[]) =>
    Math.max(...series.map((page) => p95(page.flatMap((error) => (error === null ? [] : [Math.abs(error)])))));
  const [first = [], ...others] = picture;
  const strengths = readings.map((reading) => pulsesOf(reading));
  return {
    pairP95Ms: p95(pairwiseSkews(picture)),
    pairClockP95Ms: p95(pairwiseSkews(clock)),
    pageP95Ms: worst(picture),
    pageClockP95Ms: worst(clock),
    firstToOthersP95Ms: p95(others.flatMap((other) => skewsBetween(first, other))),
    othersP95Ms: p95(pairwiseSkews(others)),
    pulses: Math.max(...strengths.map((pulses) => pulses.length)),
    strongestPercent: 100 * Math.max(0, ...strengths.flat()),
    relocks: Math.max(...readings.map(relocksOf)),
    seeks: Math.max(...readings.map((reading) => countOf(reading, ['seek-write']))),
    droppedPercent: Math.max(...readings.map(({ frames }) => droppedPercent(frames))),
  };
}

/** Rates below this are no corrections of the clock: for 5 ms the renderer is made to choose its beat anew. */
const RELOCK_BELOW = 0.5;

/** Rates written that are not the session's. */
function otherRatesOf({ events }: VideoReading): number[] {
  return events.flatMap(({ kind, value }) => (kind === 'rate-write' && value !== null && value !== 1 ? [value] : []));
}

/** Strength of each pulse, as a fraction. */
const pulsesOf = (reading: VideoReading): number[] =>
  otherRatesOf(reading).flatMap((rate) => (rate < RELOCK_BELOW ? [] : [Math.abs(rate - 1)]));

const relocksOf = (reading: VideoReading): number => otherRatesOf(reading).filter((rate) => rate < RELOCK_BELOW).length;

function countOf({ events }: VideoReading, kinds: readonly PlayerEvent['kind'][]): number {
  return events.filter(({ kind }) => kinds.includes(kind)).length;
}

/** Largest distance, in frames, between the pictures of paused pages; read from the pictures. */
export async function framesApart(seats: readonly Seat[]): Promise<number> {
  const frames = await Promise.all(seats.map(({ person }) => frozenFrame(person.page)));
  return Math.max(...frames) - Math.min(...frames);
}

/** Pauses, looks, plays, and looks at the first second. */
export async function pauseAndPlay(
  scene: Scene,
  seats: readonly Seat[],
): Promise<{ readonly apart: number; readonly firstSecondP95Ms: number }> {
  await command(scene, 'pause');
  await wait(2000);
  const apart = await framesApart(seats);
  const beforeMs = machineNowMs() - 60_000;
  await command(scene, 'play');
  await wait(2200);
  const truth = scene.truth.timeline();
  const startMs = scene.truth.takesEffectAtMs();
  const readings = await Promise.all(seats.map((seat) => seat.read(beforeMs)));
  const errors = readings.flatMap(({ frames }) => seenErrors(frames, truth, startMs, startMs + 1000));
  return { apart, firstSecondP95Ms: p95(errors.map(Math.abs)) };
}

/** Jumps to `toS` while playing; seconds from each page's data being there until it is settled: the slowest page's. */
export async function seekAndSettle(scene: Scene, seats: readonly Seat[], toS: number): Promise<number> {
  const sinceMs = await command(scene, { seekS: toS });
  await wait(WATCH_MS);
  const truth = scene.truth.timeline();
  const readings = await Promise.all(seats.map((seat) => seat.read(sinceMs)));
  const times = readings.map(({ frames, events }) => {
    const data = events.find(({ kind }) => kind === 'seeked')?.atMs;
    if (data === undefined) return Number.POSITIVE_INFINITY;
    const shown = frames.filter((frame) => frame.displayedAtMs >= data);
    return settleS(settledAtMs(errorsOf(shown, truth, 'picture'), SETTLED_MS), data);
  });
  return Math.max(...times);
}

export interface LateJoin {
  /** Seconds from the newcomer's first moving frame until it is settled. */
  readonly settleS: number;
  /** Stalls, seeks and changes of rate on the pages of those who were there. */
  readonly disturbances: number;
}

/** One seat joins a party that plays; the others are watched meanwhile. */
export async function joinLate(scene: Scene, late: Seat, others: readonly Seat[], partyUrl: string = scene.url): Promise<LateJoin> {
  await late.leave();
  await wait(1000);
  const sinceMs = machineNowMs();
  await late.join(partyUrl);
  await wait(WATCH_MS);
  const truth = scene.truth.timeline();
  const { frames, events } = await late.read(sinceMs);
  const playingMs = events.find(({ kind }) => kind === 'playing')?.atMs ?? Number.POSITIVE_INFINITY;
  const moving = frames.filter((frame) => frame.displayedAtMs >= playingMs);
  const readings = await Promise.all(others.map((seat) => seat.read(sinceMs)));
  const disturbances = readings.reduce((sum, reading) => sum + countOf(reading, ['waiting', 'seeking']) + otherRatesOf(reading).length, 0);
  const firstMs = moving[0]?.displayedAtMs ?? Number.NaN;
  return { settleS: settleS(settledAtMs(errorsOf(moving, truth, 'picture'), SETTLED_MS), firstMs), disturbances };
}

/** Freezes the processes of one page; seconds from waking until it is settled. */
export async function freezeAndSettle(scene: Scene, seat: Seat, forMs: number): Promise<number> {
  const wokeMs = await seat.freeze(forMs);
  await wait(WATCH_MS);
  const { frames } = await seat.read(wokeMs);
  return settleS(settledAtMs(errorsOf(frames, scene.truth.timeline(), 'picture'), SETTLED_MS), wokeMs);
}

function settleS(atMs: number | null, fromMs: number): number {
  return atMs === null || Number.isNaN(fromMs) ? Number.POSITIVE_INFINITY : Math.max(0, atMs - fromMs) / 1000;
}

/** Plays from `fromS`, lets everything settle, and watches for so long. */
export async function steadyRun(
  scene: Scene,
  seats: readonly Seat[],
  how: { readonly fromS: number; readonly settleMs: number; readonly forMs: number },
): Promise<{ readonly steady: Steady; readonly fromMs: number; readonly toMs: number }> {
  await playFrom(scene, how.fromS);
  await wait(how.settleMs);
  const fromMs = machineNowMs();
  await wait(how.forMs);
  const toMs = machineNowMs() - 300;
  return { steady: await steadyBetween(scene, seats, fromMs, toMs), fromMs, toMs };
}
