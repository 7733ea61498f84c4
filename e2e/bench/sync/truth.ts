import { PROTOCOL_VERSION } from '@cowatch/shared/protocol';
import { playbackPositionAt } from '@cowatch/shared/timeline';
import { io, type Socket } from 'socket.io-client';
import { type Bot, joinAsBot, machineNowMs } from '../../fixtures/bot.ts';
import type { Truth } from './analysis.ts';

const EXCHANGES = 60;

interface Pong {
  readonly ok: boolean;
  readonly data: { readonly receivedAtMs: number; readonly sentAtMs: number };
}

/** Knows where the timeline truly is: the server's own words, on the machine's own clock. */
export interface TruthKeeper {
  /** The host of the session: commands go through it, without any player. */
  readonly host: Bot;
  /** Half of the best round trip over loopback: what the mapping of the clocks can be off by at most, in ms. */
  readonly errorBoundMs: number;
  /** Maps the machine's clock to cluster time anew, by the exchange with the least round trip of many. */
  calibrate(): Promise<void>;
  /** The timeline as it is now, as a function of the machine's clock; stays what it was when the timeline changes. */
  timeline(): Truth;
  /** When the present timeline takes effect, in Unix milliseconds on the machine's clock. */
  takesEffectAtMs(): number;
  close(): void;
}

export async function keepTruth(url: string, sessionId: string, cookie: string): Promise<TruthKeeper> {
  const host = await joinAsBot(url, sessionId, { name: 'Bench', cookie });
  const socket: Socket = io(url, {
    transports: ['websocket'],
    forceNew: true,
    auth: { protocol: PROTOCOL_VERSION },
    extraHeaders: { cookie },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', reject);
  });

  let offsetMs = 0;
  let errorBoundMs = Number.POSITIVE_INFINITY;
  const calibrate = async () => {
    let best = Number.POSITIVE_INFINITY;
    for (let exchange = 0; exchange < EXCHANGES; exchange += 1) {
      const askedMs = machineNowMs();
      const pong: Pong = await socket.timeout(2000).emitWithAck('clock:ping', {});
      const answeredMs = machineNowMs();
      if (!pong.ok) continue;
      const { receivedAtMs, sentAtMs } = pong.data;
      const roundTripMs = answeredMs - askedMs - (sentAtMs - receivedAtMs);
      if (roundTripMs >= best) continue;
      best = roundTripMs;
      offsetMs = (receivedAtMs + sentAtMs) / 2 - (askedMs + answeredMs) / 2;
    }
    errorBoundMs = best / 2;
  };
  await calibrate();

  const playback = () => {
    const now = host.client.state.playback;
    if (!now) throw new Error('The bench has not joined');
    return now;
  };
  return {
    host,
    get errorBoundMs() {
      return errorBoundMs;
    },
    calibrate,
    timeline() {
      const fixed = playback();
      const mapping = offsetMs;
      return (machineMs) => playbackPositionAt(fixed, machineMs + mapping);
    },
    takesEffectAtMs: () => playback().timeline.atMs - offsetMs,
    close() {
      socket.disconnect();
      host.close();
    },
  };
}
