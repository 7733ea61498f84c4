import { expect, it } from 'vitest';
import { recordOf } from '../../resume/resume.testing.ts';
import { createMemoryOutboxStorage, forgetViewer } from './outbox-storage.ts';

const GUEST = 'guest';
const ANA = 'ana';

const film = (positionMs: number, intentAtMs: number, contentId = 'title:film') => recordOf({ positionMs, intentAtMs, contentId });

it('what a guest knew of titles is the account’s, the later of two', async () => {
  const storage = createMemoryOutboxStorage();
  await storage.remember({ viewerId: GUEST, record: film(1000, 2) });
  await storage.remember({ viewerId: GUEST, record: film(2000, 1, 'title:other') });
  await storage.remember({ viewerId: ANA, record: film(3000, 1) });
  await storage.remember({ viewerId: ANA, record: film(4000, 2, 'title:other') });
  await storage.moveTitles([GUEST], ANA);
  expect(await storage.recall(ANA, 'title:film')).toMatchObject({ positionMs: 1000 });
  expect(await storage.recall(ANA, 'title:other')).toMatchObject({ positionMs: 4000 });
  expect(await storage.recall(GUEST, 'title:film')).toBeNull();
});

it('nothing is left of whoever is forgotten, and everything of the others', async () => {
  const storage = createMemoryOutboxStorage();
  await storage.remember({ viewerId: GUEST, record: film(1000, 1) });
  await storage.remember({ viewerId: ANA, record: film(2000, 1) });
  await forgetViewer(storage, GUEST);
  expect(await storage.recall(GUEST, 'title:film')).toBeNull();
  expect(await storage.recall(ANA, 'title:film')).toMatchObject({ positionMs: 2000 });
});
