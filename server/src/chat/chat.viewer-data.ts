import { z } from 'zod';
import { settlesWithin } from '../platform/settles-within.ts';
import type { ExportField, ViewerData } from '../platform/viewer-data.ts';
import { VIEWER_PAGE, WRITE_PATIENCE_MS } from './chat.limits.ts';
import type { ChatLog } from './chat.log.ts';
import type { ChatService } from './chat.service.ts';
import type { ChatWriter } from './chat.writer.ts';

const exportedLine = z.object({
  sessionId: z.string(),
  atMs: z.number(),
  name: z.string(),
  text: z.string(),
  mediaId: z.string(),
  positionS: z.number(),
});

/** What the chat keeps of viewers: their lines. */
export function chatViewerData(log: ChatLog, writer: Pick<ChatWriter, 'settled'>, chat: Pick<ChatService, 'forget'>): ViewerData {
  /** Lines that are on their way to the database come first. */
  const written = () => settlesWithin(writer.settled(), WRITE_PATIENCE_MS);
  return {
    async move({ fromViewerId, toViewerId }) {
      await written();
      await log.move(fromViewerId, toViewerId);
      return { cursor: null, titles: 0 };
    },
    async undo({ fromViewerId, toViewerId }) {
      await log.undo(fromViewerId, toViewerId);
      return { cursor: null, titles: 0 };
    },
    async erase(viewerId, nowMs) {
      await written();
      let isBehind = false;
      for (const [sessionId, seqs] of await log.erase(viewerId)) {
        if (await chat.forget(sessionId, viewerId, seqs, nowMs)) isBehind = true;
      }
      if (isBehind) await log.erase(viewerId);
    },
    async *export(viewerId): AsyncIterable<ExportField> {
      yield { name: 'chat', values: linesOf(log, viewerId) };
    },
    exported: { chat: z.array(exportedLine).describe('Lines that one has said in parties.') },
  };
}

async function* linesOf(log: ChatLog, viewerId: string): AsyncIterable<z.infer<typeof exportedLine>> {
  let cursor: string | null = null;
  do {
    const page = await log.linesOf(viewerId, cursor, VIEWER_PAGE);
    for (const { sessionId, entry } of page.lines) {
      const { atMs, name, text, mediaId, positionS } = entry;
      yield { sessionId, atMs, name, text, mediaId, positionS };
    }
    cursor = page.cursor;
  } while (cursor !== null);
}
