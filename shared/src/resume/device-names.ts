import { DEVICE_NAME_MAX_CHARS } from '../protocol/limits.ts';
import { cutText } from '../protocol/storable.ts';
import type { ResumeDevice } from './record.ts';

/**
 * The name a device may bear beside others: its own, or with the least number behind it that makes it no other's,
 * "Laptop 2". Upper and lower case are the same; what gets too long is cut before the number.
 *
 * @param taken the names that others bear
 */
export function freeDeviceName(name: string, taken: Iterable<string>): string {
  const known = new Set([...taken].map(folded));
  let free = name;
  for (let n = 2; known.has(folded(free)); n += 1) {
    const number = ` ${n}`;
    free = cutText(name, DEVICE_NAME_MAX_CHARS - number.length).trimEnd() + number;
  }
  return free;
}

/**
 * What each of somebody's devices is called in every list, by id: no two alike. The order of ids decides who keeps the
 * plain name, so that every device that knows of the same ones gives them the same numbers.
 */
export function deviceNames(devices: Iterable<ResumeDevice>): ReadonlyMap<string, string> {
  const byId = new Map([...devices].map(({ id, name }) => [id, name]));
  const names = new Map<string, string>();
  // Who bears a name alone keeps it, whatever number it ends with.
  const count = new Map<string, number>();
  for (const name of byId.values()) count.set(folded(name), (count.get(folded(name)) ?? 0) + 1);
  const sorted = [...byId].sort(([a], [b]) => (a < b ? -1 : 1));
  const isTwin = (name: string) => (count.get(folded(name)) ?? 0) > 1;
  for (const [id, name] of sorted) if (!isTwin(name)) names.set(id, name);
  for (const [id, name] of sorted) if (isTwin(name)) names.set(id, freeDeviceName(name, names.values()));
  return names;
}

const folded = (name: string) => name.toLowerCase();
