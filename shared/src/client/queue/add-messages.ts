import { utf8ToBytes } from '@noble/hashes/utils.js';
import { MESSAGE_MAX_BYTES, QUEUE_ADD_MAX, type QueueMedia } from '../../protocol/index.ts';

/** What the envelope of a command takes of a message, in bytes. */
const ENVELOPE_BYTES = 400;

/** Items in the order they come, as many in a message as it may carry. */
export function messagesOf(items: readonly QueueMedia[]): QueueMedia[][] {
  const messages: QueueMedia[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = utf8ToBytes(JSON.stringify(item)).length + 1;
    const last = messages.at(-1);
    if (last === undefined || last.length >= QUEUE_ADD_MAX || bytes + size > MESSAGE_MAX_BYTES - ENVELOPE_BYTES) {
      messages.push([item]);
      bytes = size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return messages;
}
