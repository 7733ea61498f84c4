import { CodedError } from '@cowatch/shared/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../platform/clock/manual-clock.testing.ts';
import { createLogger } from '../../platform/log/log.ts';
import { deferred, settle } from '../../platform/promises.testing.ts';
import { ASKS_AT_ONCE, ASKS_BURST, ASKS_PER_S, ASKS_WAITING_MAX, FAILED_MS, FOUND_MS, NONE_MS } from '../titles.limits.ts';
import { TitleFactsService } from './facts.service.ts';
import type { FactsStore, StoredFacts } from './facts.store.ts';
import type { OembedOutcome } from './oembed.client.ts';

const found = (title: string | null, pictureUrl: string | null = null): OembedOutcome => ({
  kind: 'found',
  said: { title, durationS: 60, pictureUrl },
});

describe('what is known of links', () => {
  let clock: ManualClock;
  let stored: Map<string, StoredFacts>;
  let isAway: boolean;
  let asked: string[];
  let outcomes: string[];
  let told: string[];
  let answer: (id: string) => Promise<OembedOutcome>;
  let drawn: number;
  let timers: { readonly waitMs: number; callback(): void }[];
  let service: TitleFactsService;

  const assertThere = () => {
    if (isAway) throw new CodedError('unavailable', 'away');
  };
  const store: FactsStore = {
    async load(ids) {
      assertThere();
      return ids.flatMap((id) => stored.get(id) ?? []);
    },
    async save(facts, picture) {
      assertThere();
      stored.set(facts.contentId, { ...facts, hasPicture: picture !== null || stored.get(facts.contentId)?.hasPicture === true });
    },
    async saveFailure(facts, nowMs) {
      assertThere();
      const before = stored.get(facts.contentId);
      if (before === undefined || before.expiresAtMs <= nowMs) {
        stored.set(facts.contentId, { ...facts, hasPicture: before?.hasPicture === true });
      }
    },
    picture: async () => null,
    sweep: async () => 0,
  };
  const build = () =>
    new TitleFactsService({
      store,
      oembed: {
        canAsk: (kind) => kind === 'youtube',
        ask: ({ id }) => {
          asked.push(id);
          return answer(id);
        },
        picture: async (url) => (url === 'gone' ? null : Buffer.from(url)),
      },
      draw: async (bytes) => {
        drawn += 1;
        if (bytes.toString() === 'bomb') throw new CodedError('too_large', 'a bomb');
        return { webp: bytes, tag: 'tag' };
      },
      events: { emit: (_name, event) => told.push((event as { title: string }).title) },
      metrics: { asked: (outcome) => outcomes.push(outcome), refusedPicture: () => outcomes.push('refused') },
      log: createLogger({ level: 'silent' }),
      nowMs: () => clock.nowMs(),
      later: (waitMs, callback) => void timers.push({ waitMs, callback }),
    });
  beforeEach(() => {
    clock = new ManualClock();
    stored = new Map();
    isAway = false;
    [asked, outcomes, told] = [[], [], []];
    drawn = 0;
    timers = [];
    answer = async () => found('A film');
    service = build();
  });
  const media = (id: string) => ({ id, url: `https://a.example/${id}`, kind: 'youtube' as const, title: null, durationS: null });
  const title = async (id: string) => (await service.learn(media(id)))?.title ?? null;

  it('is asked for once by all who want it, kept, and told', async () => {
    const gate = deferred<OembedOutcome>();
    answer = () => gate.promise;
    const all = Promise.all(Array.from({ length: 100 }, () => title('yt:a')));
    gate.resolve(found('A film'));
    expect(new Set(await all)).toEqual(new Set(['A film']));
    expect([asked, told]).toEqual([['yt:a'], ['A film']]);
    expect(service.atOnce('yt:a')).toEqual({ contentId: 'yt:a', title: 'A film', durationS: 60, hasPicture: false });
    expect(stored.get('yt:a')?.expiresAtMs).toBe(clock.nowMs() + FOUND_MS);
    // Another instance, or after a restart.
    service = build();
    expect(await title('yt:a')).toBe('A film');
    expect([asked, told]).toEqual([['yt:a'], ['A film', 'A film']]);
  });

  it('is asked of nobody for what has no service', async () => {
    expect(await service.learn({ ...media('url:a'), kind: 'file' })).toBeNull();
    expect(asked).toEqual([]);
  });

  it('that there is none is remembered, and a failure for a shorter time', async () => {
    answer = async (id) => ({ kind: id === 'yt:none' ? 'none' : 'failed' });
    for (const id of ['yt:none', 'yt:failed', 'yt:none', 'yt:failed']) expect(await title(id)).toBeNull();
    expect([asked, told]).toEqual([['yt:none', 'yt:failed'], []]);
    expect([stored.get('yt:none'), stored.get('yt:failed')].map((one) => (one?.expiresAtMs ?? 0) - clock.nowMs())).toEqual([
      NONE_MS,
      FAILED_MS,
    ]);
    clock.advance(FAILED_MS + 1);
    service = build();
    answer = async () => found('Back');
    expect([await title('yt:none'), await title('yt:failed')]).toEqual([null, 'Back']);
  });

  it('holds on while its service fails later', async () => {
    expect(await title('yt:a')).toBe('A film');
    clock.advance(FOUND_MS + 1);
    service = build();
    answer = async () => ({ kind: 'failed' });
    expect(await title('yt:a')).toBe('A film');
    answer = async () => found('Renamed');
    clock.advance(FAILED_MS + 1);
    service = build();
    expect(await title('yt:a')).toBe('Renamed');
  });

  it('is what another instance has learned while its service fails here', async () => {
    answer = async (id) => {
      stored.set(id, { contentId: id, title: 'Learned', durationS: 60, hasPicture: true, expiresAtMs: clock.nowMs() + FOUND_MS });
      return { kind: 'failed' };
    };
    expect(await title('yt:a')).toBe('Learned');
    expect([stored.get('yt:a')?.title, told]).toEqual(['Learned', ['Learned']]);
  });

  it('has the picture as it was drawn; one that is none is asked for again soon', async () => {
    answer = async (id) => found('A film', id.slice(3));
    for (const [id, has] of [
      ['yt:good', true],
      ['yt:gone', false],
      ['yt:bomb', false],
    ] as const) {
      expect(await service.learn(media(id))).toMatchObject({ title: 'A film', hasPicture: has });
      expect((stored.get(id)?.expiresAtMs ?? 0) - clock.nowMs()).toBe(has ? FOUND_MS : NONE_MS);
    }
    expect([drawn, outcomes.filter((outcome) => outcome === 'refused').length]).toEqual([2, 1]);
  });

  it('is learned while the database is away, without a picture, and never fails', async () => {
    isAway = true;
    answer = async () => found('A film', 'good');
    expect(await service.learn(media('yt:a'))).toMatchObject({ title: 'A film', hasPicture: false });
    expect([await title('yt:a'), asked.length]).toEqual(['A film', 1]);
    expect(await service.known(['yt:b'])).toEqual(new Map());
    answer = () => Promise.reject(new Error('a fault'));
    expect(await title('yt:c')).toBeNull();
  });

  it('is asked for so fast and no faster; the newest goes first, and who waits longest gives up', async () => {
    answer = () => new Promise(() => {});
    const many = ASKS_WAITING_MAX + ASKS_AT_ONCE + 10;
    for (let i = 0; i < many; i += 1) void service.learn(media(`yt:${i}`));
    await settle();
    expect([asked.length, outcomes]).toEqual([ASKS_AT_ONCE, Array.from({ length: 10 }, () => 'busy')]);
    service = build();
    answer = async () => found('Later');
    asked.length = 0;
    await Promise.all(Array.from({ length: ASKS_BURST }, (_, i) => title(`yt:x${i}`)));
    const rest = ['yt:first', 'yt:second'].map((id) => title(id));
    await settle();
    expect([asked.length, timers.length]).toEqual([ASKS_BURST, 1]);
    while (timers.length > 0) {
      const [timer] = timers.splice(0, 1);
      expect(timer?.waitMs).toBe(1000 / ASKS_PER_S);
      clock.advance(timer?.waitMs ?? 0);
      timer?.callback();
      await settle();
    }
    expect(await Promise.all(rest)).toEqual(['Later', 'Later']);
    expect(asked.slice(ASKS_BURST)).toEqual(['yt:second', 'yt:first']);
  });
});
