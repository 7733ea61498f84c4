import type { Habits } from '../../load/habits.ts';
import { type Crowd, Member } from '../../load/member.ts';
import { monotonicMs } from '../../load/monotonic.ts';
import { TimerWheel } from '../../load/timer-wheel.ts';
import type { Target } from './target.ts';

/** A few members in the bench's own process: the one who commands, and those who watch what others go through. */
export interface Seats {
  readonly host: Member;
  /** The host and those who are seated beside them. */
  readonly seated: readonly Member[];
  /** For each position a command named: when those seated heard of it. */
  readonly heard: ReadonlyMap<number, readonly number[]>;
  /**
   * Jumps to a whole second, by the hand of whoever sits there; resolves once it is answered, or when that can no
   * longer be waited for (answered at `Infinity`). Rejects where it is refused.
   */
  jump(toS: number, seat?: number): Promise<{ readonly sentAtMs: number; readonly answeredAtMs: number }>;
  /** Why seats were lost. */
  readonly lost: readonly string[];
  play(): Promise<void>;
  /** From now on those seated report as if they had long been there, so often. */
  settle(reportIntervalMs: number): void;
  stop(): void;
}

let operations = 0;

/** Seats the owner of a party, and with them `tokens.length` others; resolves when all have the state. */
export async function takeSeats(
  target: Target,
  habits: Habits,
  tokens: readonly string[] = [],
  prepare: (host: Member) => void = () => {},
): Promise<Seats> {
  const heard = new Map<number, number[]>();
  const lost: string[] = [];
  const all = [target.ownerToken, ...tokens];
  const wheel = new TimerWheel();
  const { promise, resolve, reject } = withResolvers<void>();
  let joined = 0;
  const crowd: Crowd = {
    wheel,
    bytesIn: 0,
    bytesOut: 0,
    framesIn: 0,
    onPlayback(positionS, atMs) {
      const times = heard.get(positionS);
      if (times === undefined) heard.set(positionS, [atMs]);
      else times.push(atMs);
    },
    onJoined() {
      joined += 1;
      if (joined === all.length) resolve();
    },
    onLost(_member, reason) {
      lost.push(reason);
    },
    onTurnedAway(reason) {
      reject(new Error(`A seat was not given: ${reason}`));
    },
  };
  const { host, ports, sessionId } = target;
  const members = all.map(
    (token, index) =>
      new Member(
        {
          host,
          sessionId,
          token,
          habits,
          port: ports[index % ports.length] ?? 0,
          name: index === 0 ? 'Host' : `Seat ${index}`,
        },
        crowd,
      ),
  );
  const [commander] = members;
  if (commander === undefined) throw new Error('there is no host');
  prepare(commander);
  for (const member of members) member.connect();
  await promise;
  // Commands carry cluster time.
  for (const member of members) member.askTime();
  while (members.some(({ clusterOffsetMs }) => Number.isNaN(clusterOffsetMs))) await new Promise((done) => setTimeout(done, 5));

  const command = async (body: Readonly<Record<string, unknown>>, member = commander) => {
    operations += 1;
    const { sentAtMs, answer } = member.command(body, `bench-${process.pid}-${operations}`);
    const text = await answer;
    if (text === null) return { sentAtMs, answeredAtMs: Number.POSITIVE_INFINITY };
    if (!text.startsWith('[{"ok":true')) throw new Error(`The command was refused: ${text}`);
    return { sentAtMs, answeredAtMs: monotonicMs() };
  };
  return {
    host: commander,
    seated: members,
    heard,
    lost,
    jump: (positionS, seat = 0) => command({ kind: 'seek', positionS }, members[seat]),
    async play() {
      await command({ kind: 'play' });
    },
    settle(reportIntervalMs) {
      for (const member of members) {
        member.reportIntervalMs = reportIntervalMs;
        member.settle();
      }
    },
    stop() {
      for (const member of members) member.cut();
      wheel.stop();
    },
  };
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((done, failed) => {
    resolve = done;
    reject = failed;
  });
  return { promise, resolve, reject };
}
