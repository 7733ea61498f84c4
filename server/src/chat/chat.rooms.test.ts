import { expect, it } from 'vitest';
import { IDLE_CHATS_MAX } from './chat.limits.ts';
import { DEFAULT_SETTINGS } from './chat.opening.ts';
import { ChatRooms } from './chat.rooms.ts';
import { createMemoryChatStore } from './chat.store.memory.ts';

it('keeps the chats of a bounded number of parties that everybody has left; what is not saved stays', async () => {
  const store = createMemoryChatStore();
  const look = (id: string) => store.open(id, { epoch: 1, settings: DEFAULT_SETTINGS, whole: true, tail: [] }, null);
  const rooms = new ChatRooms({
    store,
    opening: { look, open: look },
    writer: { isUnsaved: (id) => id === 'party-0' },
    members: { tell: () => {}, tellMember: () => {}, count: () => 1, room: (id) => id },
    bus: { publishToRoom: () => {}, subscribe: () => () => {}, subscribed: async () => {} },
    metrics: { dropped: () => {} },
    nowMs: () => 0,
  });
  const ids = Array.from({ length: IDLE_CHATS_MAX + 2 }, (_, n) => `party-${n}`);
  for (const id of ids) {
    rooms.joined(id);
    await rooms.opened(id);
    rooms.left(id);
  }
  await rooms.heal();
  const open = (await store.heads(ids)).flatMap((head, n) => (head === null ? [] : [n]));
  expect(open).toHaveLength(IDLE_CHATS_MAX);
  expect(open.slice(0, 2)).toEqual([0, 3]);
});
