import { type KeyValueStorage, readList } from '../../../lib/device-storage.ts';

const KEY = 'cowatch.emoji';
/** Bound: emojis that are remembered, one row of the picker; the one used longest ago goes first. */
export const RECENT_MAX = 6;

/** What people say most, before they have said anything here. */
export const QUICK_EMOJI = ['❤️', '😂', '😮', '😢', '👏', '🔥'] as const;

/** The emojis used last on this device, the newest first; those that are used most everywhere where there are not enough. */
export function recentEmoji(storage: KeyValueStorage): readonly string[] {
  const recent = readList(storage, KEY, isShort);
  return [...new Set([...recent, ...QUICK_EMOJI])].slice(0, RECENT_MAX);
}

export function rememberEmoji(storage: KeyValueStorage, emoji: string): void {
  const others = readList(storage, KEY, isShort).filter((each) => each !== emoji);
  storage.setItem(KEY, JSON.stringify([emoji, ...others].slice(0, RECENT_MAX)));
}

const isShort = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 40;
