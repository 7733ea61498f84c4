import type { SessionClient, SessionState } from '@cowatch/shared/client';
import type { Look, Me, Media, SessionInfo } from '@cowatch/shared/protocol';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { useSessionClient } from '../../../features/session/index.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { type OnlyTab, useOnlyTab } from '../../../lib/tabs/use-only-tab.ts';
import { useLateTitleName } from '../../../lib/titles/use-late-title-name.ts';
import { forgetSeat, leftParty } from '../../device.ts';
import { type OwnSeat, useOwnSeat } from './use-own-seat.ts';
import { usePartyUrl } from './use-party-url.ts';

/** A party and oneself in it, as far as its page shows them. */
export interface Party {
  readonly info: SessionInfo;
  readonly own: OwnSeat;
  readonly tab: OnlyTab;
  /** Somebody has gone through the gate here: one joins, or is in. */
  readonly entered: boolean;
  /** Null before the gate, and until its code is there. */
  readonly client: SessionClient | null;
  /** The client from when one is in. */
  readonly joinedClient: SessionClient | null;
  /** The link that lets people in now. */
  readonly url: string;
  readonly name: string;
  readonly media: Media;
  readonly mediaTitle: string;
  /** The same, to stand beside the party's name; null where that says it already. */
  readonly filmName: string | null;
  /** Who holds the party, where that is somebody else; null where it is oneself, or not known. */
  readonly host: string | null;
  /** Tries at once again what has not come about. */
  retry(): void;
  rename(name: string): void;
  changeLook(look: Look): void;
  /** Leaves on purpose: the gate asks before one is in again. */
  leave(): void;
}

function otherHost({ members, you }: SessionState): string | null {
  const owner = members.find(({ role }) => role === 'owner');
  return owner === undefined || owner.memberId === you?.memberId ? null : owner.name;
}

/** Who was put out and asks to come back is not in, whatever is still known of the party. */
const isInside = ({ playback, connection }: SessionState) => playback !== null && connection !== 'knocking' && connection !== 'connecting';

/** Renders again when something of this changes, and not at every reading of the player. */
export function useParty(info: SessionInfo, me: Me): Party {
  const sessionId = info.id;
  const own = useOwnSeat(info, me);
  const { ownName, choose, chooseLook } = own;
  const tab = useOnlyTab(ownName === null ? null : `cowatch-party ${sessionId} ${me.viewerId}`);
  const entered = tab.place === 'held' && ownName !== null;
  const [tries, setTries] = useState(0);
  const client = useSessionClient(sessionId, entered ? ownName : null, own.ownLook, tries);
  const joined = useClientValue(client, isInside) ?? false;
  const media = useClientValue(client, ({ playback }) => playback?.media ?? null) ?? info.media;
  const name = useClientValue(client, ({ access }) => access?.name ?? null) ?? info.name;
  const host = useClientValue(client, otherHost);
  const url = usePartyUrl(client, info.url);
  const mediaTitle = useLateTitleName({ contentId: media.id, media }) ?? media.title ?? name;

  const filmName = mediaTitle === name || media.title === name ? null : mediaTitle;

  const rename = useCallback(
    (chosen: string) => {
      choose(chosen);
      if (chosen !== ownName) void client?.setOwnName(chosen);
    },
    [client, choose, ownName],
  );
  const changeLook = useCallback(
    (chosen: Look) => {
      chooseLook(chosen);
      void client?.setOwnLook(chosen);
    },
    [client, chooseLook],
  );
  const retry = useCallback(() => (client === null ? setTries((before) => before + 1) : client.retry()), [client]);
  const navigate = useNavigate();
  const leave = useCallback(() => {
    // Said before the page is gone: the others read it at once.
    client?.close();
    forgetSeat(sessionId);
    leftParty.last = { sessionId, title: name };
    void navigate({ to: '/' });
  }, [client, sessionId, name, navigate]);
  return {
    info,
    own,
    tab,
    entered,
    client,
    joinedClient: joined ? client : null,
    url,
    name,
    media,
    mediaTitle,
    filmName,
    host,
    retry,
    rename,
    changeLook,
    leave,
  };
}
