import type { ChatClient, ChatItem, ReactionClient } from '@cowatch/shared/client';
import type { ChatLine } from '@cowatch/shared/protocol';
import { expect, it } from 'vitest';
import { ChatRoom } from './chat-room.ts';

const LINE = { seq: 7, opId: 'op', text: 'In a minute' } as ChatLine;
const REFUSED = { ok: false, error: { code: 'forbidden', message: '' } } as const;

/** A room whose chat answers as it is told to, when it is told to. */
function roomWith({ sends = true }: { readonly sends?: boolean } = {}) {
  const items: ChatItem[] = [];
  let answer: (outcome: typeof REFUSED | { readonly ok: true; readonly seq: number }) => void = () => {};
  let edits = 0;
  const chat = {
    get state() {
      return { items };
    },
    onLine: () => () => {},
    typing: () => {},
    async send(text: string) {
      if (sends) items.push({ kind: 'pending', text } as ChatItem);
      return REFUSED;
    },
    edit: () => {
      edits += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
  } as unknown as ChatClient;
  const settle = () => new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
  const room = new ChatRoom(chat, {} as ReactionClient);
  return { room, edits: () => edits, settle, answer: (outcome: Parameters<typeof answer>[0]) => answer(outcome) };
}

it('keeps a change in the box until the line has it, and what was being written before', async () => {
  const { room, answer, settle, edits } = roomWith();
  room.write('half a thought');
  room.change(LINE);
  room.write('In two minutes');
  room.submit([]);
  room.submit([]);
  expect(edits()).toBe(1);
  expect(room.state.draft).toMatchObject({ text: 'In two minutes', editing: LINE });
  answer(REFUSED);
  await settle();
  expect(room.state).toMatchObject({ draft: { text: 'In two minutes', editing: LINE }, refused: { of: 'change' } });
  room.submit([]);
  answer({ ok: true, seq: 9 });
  await settle();
  expect(room.state).toMatchObject({ draft: { text: 'half a thought', editing: null }, refused: null });
});

it('keeps in the box what is typed on while a change is sent', async () => {
  const { room, answer, settle } = roomWith();
  room.change(LINE);
  room.write('In two');
  room.submit([]);
  room.write('In two minutes');
  answer({ ok: true, seq: 9 });
  await settle();
  expect(room.state.draft).toMatchObject({ text: 'In two minutes', editing: LINE });
});

it('keeps in the box a line that is one too many to be on its way', async () => {
  const full = roomWith({ sends: false });
  full.room.write('the twenty-first');
  full.room.submit([]);
  await full.settle();
  expect(full.room.state).toMatchObject({ draft: { text: 'the twenty-first' }, refused: { of: 'line' } });
  const { room, settle } = roomWith();
  room.write('the first');
  room.submit([]);
  await settle();
  expect(room.state).toMatchObject({ draft: { text: '' }, refused: null });
});
