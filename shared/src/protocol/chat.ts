import { z } from 'zod';
import { CHAT_MENTIONS_MAX, CHAT_MISSED_MAX, CHAT_TEXT_MAX_BYTES, CHAT_TEXT_MAX_GRAPHEMES, SLOW_STEPS_MS } from '../chat/chat.constants.ts';
import { cleanChatText, fitsChatLine } from '../chat/text.ts';
import type { Kept } from './kept.ts';
import { EMOJI_MAX_CHARS, isEmoji, type Look } from './looks.ts';
import { memberIdSchema, opIdSchema, sessionIdSchema } from './schemas.ts';
import { boundedText, storableText } from './text.ts';
import { VISIBLE } from './visible.ts';

/** Text of a line, cleaned; then one of its characters is visible, and it is short enough. */
export const chatTextSchema = z
  .string()
  .transform(cleanChatText)
  .pipe(storableText().regex(VISIBLE, 'nothing of it can be seen').refine(fitsChatLine, 'is too long'))
  .meta({ minLength: 1, description: `1 to ${CHAT_TEXT_MAX_GRAPHEMES} graphemes and ${CHAT_TEXT_MAX_BYTES} bytes, once it is cleaned.` });

/** Number of a line or change in its party. */
export const chatSeqSchema = z.int().min(1).max(Number.MAX_SAFE_INTEGER);

const mentions = z.array(memberIdSchema).max(CHAT_MENTIONS_MAX).optional();

/** `chat:send` */
export const chatSendSchema = z.strictObject({
  sessionId: sessionIdSchema,
  opId: opIdSchema,
  text: chatTextSchema,
  /** `seq` of the line that it answers. */
  replyTo: chatSeqSchema.optional(),
  /** Members whose names its text has. */
  mentions,
});
export type ChatSend = z.infer<typeof chatSendSchema>;

/** `chat:history`: the latest lines, those before a line, or what was missed behind a cursor. */
export const chatHistorySchema = z
  .strictObject({
    sessionId: sessionIdSchema,
    /** Of the cursor `afterSeq`. */
    epoch: chatSeqSchema.optional(),
    afterSeq: chatSeqSchema.optional(),
    beforeSeq: chatSeqSchema.optional(),
    limit: z.int().min(1).max(CHAT_MISSED_MAX),
  })
  .refine(({ afterSeq, beforeSeq }) => afterSeq === undefined || beforeSeq === undefined, 'names both ends');
export type ChatHistoryRequest = z.infer<typeof chatHistorySchema>;

/** Whose links are taken: everybody's, of those who have been present for a minute, or of hosts. */
export const chatLinksSchema = z.enum(['everyone', 'present', 'hosts']);
export type ChatLinks = z.infer<typeof chatLinksSchema>;

/** Milliseconds between two lines of one person; 0 is no slow mode. */
export const slowMsSchema = z.union([0, ...SLOW_STEPS_MS].map((ms) => z.literal(ms)));

const command = { sessionId: sessionIdSchema, opId: opIdSchema };

/** `chat:command` */
export const chatCommandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...command, kind: z.literal('edit'), seq: chatSeqSchema, text: chatTextSchema, mentions }),
  z.strictObject({ ...command, kind: z.literal('delete'), seq: chatSeqSchema }),
  z.strictObject({ ...command, kind: z.literal('clear') }),
  z.strictObject({ ...command, kind: z.literal('slow'), slowMs: slowMsSchema }),
  z.strictObject({ ...command, kind: z.literal('links'), links: chatLinksSchema }),
]);
export type ChatCommand = z.infer<typeof chatCommandSchema>;

/** `chat:typing` */
export const chatTypingSchema = z.strictObject({ sessionId: sessionIdSchema, on: z.boolean() });

/** `reaction:send` */
export const reactionSchema = z.strictObject({
  sessionId: sessionIdSchema,
  emoji: boundedText(1, EMOJI_MAX_CHARS).refine(isEmoji, 'is not one emoji'),
});

