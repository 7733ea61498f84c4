import { z } from 'zod';
import { CONTENT_ID_MAX_CHARS } from '../resume/resume.constants.ts';
import type { Kept } from './kept.ts';
import { LANGUAGE_MAX_CHARS, SUBTITLES_LABEL_MAX_CHARS } from './limits.ts';
import { opIdSchema, personNameSchema, type SessionCommand } from './schemas.ts';
import { boundedText, storableText, visibleText } from './text.ts';

/** 22 characters of base64url. */
export const subtitleIdSchema = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

/** A language tag as HTML has it, in any case of letters. */
const languageTagSchema = z
  .string()
  .max(LANGUAGE_MAX_CHARS)
  .regex(/^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/, 'is no language tag');

/** A subtitle file that everybody in a party can read; its text is asked for by its id. */
export interface SubtitleTrack {
  readonly id: string;
  /** Content id of what it belongs to: it is there while that plays. */
  readonly mediaId: string;
  readonly label: string;
  /** A language tag; null where nobody said one. */
  readonly language: string | null;
  /** The name is the one they had then. */
  readonly addedBy: { readonly memberId: string; readonly name: string };
}

/** Answer to `POST /api/v1/sessions/:id/subtitles`. */
export type AddedSubtitles = SubtitleTrack & Kept;

/** Body of `POST /api/v1/sessions/:id/subtitles`. How large a text may be is looked at apart: it is `too_large` then. */
export const addSubtitlesSchema = z.strictObject({
  opId: opIdSchema,
  name: personNameSchema.describe('As in `session:join`; counts where the server does not see the sender in the party.'),
  mediaId: boundedText(1, CONTENT_ID_MAX_CHARS),
  label: visibleText(SUBTITLES_LABEL_MAX_CHARS),
  language: languageTagSchema.optional(),
  text: storableText().describe('WebVTT, with at least one cue; at most 512 KiB of UTF-8.'),
});
export type AddSubtitlesRequest = z.infer<typeof addSubtitlesSchema>;

/** What the texts over HTTP do to the party: it is told that one is there, or is there no more. No socket sends these. */
export type SubtitleAction = Pick<SessionCommand, 'sessionId' | 'opId' | 'issuedAtMs'> &
  (
    | { readonly kind: 'add-subtitles'; readonly track: Omit<SubtitleTrack, 'addedBy'> }
    | { readonly kind: 'remove-subtitles'; readonly subtitleId: string }
  );
