import { REMEMBERED_OPS } from '@cowatch/shared/protocol';
import { seededRandom } from '../fixtures/random.ts';
import { ChaosBot, sleep } from './chaos-bot.ts';
import { canonical, violations } from './history.ts';
import { PartyBot } from './party-bot.ts';
import { partyViolations } from './party-history.ts';
import { SaverBot } from './saver-bot.ts';
import { describeFault, planRound, type Survivors, survivorsOf } from './schedule.ts';
import type { World } from './world.ts';

export interface RoundOptions {
  readonly seed: number;
  readonly parties: number;
  readonly botsPerParty: number;
  readonly durationMs: number;
  readonly faults: number;
  /** Who the bots are: signed identities, one for each. */
  readonly tokens: readonly string[];
}

export interface RoundResult {
  readonly plan: readonly string[];
  readonly acknowledged: number;
  /** Of these, answered with `kept: false`. */
  readonly unkept: number;
  /** Positions that were acknowledged. */
  readonly saves: number;
  /** Lines and items of queues that were acknowledged. */
  readonly lines: number;
  readonly items: number;
  readonly connections: number;
  /** From the end of the faults until every client was at the same place, in milliseconds. */
  readonly convergedMs: number;
  /** What commands, joins and reports were refused with, and how often. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/** All commands of a party must be among those that its record remembers, the last one included. */
const COMMANDS_PER_PARTY = REMEMBERED_OPS - 4;
const JOINED_WITHIN_MS = 30_000;
/** Answers in each party, and to each saver, without which a round has tried nothing. */
const ANSWERS_MIN = 2;
const ANSWERED_WITHIN_MS = 30_000;
const CONVERGED_WITHIN_MS = 30_000;

/** People in parties act while the world suffers; afterwards what they were told is held against what is kept. */
export async function runRound(world: World, options: RoundOptions): Promise<RoundResult> {
  const { seed, parties, botsPerParty, durationMs, faults, tokens } = options;
  const random = seededRandom(seed);
  const plan = planRound({ random, possible: world.possible, durationMs, faults });
  const sessions = await Promise.all(
    Array.from({ length: parties }, async (_, i) => {
      const sessionId = await world.createSession(tokens[i * botsPerParty] ?? '');
      let left = COMMANDS_PER_PARTY;
      const bots = Array.from({ length: botsPerParty }, (_, j) => {
        const n = i * botsPerParty + j;
        const botRandom = seededRandom(seed * 1009 + n);
        return new ChaosBot({
          name: `bot-${n}`,
          token: tokens[n] ?? '',
          sessionId,
          address: () => world.address(Math.floor(botRandom() * world.instances)),
          random: botRandom,
          mayCommand: () => left-- > 0,
        });
      });
      return { sessionId, bots };
    }),
  );
  const bots = sessions.flatMap((session) => session.bots);
  const survivors = survivorsOf(plan);
  const savers = sessions.map((_, i) => {
    const saverRandom = seededRandom(seed * 2003 + i);
    return new SaverBot({
      name: `saver-${i}`,
      token: tokens[i * botsPerParty] ?? '',
      address: () => world.address(Math.floor(saverRandom() * world.instances)),
      random: saverRandom,
    });
  });
  const talkers = sessions.map(({ sessionId, bots: present }, i) => ({
    sessionId,
    people: present.map((bot, j) => new PartyBot(bot, seededRandom(seed * 3001 + i * botsPerParty + j))),
  }));
  const found: string[] = [];
  try {
    for (const bot of bots) bot.connect();
    await until(() => bots.every(({ joined }) => joined), JOINED_WITHIN_MS);

    // As many commands as may be, spread over the whole round.
    const meanMs = (durationMs * botsPerParty) / COMMANDS_PER_PARTY;
    let goesOn = true;
    const acting = [
      ...bots.map((bot) => bot.act({ min: meanMs * 0.2, max: meanMs * 1.8 }, () => goesOn)),
      ...savers.map((saver) => saver.act(() => goesOn)),
      ...talkers.flatMap(({ people }) => people.map((person) => person.act(() => goesOn))),
    ];
    await Promise.all([world.suffer(plan), sleep(durationMs)]);
    await until(() => isTried(sessions, savers), ANSWERED_WITHIN_MS);
    goesOn = false;
    const endedMs = performance.now();
    await Promise.all(acting);
    await world.heal();
    // Everything works again without anybody's help: everybody comes back, and a command gets through.
    if (!(await until(() => bots.every(({ joined }) => joined), JOINED_WITHIN_MS))) {
      found.push(`not joined again: ${bots.filter(({ joined }) => !joined).map(({ name }) => name)}`);
    }
    for (const { sessionId, bots: present } of sessions) {
      // Where Redis lost something while PostgreSQL was away nothing is decided for a while ([CLU5]).
      const command = async () => (await present[0]?.command({ kind: 'seek', positionS: seed % 250 })) ?? false;
      if (!(await untilAsync(command))) found.push(`party ${sessionId} takes no command`);
    }
    const agree = ({ bots: present }: (typeof sessions)[number]) =>
      new Set(present.map(({ playback }) => playback && canonical(playback))).size === 1;
    await until(() => sessions.every(agree), CONVERGED_WITHIN_MS);
    const convergedMs = performance.now() - endedMs;

    for (const { sessionId, bots: present } of sessions) {
      // What is acknowledged while PostgreSQL is slow is written a moment later.
      await untilAsync(async () => (await world.durable(sessionId))?.version === (await world.live(sessionId))?.version);
      const [live, durable] = [await world.live(sessionId), await world.durable(sessionId)];
      found.push(
        ...violations({
          sessionId,
          acknowledged: present.flatMap(({ acknowledged }) => acknowledged).filter(({ kept }) => kept || survivors.unkept),
          told: present.flatMap(({ told }) => told),
          seen: present.flatMap(({ name, seen }) => [...seen].map(([version, playback]) => ({ bot: name, version, playback }))),
          ends: present.map(({ name, playback }) => ({ bot: name, playback })),
          live,
          durable,
        }),
      );
    }
    for (const { sessionId, people } of talkers) found.push(...(await partyFound(sessionId, people, survivors)));
    found.push(...(await positionViolations(world, survivors.positions ? savers : [])));
    const acknowledged = bots.flatMap((bot) => bot.acknowledged);
    return {
      plan: plan.map(describeFault),
      acknowledged: acknowledged.length,
      unkept: acknowledged.filter(({ kept }) => !kept).length,
      saves: savers.reduce((sum, saver) => sum + saver.acknowledged, 0),
      lines: talkers.flatMap(({ people }) => people.flatMap(({ lines }) => lines)).length,
      items: talkers.flatMap(({ people }) => people.flatMap(({ items }) => items)).length,
      connections: bots.reduce((sum, { told }) => sum + told.length, 0),
      convergedMs,
      refusals: sumOf(bots.map(({ refusals }) => refusals)),
      violations: found,
    };
  } finally {
    for (const bot of bots) bot.close();
  }
}

/** What is wrong with the chat and the queue of a party, once somebody has spoken and added in it again. */
async function partyFound(sessionId: string, people: readonly PartyBot[], survivors: Survivors): Promise<string[]> {
  const [first] = people;
  const found: string[] = [];
  if (!(await untilAsync(async () => (await first?.say()) ?? false))) found.push(`party ${sessionId} takes no line`);
  if (!(await untilAsync(async () => (await first?.add()) ?? false))) found.push(`party ${sessionId} takes no item`);
  const read = await Promise.all(
    people.map(async (person) => ({ bot: person.bot.name, lines: await person.history(), queue: await person.queue() })),
  );
  // Instances hold no lines: those that are not in the database yet are in Redis alone.
  const lines = people.flatMap((person) => person.lines).filter(({ kept }) => kept || survivors.positions);
  const items = people.flatMap((person) => person.items).filter(({ kept }) => kept || survivors.unkept);
  return [...found, ...partyViolations({ sessionId, lines, items, read })];
}

/** Has enough been answered? On a busy machine the faults may be over before much is. */
const isTried = (parties: readonly { readonly bots: readonly ChaosBot[] }[], savers: readonly SaverBot[]) =>
  parties.every(({ bots }) => bots.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0) >= ANSWERS_MIN) &&
  savers.every(({ acknowledged }) => acknowledged >= ANSWERS_MIN);

