import type { SessionState } from '@cowatch/shared/client';
import { useMemo } from 'react';
import type { PartySubtitles } from './party-subtitles.ts';

/** The subtitles that the party has for everyone in what plays; null where one watches alone, and before joining. */
export function usePartySubtitles(state: SessionState | null, mediaId: string): PartySubtitles | null {
  const { sessionId, access, you, members } = state ?? {};
  const listed = access?.subtitles;
  const memberId = access ? you?.memberId : undefined;
  const canControl = you?.canControl ?? false;
  const name = members?.find((member) => member.memberId === memberId)?.name ?? '';
  return useMemo(() => {
    if (memberId === undefined || sessionId === undefined) return null;
    const tracks = listed?.filter((track) => track.mediaId === mediaId) ?? [];
    return { sessionId, tracks, you: { memberId, name, canControl } };
  }, [memberId, canControl, sessionId, listed, mediaId, name]);
}
