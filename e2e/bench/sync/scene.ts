import { createSession, machineNowMs } from '../../fixtures/bot.ts';
import type { CowatchServer } from '../../fixtures/server.ts';
import type { PlotPanel } from '../plot.ts';
import { errorsOf, smoothed } from './analysis.ts';
import { type Seat, wait } from './stage.ts';
import { keepTruth, type TruthKeeper } from './truth.ts';

/** A party that is measured. */
export interface Scene {
  readonly url: string;
  readonly truth: TruthKeeper;
  /** The party's link as it is through another port of this machine. */
  through(port: number): string;
  close(): void;
}

/** Makes a party on the server, with the bench itself as its host. */
export async function openScene(server: CowatchServer, media: { url: string } | { titleId: string }): Promise<Scene> {
  const { info, cookie } = await createSession(server.url, { media });
  const truth = await keepTruth(server.url, info.id, cookie);
  return {
    url: `${server.url}/s/${info.id}`,
    truth,
    through: (port) => `http://127.0.0.1:${port}/s/${info.id}`,
    close: () => truth.close(),
  };
}

/** Gives a command as the host and waits until the timeline has changed by it; answers with when it was given. */
export async function command({ truth: { host } }: Scene, what: 'play' | 'pause' | { readonly seekS: number }): Promise<number> {
  const version = host.client.state.playback?.timeline.version ?? 0;
  const givenAtMs = machineNowMs();
  const outcome = await (what === 'play' ? host.client.play() : what === 'pause' ? host.client.pause() : host.client.seek(what.seekS));
  if (!outcome.ok) throw new Error(`The command was refused: ${outcome.error.message}`);
  if (outcome.changed) await host.until(({ state }) => (state.playback?.timeline.version ?? 0) > version);
  return givenAtMs;
}

/** Stops, goes to `fromS`, waits for the pictures to be there, and plays. */
export async function playFrom(scene: Scene, fromS: number): Promise<void> {
  await command(scene, 'pause');
  await command(scene, { seekS: fromS });
  await wait(1500);
  await scene.truth.calibrate();
  await command(scene, 'play');
}

/** A panel of the plot: how far each page's picture was from the timeline from `fromMs` on. */
export async function panelOf(
  scene: Scene,
  seats: readonly Seat[],
  fromMs: number,
  how: { readonly title: string; readonly barMs: number; readonly limitMs: number },
): Promise<PlotPanel> {
  const truth = scene.truth.timeline();
  const series = await Promise.all(
    seats.map(async (seat) => {
      const { frames } = await seat.read(fromMs);
      const points = smoothed(errorsOf(frames, truth, 'picture'));
      const drawn: [number, number | null][] = [];
      for (const [index, { atMs, errorMs }] of points.entries()) {
        const before = points[index - 1];
        if (before && atMs - before.atMs > 300) drawn.push([(before.atMs - fromMs) / 1000, null]);
        if (index % 3 === 0) drawn.push([(atMs - fromMs) / 1000, errorMs]);
      }
      return { name: seat.name, points: drawn };
    }),
  );
  return { ...how, series };
}
