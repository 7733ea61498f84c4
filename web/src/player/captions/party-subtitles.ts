import { type AddedSubtitles, SUBTITLES_MAX_BYTES, SUBTITLES_PER_MEDIUM_MAX, type SubtitleTrack } from '@cowatch/shared/protocol';
import { callApi, HttpProblem } from '../../lib/http/http.ts';
import { identity } from '../../lib/identity/identity.ts';
import { randomId } from '../../lib/random-id.ts';
import type { AddedFile } from './caption-track.ts';
import { languageInName } from './language-in-name.ts';
import { toWebVtt } from './to-webvtt.ts';

/** The subtitles that a party has for everyone, and who one is in it. */
export interface PartySubtitles {
  readonly sessionId: string;
  /** Those of what plays. */
  readonly tracks: readonly SubtitleTrack[];
  readonly you: { readonly memberId: string; readonly name: string; readonly canControl: boolean };
}

/** Why a file is not everybody's: what the server says, or what is known before it is asked. */
export type SharingFault = 'no-right' | 'moved-on' | 'full' | 'too-large' | 'too-many' | 'offline' | 'refused';

export type Sharing = { readonly ok: true; readonly added: AddedSubtitles } | { readonly ok: false; readonly fault: SharingFault };

/** What was sent last without an answer: sent again, it is the same operation. */
let unanswered: { readonly request: string; readonly opId: string } | null = null;

/** Adds a file to what the party watches, for everyone. */
export async function shareSubtitles({ sessionId, tracks, you }: PartySubtitles, mediaId: string, file: AddedFile): Promise<Sharing> {
  if (tracks.length >= SUBTITLES_PER_MEDIUM_MAX) return { ok: false, fault: 'full' };
  const text = toWebVtt(file);
  if (new TextEncoder().encode(text).length > SUBTITLES_MAX_BYTES) return { ok: false, fault: 'too-large' };
  const { label, language } = languageInName(file.name, navigator.language);
  const body = { name: you.name, mediaId, label, text, ...(language === null ? {} : { language }) };
  const request = JSON.stringify([sessionId, body]);
  const opId = unanswered?.request === request ? unanswered.opId : randomId();
  unanswered = { request, opId };
  try {
    const added = await callApi<AddedSubtitles>('POST', pathOf(sessionId), { ...body, opId });
    unanswered = null;
    return { ok: true, added };
  } catch (error) {
    return { ok: false, fault: faultOf(error) };
  }
}

/** Takes a file away from everybody; null where that is done. */
export async function unshareSubtitles({ sessionId }: PartySubtitles, id: string): Promise<SharingFault | null> {
  try {
    await callApi('DELETE', `${pathOf(sessionId)}/${id}`);
    return null;
  } catch (error) {
    // Somebody else was quicker.
    return error instanceof HttpProblem && error.code === 'not_found' ? null : faultOf(error);
  }
}

/** @throws where it cannot be fetched */
export async function fetchSubtitles(sessionId: string, id: string): Promise<string> {
  const { token } = identity;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}`, prefer: 'token' };
  const answer = await fetch(`/api/v1${pathOf(sessionId)}/${id}`, { headers });
  if (!answer.ok) throw new Error(`no subtitles: ${answer.status}`);
  return answer.text();
}

const pathOf = (sessionId: string) => `/sessions/${sessionId}/subtitles`;

function faultOf(error: unknown): SharingFault {
  switch (error instanceof HttpProblem ? error.code : null) {
    case 'forbidden':
    case 'unauthenticated':
    case 'gone':
      return 'no-right';
    case 'conflict':
      return 'moved-on';
    case 'too_large':
      return 'too-large';
    case 'rate_limited':
      return 'too-many';
    case 'offline':
    case 'unavailable':
      return 'offline';
    default:
      return 'refused';
  }
}