/** Every position that was acknowledged is there, and no entry that no database takes keeps others from it. */
async function positionViolations(world: World, savers: readonly SaverBot[]): Promise<string[]> {
  const found: string[] = [];
  if (!(await untilAsync(async () => (await world.journaled()) === 0))) {
    found.push(`${await world.journaled()} positions are still in the journals of Redis`);
  }
  for (const saver of savers) {
    let seq = -1;
    const isThere = async () => {
      seq = (await saver.entry())?.seq ?? -1;
      return seq >= saver.acknowledgedSeq;
    };
    if (!(await untilAsync(isThere))) found.push(`${saver.name} was answered ${saver.acknowledgedSeq}, and finds ${seq}`);
  }
  return found;
}

function sumOf(counts: readonly ReadonlyMap<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [what, count] of counts.flatMap((one) => [...one])) sum[what] = (sum[what] ?? 0) + count;
  return sum;
}

const untilAsync = async (isIt: () => Promise<boolean>, withinMs = 10_000): Promise<boolean> => {
  const startMs = performance.now();
  while (!(await isIt())) {
    if (performance.now() - startMs > withinMs) return false;
    await sleep(50);
  }
  return true;
};

const until = (isIt: () => boolean, withinMs: number) => untilAsync(async () => isIt(), withinMs);
