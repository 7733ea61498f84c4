import type { SessionClient, SessionState } from '@cowatch/shared/client';
import { useMemo } from 'react';
import { useClientValue } from '../../lib/hooks/use-client-value.ts';
import type { PartySubtitles } from '../captions/party-subtitles.ts';
import { PartyRules } from './party-rules.ts';

/** What a party adds to a player that could do without it. */
export interface PartyParts {
  readonly name: string;
  /** Who may control it, and what is told to those who may not. */
  readonly rules: PartyRules;
  /** Whether this person may control it; else the controls say why not. */
  readonly canControl: boolean;
  /** Why they may not; null where they may. */
  readonly refused: Refused | null;
  /** Whether this person may put another video on. */
  readonly canChangeVideo: boolean;
  readonly connected: boolean;
  /** It stands at its start, as it came: nobody has pressed anything yet. */
  readonly isFresh: boolean;
  /** What it has for everyone in what plays; null before joining. */
  readonly subtitles: PartySubtitles | null;
}

/** Who has what this person has not, or that a host has taken it from them for a while. */
export type Refused = 'hosts' | 'owner' | 'timeOut';

/** A medium whose first frame comes later than this has been begun on purpose, in seconds. */
const FRESH_WITHIN_S = 1;

/** The parts of a party, for the player that shows it; null before joining. */
export function usePartyParts(client: SessionClient | null, mediaId: string): PartyParts | null {
  const rules = useMemo(() => (client ? new PartyRules(client) : null), [client]);
  const name = useClientValue(client, ({ access }) => access?.name ?? '');
  const canControl = useClientValue(client, ({ you }) => you?.canControl ?? false);
  const refused = useClientValue(client, refusedOf);
  const canChangeVideo = useClientValue(client, ({ you }) => you?.rights.video ?? false);
  const connected = useClientValue(client, ({ connection }) => connection === 'joined');
  const isFresh = useClientValue(client, hasJustCome);
  const subtitles = useSubtitles(client, mediaId);
  return useMemo(() => {
    if (rules === null || name === null || canControl === null || canChangeVideo === null || connected === null || isFresh === null)
      return null;
    return { name, rules, canControl, refused, canChangeVideo, connected, isFresh, subtitles };
  }, [name, rules, canControl, refused, canChangeVideo, connected, isFresh, subtitles]);
}

function refusedOf({ you, access }: SessionState): Refused | null {
  if (you === null || access === null || you.canControl) return null;
  if (you.timeOutUntilMs !== null) return 'timeOut';
  return access.control === 'owner' ? 'owner' : 'hosts';
}

function hasJustCome({ playback }: SessionState): boolean {
  if (!playback || playback.timeline.playing) return false;
  const { cause, positionS } = playback.timeline;
  // Players tell the party the length of what it has begun with.
  return /^(create|load|duration)$/.test(cause.kind) && positionS < FRESH_WITHIN_S;
}

/** The subtitles that the party has for everyone in what plays. */
function useSubtitles(client: SessionClient | null, mediaId: string): PartySubtitles | null {
  const sessionId = useClientValue(client, (state) => state.sessionId);
  const listed = useClientValue(client, ({ access }) => access?.subtitles ?? null);
  const memberId = useClientValue(client, ({ access, you }) => (access && you ? you.memberId : null));
  const canControl = useClientValue(client, ({ you }) => you?.canControl ?? false) ?? false;
  const name = useClientValue(client, ({ members }) => members.find((member) => member.memberId === memberId)?.name ?? '') ?? '';
  return useMemo(() => {
    if (memberId === null || sessionId === null) return null;
    const tracks = listed?.filter((track) => track.mediaId === mediaId) ?? [];
    return { sessionId, tracks, you: { memberId, name, canControl } };
  }, [memberId, canControl, sessionId, listed, mediaId, name]);
}
