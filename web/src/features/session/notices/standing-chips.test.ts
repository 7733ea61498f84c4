// @vitest-environment happy-dom
import type { SessionClient, SessionState } from '@cowatch/shared/client';
import { Listeners } from '@cowatch/shared/listeners';
import type { Knock } from '@cowatch/shared/protocol';
import { act, createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { StandingChips } from './standing-chips.tsx';

const knock = (name: string): Knock => ({ memberId: name.toLowerCase(), name, look: null, sinceMs: 0 });

/** A client whose clock and state are the test's. */
class FakeClient {
  state = { waiting: [], takeOverAtMs: null } as unknown as SessionState;
  nowMs = 0;
  readonly done: string[] = [];
  readonly #listeners = new Listeners();
  readonly subscribe = this.#listeners.add;
  readonly clusterNowMs = () => this.nowMs;
  readonly admit = async (memberId: string, admitted: boolean) => void this.done.push(`${memberId} ${admitted ? 'in' : 'out'}`);
  readonly takeOver = async () => void this.done.push('take over');
  become(changes: Partial<SessionState>) {
    this.state = { ...this.state, ...changes };
    this.#listeners.emit();
  }
}

let root: Root;
let place: HTMLElement;
let client: FakeClient;

beforeEach(async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.useFakeTimers();
  client = new FakeClient();
  place = document.body.appendChild(document.createElement('ul'));
  root = createRoot(place);
  const props = { client: client as unknown as SessionClient, onShowPeople: () => client.done.push('people') };
  await act(async () => root.render(createElement(StandingChips, props)));
});

afterEach(async () => {
  await act(async () => root.unmount());
  place.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const chips = () => [...place.querySelectorAll('li')].map(({ textContent }) => textContent);
async function press(name: string): Promise<void> {
  const button = [...place.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  await act(async () => button?.click());
}

it('who knocks is answered by one press, either way', async () => {
  await act(async () => client.become({ waiting: [knock('Dev')] }));
  expect(chips()).toEqual(['Dev wants to come inLet inNot now']);
  await press('Let in');
  await press('Not now');
  expect(client.done).toEqual(['dev in', 'dev out']);
});

it('many who knock are one chip, which leads to the list of them', async () => {
  await act(async () => client.become({ waiting: ['Dev', 'Eve', 'Finn'].map(knock) }));
  expect(chips()).toEqual(['Dev and 2 more want to come inShow']);
  await press('Show');
  expect(client.done).toEqual(['people']);
});

it('a party without a host is offered as soon as it may be taken over, and not before', async () => {
  await act(async () => client.become({ takeOverAtMs: 60_000 }));
  client.nowMs = 59_000;
  await act(async () => vi.advanceTimersByTime(1000));
  expect(chips()).toEqual([]);
  client.nowMs = 60_000;
  await act(async () => vi.advanceTimersByTime(1000));
  expect(chips()).toEqual(['No host is hereTake over']);
  await press('Take over');
  expect(client.done).toEqual(['take over']);
  await act(async () => client.become({ takeOverAtMs: null }));
  expect(chips()).toEqual([]);
});
