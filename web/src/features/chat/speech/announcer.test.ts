import { expect, it } from 'vitest';
import { Announcer, CALM_MS, SUMMARY_MS } from './announcer.ts';

const line = (text: string, pressing = false) => ({ name: 'Ana', text, pressing });
const said = (text: string) => ({ kind: 'line', name: 'Ana', text });

it('reads a calm chat line by line', () => {
  const announcer = new Announcer();
  expect(announcer.hear(line('one'), 0)).toEqual(said('one'));
  expect(announcer.hear(line('two'), CALM_MS)).toEqual(said('two'));
  expect(announcer.dueAtMs).toBeNull();
});

it('in a busy chat says mentions and hosts, and every ten seconds how many others there were', () => {
  const announcer = new Announcer();
  announcer.hear(line('first'), 0);
  const heard = Array.from({ length: 12 }, (_, index) => announcer.hear(line(`${index}`), 100 * (index + 1)));
  expect(heard.every((each) => each === null)).toBe(true);
  expect(announcer.hear(line('@you', true), 1500)).toEqual(said('@you'));
  expect(announcer.due(100 + SUMMARY_MS - 1)).toBeNull();
  expect(announcer.due(100 + SUMMARY_MS)).toEqual({ kind: 'summary', count: 12 });
  expect(announcer.due(100 + 2 * SUMMARY_MS)).toBeNull();
});

it('tells no later line before those it has skipped', () => {
  const announcer = new Announcer();
  announcer.hear(line('first'), 0);
  announcer.hear(line('skipped'), 100);
  expect(announcer.hear(line('later'), 100 + CALM_MS)).toBeNull();
  expect(announcer.due(100 + SUMMARY_MS)).toEqual({ kind: 'summary', count: 2 });
  expect(announcer.hear(line('calm again'), 100 + SUMMARY_MS)).toEqual(said('calm again'));
});

it('forgets what it skipped when it is reset', () => {
  const announcer = new Announcer();
  announcer.hear(line('first'), 0);
  announcer.hear(line('skipped'), 1);
  announcer.reset();
  expect(announcer.due(SUMMARY_MS * 2)).toBeNull();
  expect(announcer.hear(line('next'), 2)).toEqual(said('next'));
});