/** A line of the chat. */
export interface ChatLine {
  /** Rises with every line and change of the party; one apart within an epoch, and never given twice. */
  readonly seq: number;
  readonly opId: string;
  readonly memberId: string;
  /** As it was then; so is the look. */
  readonly name: string;
  readonly look: Look;
  readonly text: string;
  /** Cluster time at which the server read it. */
  readonly atMs: number;
  /** Where the party was then, in seconds of this medium. */
  readonly mediaId: string;
  readonly positionS: number;
  readonly replyTo?: number;
  readonly mentions?: readonly string[];
  readonly editedAtMs?: number;
}

/** What hosts decide of the chat, and the crowd: slow mode comes by itself, too. */
export interface ChatSettings {
  /** Milliseconds between two lines of one person who is no host; 0 is no slow mode. */
  readonly slowMs: number;
  readonly slowBy: 'crowd' | 'hosts';
  readonly links: ChatLinks;
}

/** Something that changes lines or the chat, with a `seq` of its own. `memberId` and `name`: who did it, null where the server did. */
export type ChatChange =
  | {
      readonly kind: 'edited';
      readonly seq: number;
      readonly atMs: number;
      readonly memberId: string;
      readonly target: number;
      readonly text: string;
      readonly mentions?: readonly string[];
    }
  | {
      readonly kind: 'deleted';
      readonly seq: number;
      readonly atMs: number;
      readonly memberId: string | null;
      readonly name: string | null;
      readonly targets: readonly number[];
    }
  /** All lines before it are gone. */
  | {
      readonly kind: 'cleared';
      readonly seq: number;
      readonly atMs: number;
      readonly memberId: string | null;
      readonly name: string | null;
    }
  | {
      readonly kind: 'settings';
      readonly seq: number;
      readonly atMs: number;
      readonly memberId: string | null;
      readonly name: string | null;
      readonly settings: ChatSettings;
    };

/** Answer to `chat:send` and `chat:command`. */
export interface ChatResult extends Kept {
  readonly epoch: number;
  readonly seq: number;
}

/** Answer to `chat:history`. */
export interface ChatHistory {
  /** Changes where lines may have been lost that nobody was promised. */
  readonly epoch: number;
  /** The cursor behind this answer: of the newest there is, but on a page of older lines. */
  readonly seq: number;
  /** Oldest first, as they are now. */
  readonly lines: readonly ChatLine[];
  /** What happened to lines before the cursor that was asked about. */
  readonly changes?: readonly ChatChange[];
  /** Between the cursor that was asked about and the first of these lines there may be others. */
  readonly gap: boolean;
  /** Are there lines before these? */
  readonly more: boolean;
  readonly settings: ChatSettings;
}

/** `chat:lines`: what is new. */
export interface ChatFrame {
  readonly epoch: number;
  /**
   * The cursor that this frame follows, and the one behind it: where the own cursor is before `afterSeq`, something was missed.
   * Absent on a frame that only adds lines that others of a large party are not sent.
   */
  readonly afterSeq?: number;
  readonly toSeq?: number;
  readonly lines: readonly ChatLine[];
  readonly changes?: readonly ChatChange[];
  /** So many lines more came, which a large party is not sent; the history has them. */
  readonly dropped?: number;
}

/** `chat:typing` (server → client), in parties of up to `TYPING_MAX_PEOPLE`. */
export interface ChatTyping {
  readonly memberId: string;
  readonly on: boolean;
}

/** `reaction:burst`: what came since the last one. */
export interface ReactionBurst {
  /** By emoji; the most frequent ones. */
  readonly counts: Readonly<Record<string, number>>;
  /** Who, one by one; in parties of up to `REACTIONS_NAMED_MAX_PEOPLE`. */
  readonly from?: readonly { readonly memberId: string; readonly emoji: string }[];
}
