import { cleanTitle } from '@cowatch/shared/media';
import { POSITION_MAX_S } from '@cowatch/shared/protocol';
import { z } from 'zod';

/** What a service says of a video. */
export interface OembedSaid {
  readonly title: string | null;
  readonly durationS: number | null;
  /** Where its picture is; null where it has none, or no address that could be asked. */
  readonly pictureUrl: string | null;
}

/** As much of an oEmbed answer as is read (https://oembed.com, 2.3.4): whatever is of another kind than it should be is not there. */
const answerSchema = z.looseObject({
  title: z.string().optional().catch(undefined),
  duration: z.number().positive().max(POSITION_MAX_S).optional().catch(undefined),
  thumbnail_url: z.string().max(2048).optional().catch(undefined),
});

/** Reads an answer. @throws where it is no JSON of an object: a page that says so with 200 is no answer */
export function readOembed(text: string): OembedSaid {
  const { title, duration, thumbnail_url } = answerSchema.parse(JSON.parse(text));
  return {
    title: title === undefined ? null : cleanTitle(title),
    durationS: duration ?? null,
    pictureUrl: thumbnail_url === undefined ? null : addressOf(thumbnail_url),
  };
}

function addressOf(text: string): string | null {
  try {
    const url = new URL(text);
    return url.protocol === 'https:' || url.protocol === 'http:' ? url.href : null;
  } catch {
    return null;
  }
}
