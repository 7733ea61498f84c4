import type { ChatFrame, ChatLine, ChatSend } from '@cowatch/shared/protocol';
import type { RawClient } from '../protocol.testing.ts';
import type { LineEntry } from './chat.entries.ts';

let ops = 0;

/** An id that no other operation of this process has. */
export const newOp = () => `op-${process.pid}-${++ops}`.padEnd(8, '_');

/** A line as it is sent. */
export const aLine = (sessionId: string, text: string, more: Partial<ChatSend> = {}): ChatSend => ({
  sessionId,
  opId: newOp(),
  text,
  ...more,
});

/** Lines that a client was told, in the order they came. */
export const linesTold = (client: RawClient): ChatLine[] => client.all<ChatFrame>('chat:lines').flatMap(({ lines }) => lines);

/** The frame that has a line of this number. */
export const frameWith = (client: RawClient, seq: number) =>
  client.next<ChatFrame>('chat:lines', ({ lines }) => lines.some((line) => line.seq === seq));

/** A line as it is stored. */
export const aLineEntry = (more: Partial<LineEntry> = {}): LineEntry => ({
  kind: 'line',
  opId: newOp(),
  memberId: 'member_of_Ana',
  viewerId: 'viewer-of-Ana-________',
  atMs: 1_700_000_000_000,
  name: 'Ana',
  look: { colour: 1, emoji: '🦊' },
  text: 'hello',
  mediaId: 'title:sample',
  positionS: 1.5,
  host: false,
  ...more,
});
