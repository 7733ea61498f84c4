import type { ProtocolError } from '@cowatch/shared/protocol';
import { describe, expect, it } from 'vitest';
import { type AddLinksOptions, type AddProgress, addLinks } from './add-links.ts';

/** Two of these fit into a message. */
const LONG = 'x'.repeat(3000);
const linksOf = (count: number) => Array.from({ length: count }, (_, i) => ({ media: { url: `https://a.example/${i}?${LONG}` } }));

function world(changes: Partial<AddLinksOptions> = {}) {
  const batches: string[][] = [];
  const waits: number[] = [];
  const told: AddProgress[] = [];
  const options: AddLinksOptions = {
    links: linksOf(5),
    lines: [],
    add: async (batch) => {
      batches.push(batch.map(({ media }) => ('url' in media ? media.url : '')));
      return { ok: true, changed: true, added: batch.map((_, i) => `item-${i}`) };
    },
    wait: async (ms) => void waits.push(ms),
    isStopped: () => false,
    onProgress: (progress) => told.push(progress),
    ...changes,
  };
  return { options, batches, waits, told };
}

const refusal = (code: ProtocolError['code'], retryAfterMs?: number) => ({
  ok: false as const,
  error: { code, message: '', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
});

describe('addLinks', () => {
  it('adds all of them in their order, in operations as large as they may be, and tells of each', async () => {
    const { options, batches, told } = world();
    expect(await addLinks(options)).toMatchObject({ total: 5, done: 5, added: 5, full: false, error: null, running: false });
    expect(batches.map((batch) => batch.length)).toEqual([2, 2, 1]);
    expect(batches.flat()).toEqual(linksOf(5).map(({ media }) => media.url));
    expect(told.map(({ done, running }) => [done, running])).toEqual([
      [0, true],
      [2, true],
      [4, true],
      [5, true],
      [5, false],
    ]);
  });

  it('waits as long as it is told to, and asks for the same again', async () => {
    let asked = 0;
    const base = world();
    const add: AddLinksOptions['add'] = async (batch) => (++asked === 2 ? refusal('rate_limited', 2500) : base.options.add(batch));
    expect(await addLinks({ ...base.options, add })).toMatchObject({ added: 5 });
    expect(base.waits).toEqual([2500]);
    expect(base.batches.flat()).toHaveLength(5);
  });

  it('stops where there is no room for the rest', async () => {
    const base = world();
    const add: AddLinksOptions['add'] = async (batch) => ({
      ok: true,
      changed: true,
      added: batch.map((_, i) => (i === 0 ? 'item' : null)),
    });
    expect(await addLinks({ ...base.options, add })).toMatchObject({ done: 2, added: 1, full: true, running: false });
  });

  it('stops at a refusal, and says it', async () => {
    const base = world();
    const { error, added } = await addLinks({ ...base.options, add: async () => refusal('forbidden') });
    expect([error?.code, added]).toEqual(['forbidden', 0]);
  });

  it('stops where it is told to', async () => {
    const base = world();
    const { done } = await addLinks({ ...base.options, isStopped: () => base.batches.length >= 1 });
    expect(done).toBe(2);
  });
});
