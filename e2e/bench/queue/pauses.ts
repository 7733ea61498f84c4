import { type ClientToServerEvents, PROTOCOL_VERSION, QUEUE_ADD_MAX, QUEUE_MAX, type SessionInfo } from '@cowatch/shared/protocol';
import { io, type Socket } from 'socket.io-client';
import { percentile } from '../../fixtures/statistics.ts';
import { newToken, type Target } from '../scale/target.ts';

/** Below the token bucket of playback commands, in milliseconds. */
const PACE_MS = 210;
/** Of adds: one in three seconds after the first five. */
const ADD_PAUSE_MS = 3100;

export interface PausesRun {
  /** From a pause or a play leaving to its answer, in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Party {
  readonly id: string;
  readonly socket: Socket;
  readonly latenciesMs: number[];
  playing: boolean;
}

/**
 * Pauses and plays in a party without a queue and in one with a full one, on one server: one in each after the other, so that
 * whatever the machine does meanwhile is done to both.
 */
export async function measurePauses(target: Target, pairs: number): Promise<{ readonly without: PausesRun; readonly full: PausesRun }> {
  const [without, full] = [await openParty(target), await openParty(target)];
  try {
    await fill(full);
    for (let pair = 0; pair < pairs; pair += 1) {
      for (const party of pair % 2 === 0 ? [without, full] : [full, without]) await act(party);
      await pause(PACE_MS);
    }
    return { without: resultOf(without), full: resultOf(full) };
  } finally {
    for (const { socket } of [without, full]) socket.close();
  }
}

async function openParty(target: Target): Promise<Party> {
  const url = `http://${target.host}:${target.ports[0]}`;
  const token = newToken();
  const response = await fetch(`${url}/api/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ media: { titleId: 'sample' } }),
  });
  const { id } = (await response.json()) as SessionInfo;
  const socket = io(url, { transports: ['websocket'], forceNew: true, auth: { protocol: PROTOCOL_VERSION, token } });
  const party = { id, socket, latenciesMs: [], playing: false };
  await ask(socket, 'session:join', { sessionId: id, name: 'Ana' });
  return party;
}

async function ask(socket: Socket, event: keyof ClientToServerEvents, message: object): Promise<unknown> {
  const answer = await socket.timeout(10_000).emitWithAck(event, message);
  if (!answer.ok) throw new Error(`${event}: ${answer.error.code} ${answer.error.message}`);
  return answer.data;
}

let operations = 0;

async function envelope({ id, socket }: Party): Promise<object> {
  const { sentAtMs } = (await ask(socket, 'clock:ping', {})) as { sentAtMs: number };
  operations += 1;
  return { sessionId: id, opId: `bench-op-${operations}`, issuedAtMs: sentAtMs };
}

const pause = (durationMs: number) => new Promise((resolve) => setTimeout(resolve, durationMs));

/** As many items as a queue takes, each with a link of a usual length and a title. */
async function fill(party: Party): Promise<void> {
  const perMessage = QUEUE_ADD_MAX / 2;
  for (let at = 0; at < QUEUE_MAX; at += perMessage) {
    const items = Array.from({ length: perMessage }, (_, i) => ({
      media: { url: `https://films.example/library/season-1/episode-${at + i}.mp4` },
      title: `The long way home, part ${at + i}`,
    }));
    if (at >= 5 * perMessage) await pause(ADD_PAUSE_MS);
    await ask(party.socket, 'queue:command', { ...(await envelope(party)), kind: 'add', items });
  }
}

/** Pauses, or plays again. */
async function act(party: Party): Promise<void> {
  const message = { ...(await envelope(party)), kind: party.playing ? 'pause' : 'play' };
  const fromMs = performance.now();
  await ask(party.socket, 'playback:command', message);
  party.latenciesMs.push(performance.now() - fromMs);
  party.playing = !party.playing;
}

const resultOf = ({ latenciesMs }: Party): PausesRun => ({
  p50Ms: percentile(latenciesMs, 50),
  p99Ms: percentile(latenciesMs, 99),
});
