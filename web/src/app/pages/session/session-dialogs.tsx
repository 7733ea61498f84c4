import { useEffect, useMemo, useState } from 'react';
import { useRefusedRights } from '../../../features/session/index.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import type { Party } from './use-party.ts';

const OVER = { failure: 'over' } as const;
const InviteDialog = lazyPart(() => import('../../../features/session/invite/invite-dialog.tsx'), 'InviteDialog', OVER);
const ChangeVideoDialog = lazyPart(() => import('../../../features/session/change-video-dialog.tsx'), 'ChangeVideoDialog', OVER);
const KeysDialog = lazyPart(() => import('../../keys/keys-dialog.tsx'), 'KeysDialog', OVER);

type Shown = 'invite' | 'change-video' | 'keys' | null;

/** Which dialog of a party's page is open, and what opens each; those stay the same from one rendering to the next. */
export function useSessionDialogs() {
  const [shown, setShown] = useState<Shown>(null);
  const open = useMemo(() => {
    const opening = (which: Shown) => () => setShown(which);
    return { invite: opening('invite'), changeVideo: opening('change-video'), keys: opening('keys'), close: opening(null) };
  }, []);
  return { shown, ...open };
}

export interface SessionDialogsProps {
  readonly party: Party;
  readonly shown: Shown;
  readonly brokeOffAtS: number | null;
  readonly onClose: () => void;
}

export function SessionDialogs({ party, shown, brokeOffAtS, onClose }: SessionDialogsProps) {
  const { client } = party;
  const { invite: refused } = useRefusedRights(client);
  switch (shown) {
    case 'invite':
      return <InviteDialog open {...invitationOf(party)} refused={refused} onName={party.rename} onClose={onClose} />;
    case 'change-video':
      return client ? <ChangeVideoDialog open client={client} brokeOffAtS={brokeOffAtS} onClose={onClose} /> : null;
    case 'keys':
      return <KeysDialog open onClose={onClose} />;
    case null:
      return null;
  }
}

/** What the invitation says; with the name that the page chose, where nobody was asked for one yet. */
export const invitationOf = ({ info, url, name, own, media, mediaTitle, host }: Party) => ({
  url,
  partyName: name,
  film: { sessionId: info.id, contentId: media.id, name: mediaTitle, host },
  unaskedName: own.unasked ? own.suggestedName : null,
});

const NO_TIMELINE = { version: 0, cause: { kind: 'create' }, positionS: 0 } as const;

/** Where the picture was lost on this device, in seconds; null while it is there. */
export function useBrokeOff({ client }: Party) {
  const [brokeOffAtS, setBrokeOffAtS] = useState<number | null>(null);
  // A jump while there is no picture says where it is to go on.
  const { version, cause, positionS } = useClientValue(client, ({ playback }) => playback?.timeline ?? null) ?? NO_TIMELINE;
  useEffect(() => {
    if (version > 0 && cause.kind === 'seek') setBrokeOffAtS((now) => (now === null ? null : positionS));
  }, [version, cause, positionS]);
  return [brokeOffAtS, setBrokeOffAtS] as const;
}
