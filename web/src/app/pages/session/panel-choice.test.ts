import { expect, it } from 'vitest';
import { memoryStorage } from '../../../lib/device-storage.ts';
import { panelMemory, shownPanel } from './panel-choice.ts';

const IDS = ['people', 'chat', 'queue', 'party'];

it('people alone see how others come; where somebody else is they see where to talk', () => {
  expect(shownPanel(IDS, null, false)).toBe('people');
  expect(shownPanel(IDS, null, true)).toBe('chat');
});

it('what was chosen stays, whoever comes', () => {
  expect(shownPanel(IDS, 'queue', false)).toBe('queue');
  expect(shownPanel(IDS, 'people', true)).toBe('people');
});

it('what is not there is not shown', () => {
  expect(shownPanel(['people', 'party'], 'chat', true)).toBe('people');
  expect(shownPanel(['people', 'party'], null, true)).toBe('people');
  expect(shownPanel([], null, true)).toBe('');
});

it('a device remembers that they are folded, a tab which one was chosen', () => {
  const [device, tab] = [memoryStorage(), memoryStorage()];
  const before = panelMemory(device, tab);
  expect([before.folded, before.chosen]).toEqual([false, null]);
  before.fold(true);
  before.choose('queue');
  const reloaded = panelMemory(device, tab);
  expect([reloaded.folded, reloaded.chosen]).toEqual([true, 'queue']);
  const otherTab = panelMemory(device, memoryStorage());
  expect([otherTab.folded, otherTab.chosen]).toEqual([true, null]);
  otherTab.fold(false);
  expect(panelMemory(device, tab).folded).toBe(false);
});
