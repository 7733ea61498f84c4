import type { Playback } from '@cowatch/shared/protocol';
import type { SessionRecord } from '@cowatch/shared/timeline';

/** A command that was answered with success. */
export interface Acknowledged {
  readonly opId: string;
  readonly memberId: string;
  readonly version: number;
  readonly changed: boolean;
  /** False where the answer said that it was not durable yet. */
  readonly kept: boolean;
}

/** What one connection of one client was told of the timeline, in order: the join's answer, events and reports. */
export interface Told {
  readonly bot: string;
  readonly versions: readonly number[];
  /** The versions of the events alone, as they came. */
  readonly announced: readonly number[];
}

/** Everything that is known of one session after a round. */
export interface SessionHistory {
  readonly sessionId: string;
  readonly acknowledged: readonly Acknowledged[];
  readonly told: readonly Told[];
  /** What each version of the timeline was, as each client was told. */
  readonly seen: readonly { readonly bot: string; readonly version: number; readonly playback: string }[];
  /** Where each client says that the timeline is, at the end. */
  readonly ends: readonly { readonly bot: string; readonly playback: Playback | null }[];
  /** The record in Redis and in PostgreSQL, at the end. */
  readonly live: SessionRecord | null;
  readonly durable: SessionRecord | null;
}

/** Checks what must hold whatever happened; a sentence for each violation. */
export function violations(history: SessionHistory): string[] {
  const { sessionId, live, durable } = history;
  const found: string[] = [];
  const say = (what: string) => found.push(`party ${sessionId}: ${what}`);
  if (live === null || durable === null) {
    say(`is not in ${live === null ? 'Redis' : 'PostgreSQL'} at the end`);
    return found;
  }
  if (durable.version !== live.version) say(`PostgreSQL has version ${durable.version}, Redis ${live.version}`);
  checkTold(history, say);
  checkSeen(history, say);
  checkOps(history, live, say);
  for (const { bot, playback } of history.ends) {
    if (playback === null || canonical(playback) !== canonical(live.playback)) {
      say(`${bot} ends at ${JSON.stringify(playback?.timeline)}, the record at ${JSON.stringify(live.playback.timeline)}`);
    }
  }
  return found;
}

/** Within one connection the timeline's version only rises, and no event brings an older one than the event before it. */
function checkTold({ told }: SessionHistory, say: (what: string) => void): void {
  for (const { bot, versions, announced } of told) {
    for (const [what, order] of [
      ['was told', versions],
      ['was sent', announced],
    ] as const) {
      const fallen = order.findIndex((version, i) => version < (order[i - 1] ?? 0));
      if (fallen > 0) say(`${bot} ${what} version ${order[fallen]} after ${order[fallen - 1]}`);
    }
  }
}

/** A version is one state of the timeline: whoever was told of it was told the same. */
function checkSeen({ seen }: SessionHistory, say: (what: string) => void): void {
  const first = new Map<number, SessionHistory['seen'][number]>();
  for (const one of seen) {
    const other = first.get(one.version);
    if (other === undefined) first.set(one.version, one);
    else if (other.playback !== one.playback) {
      say(`version ${one.version} is ${one.playback} for ${one.bot}, ${other.playback} for ${other.bot}`);
    }
  }
}

/** Every acknowledged command is in the record once, with the answer that was given; versions only rise in it. */
function checkOps({ acknowledged }: SessionHistory, live: SessionRecord, say: (what: string) => void): void {
  for (const { opId, memberId, version, changed } of acknowledged) {
    const found = live.ops.filter((op) => op.opId === opId && op.memberId === memberId);
    const [op] = found;
    if (op === undefined || found.length > 1) {
      say(`the acknowledged command ${opId} (version ${version}) is ${found.length} times in the record`);
    } else if (op.result.version !== version || op.result.changed !== changed) {
      say(`${opId} was answered ${version}, ${changed}; the record has ${op.result.version}, ${op.result.changed}`);
    }
    if (version > live.version) say(`${opId} was answered version ${version}, the record is at ${live.version}`);
  }
  const versions = live.ops.filter(({ result }) => result.changed).map(({ result }) => result.version);
  const fallen = versions.findIndex((version, i) => version <= (versions[i - 1] ?? 0));
  if (fallen > 0) say(`the record's own versions fall from ${versions[fallen - 1]} to ${versions[fallen]}`);
}

/** Two playbacks are the same exactly where these texts are. */
export function canonical({ timeline, media }: Playback): string {
  return JSON.stringify([media.id, sorted(timeline)]);
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, part]) => [name, sorted(part)]);
}
