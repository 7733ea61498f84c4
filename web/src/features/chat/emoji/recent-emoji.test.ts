import { expect, it } from 'vitest';
import { memoryStorage } from '../../../lib/device-storage.ts';
import { QUICK_EMOJI, RECENT_MAX, recentEmoji, rememberEmoji } from './recent-emoji.ts';

it('begins with what is used most everywhere, and puts the own ones first', () => {
  const storage = memoryStorage();
  expect(recentEmoji(storage)).toEqual(QUICK_EMOJI);
  rememberEmoji(storage, '🦊');
  rememberEmoji(storage, '🔥');
  expect(recentEmoji(storage)).toEqual(['🔥', '🦊', '❤️', '😂', '😮', '😢']);
});

it('keeps one row', () => {
  const storage = memoryStorage();
  for (const emoji of 'abcdefghij') rememberEmoji(storage, emoji);
  expect(recentEmoji(storage)).toEqual(['j', 'i', 'h', 'g', 'f', 'e']);
  expect(recentEmoji(storage)).toHaveLength(RECENT_MAX);
});

it('takes nothing that is none', () => {
  const storage = memoryStorage();
  storage.setItem('cowatch.emoji', JSON.stringify([1, '', 'x'.repeat(100), '🐻']));
  expect(recentEmoji(storage)[0]).toBe('🐻');
});
