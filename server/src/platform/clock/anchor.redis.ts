import type { Redis } from '../redis/redis.ts';
import { type ClockAnchor, formatAnchor, parseAnchor } from './clock-anchor.ts';

/** Key of the anchor of cluster time. In a Cluster, the node that owns this key is the one whose `TIME` counts. */
export const CLOCK_KEY = 'cowatch:{clock}:bias';

/** `TIME`, the run of the server and the anchor, in one breath and from one node. */
const READ = `
local time = redis.call('TIME')
local run = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)')
return {time[1], time[2], run or 'unknown', redis.call('GET', KEYS[1])}`;

/** Compare-and-set: puts an anchor there if what is there is still what was read (nothing: an empty text). */
const SWAP = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`;

/** Answer of the node that keeps the anchor. */
export interface NodeTime {
  /** `TIME` of the node, in milliseconds. */
  readonly timeMs: number;
  readonly nodeId: string;
  /** The anchor as it is written; null where there is none. */
  readonly text: string | null;
  readonly anchor: ClockAnchor | null;
}

export async function readNodeTime(redis: Redis): Promise<NodeTime> {
  const answer = await redis.run((client) => client.eval(READ, 1, CLOCK_KEY));
  const [seconds, micros, nodeId, text] = answer as [string, string, string, string | null];
  return { timeMs: Number(seconds) * 1000 + Number(micros) / 1000, nodeId, text, anchor: parseAnchor(text) };
}

/** Writes an anchor in place of the one that was read; false where another one was written meanwhile. */
export async function swapAnchor(redis: Redis, before: string | null, anchor: ClockAnchor): Promise<boolean> {
  return (await redis.run((client) => client.eval(SWAP, 1, CLOCK_KEY, before ?? '', formatAnchor(anchor)))) === 1;
}
