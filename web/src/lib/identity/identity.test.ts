import type { Me } from '@cowatch/shared/protocol';
import { expect, it, vi } from 'vitest';
import { memoryStorage } from '../device-storage.ts';
import { Identity } from './identity.ts';

const me = (viewerId: string) =>
  ({ viewerId, account: null, device: null, formerViewerIds: [], guest: null, brought: [] }) as unknown as Me;

it('tells everybody who listens who is here, and nobody who has stopped', () => {
  const identity = new Identity(memoryStorage(), memoryStorage());
  const [one, two] = [vi.fn(), vi.fn()];
  identity.subscribe(one);
  const stop = identity.subscribe(two);
  identity.heard(me('ana'));
  stop();
  identity.heard(me('ana'));
  expect([one.mock.calls.length, two.mock.calls.length]).toEqual([2, 1]);
  expect(identity.me?.viewerId).toBe('ana');
});

it('says when somebody else is here, but not where each request makes somebody new', () => {
  const replaced = vi.fn();
  const identity = new Identity(memoryStorage(), memoryStorage());
  identity.onReplaced(replaced);
  identity.heard(me('guest'));
  identity.heard(me('guest'));
  expect(replaced).not.toHaveBeenCalled();
  identity.heard(me('ana'));
  expect(replaced).toHaveBeenCalledTimes(1);
  const forgetful = new Identity(memoryStorage(), memoryStorage(), true);
  forgetful.onReplaced(replaced);
  forgetful.heard(me('a'));
  forgetful.heard(me('b'));
  expect(replaced).toHaveBeenCalledTimes(1);
});

it('knows for how long the last word is fresh', () => {
  const identity = new Identity(memoryStorage(), memoryStorage());
  expect(identity.isFresh(5000, 0)).toBe(false);
  identity.heard(me('ana'), 1000);
  expect([identity.isFresh(5000, 5999), identity.isFresh(5000, 6000)]).toEqual([true, false]);
});

it('a tab with an identity of its own leaves it to the others who they are', () => {
  const device = memoryStorage();
  const tab = memoryStorage();
  const identity = new Identity(device, tab);
  identity.remember('ana');
  identity.keepToken('a guest of this tab');
  expect(identity.viewerId).toBeNull();
  identity.remember('guest');
  expect(identity.viewerId).toBe('guest');
  identity.forget();
  expect(device.getItem('cowatch.viewer')).toBe('ana');
  // It outlives a reload.
  expect(new Identity(device, tab).ownToken()).toEqual({ token: 'a guest of this tab' });
  identity.dropToken();
  expect(identity.viewerId).toBe('ana');
  expect(new Identity(device, tab).ownToken()).toEqual({});
});

it('remembers nobody once everything is erased, also where a tab with an identity of its own asked for it', () => {
  const device = memoryStorage();
  const identity = new Identity(device, memoryStorage());
  identity.remember('ana');
  identity.keepToken('a guest of this tab');
  identity.remember('guest');
  identity.forgetEverywhere();
  expect(identity.viewerId).toBeNull();
  expect(device.getItem('cowatch.viewer')).toBeNull();
});

it('knows who is brought back by a cookie, once that was seen', () => {
  const identity = new Identity(memoryStorage(), memoryStorage());
  expect(identity.isKept('ana')).toBeUndefined();
  identity.noteComesBack('ana');
  expect(identity.isKept('ana')).toBe(true);
  identity.noteForgetful();
  expect(identity.isKept('ana')).toBe(false);
  identity.keepToken('token');
  expect(identity.isKept('ana')).toBe(true);
});
