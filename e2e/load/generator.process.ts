// A process full of members. Started by `startGenerators`, told over IPC what to do.

import { createViewerTokens } from '../../server/src/accounts/tokens/viewer-tokens.ts';
import { deriveKey } from '../../server/src/platform/secrets.ts';
import type { Call, ConnectPlan, ConnectResult, CrowdPlan, GeneratorReading } from './generator.types.ts';
import { type Crowd, Member } from './member.ts';
import { until } from './monotonic.ts';
import { Numbers } from './numbers.ts';
import { TimerWheel } from './timer-wheel.ts';

/** Members that come from one address: far below the ports it has. */
const MEMBERS_PER_ADDRESS = 2000;

let lost: string[] = [];
let heard = new Map<number, Numbers>();
let cpuFrom = process.cpuUsage();
let members: Member[] = [];
let arrived: (member: Member, atMs: number) => void = () => {};
let turnedAway = 0;

const crowd: Crowd = {
  wheel: new TimerWheel(),
  bytesIn: 0,
  bytesOut: 0,
  framesIn: 0,
  onPlayback(positionS, atMs) {
    const times = heard.get(positionS);
    if (times !== undefined) times.add(atMs);
    else {
      const first = new Numbers();
      first.add(atMs);
      heard.set(positionS, first);
    }
  },
  onJoined: (member, atMs) => arrived(member, atMs),
  onLost(_member, reason) {
    lost.push(reason);
  },
  onTurnedAway() {
    turnedAway += 1;
  },
};

/** Prepared and never connected. */
let waiting: Member[] = [];

function prepare(plan: CrowdPlan): void {
  const { host, ports, sessionId, habits, network } = plan;
  const tokens = createViewerTokens((purpose) => deriveKey(Buffer.from(plan.authSecret, 'utf8'), purpose));
  for (let i = 0; i < plan.members; i += 1) {
    const port = ports[i % ports.length];
    if (port === undefined) throw new Error('there is no port to connect to');
    const localAddress = `127.0.${network}.${1 + Math.floor(i / MEMBERS_PER_ADDRESS)}`;
    const { token } = tokens.makeGuest();
    const name = `Guest ${network}-${i}`;
    waiting.push(new Member({ host, port, localAddress, sessionId, name, token, habits }, crowd));
  }
}

async function connect({ atMs, atOnce, withinMs }: ConnectPlan): Promise<ConnectResult> {
  const coming = waiting;
  waiting = [];
  members = members.concat(coming);
  const joinedMs = new Numbers();
  const turnedAwayBefore = turnedAway;
  await until(atMs);
  await new Promise<void>((resolve) => {
    let next = 0;
    let onTheWay = 0;
    let left = coming.length;
    const finish = () => {
      clearTimeout(deadline);
      resolve();
    };
    const deadline = setTimeout(finish, withinMs);
    const go = () => {
      while (next < coming.length && onTheWay < (atOnce ?? Number.POSITIVE_INFINITY)) {
        onTheWay += 1;
        coming[next]?.connect();
        next += 1;
      }
    };
    arrived = (_member, momentMs) => {
      joinedMs.add(momentMs - atMs);
      onTheWay -= 1;
      left -= 1;
      if (left === 0) finish();
      else go();
    };
    if (left === 0) finish();
    else go();
  });
  arrived = () => {};
  return { joinedMs: joinedMs.toArray(), turnedAway: turnedAway - turnedAwayBefore };
}

function settle(): number {
  const intervalMs = members.reduce((most, member) => Math.max(most, member.reportIntervalMs), 0);
  for (const member of members) {
    member.reportIntervalMs = intervalMs;
    member.settle();
  }
  return intervalMs;
}

function reset(): void {
  crowd.bytesIn = 0;
  crowd.bytesOut = 0;
  crowd.framesIn = 0;
  heard = new Map();
  lost = [];
  cpuFrom = process.cpuUsage();
}

function read(): GeneratorReading {
  const { user, system } = process.cpuUsage(cpuFrom);
  return {
    joined: members.filter(({ joined }) => joined).length,
    lost,
    bytesIn: crowd.bytesIn,
    bytesOut: crowd.bytesOut,
    framesIn: crowd.framesIn,
    heard: [...heard].map(([positionS, times]) => [positionS, times.toArray()] as const),
    cpuMs: (user + system) / 1000,
  };
}

function cut(): void {
  for (const member of members) member.cut();
  members = [];
  waiting = [];
}

const handlers: Record<Call['name'], (argument: never) => unknown> = { prepare, connect, settle, reset, read, cut };

process.on('message', async ({ id, name, argument }: Call) => {
  try {
    const result = await handlers[name](argument as never);
    process.send?.({ id, ok: true, result });
  } catch (error) {
    process.send?.({ id, ok: false, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
process.on('disconnect', () => process.exit());
