import type { PlayerHandle } from '@cowatch/shared/client';
import { useMemo, useState } from 'react';
import { playNext, useUpNext } from '../../../features/queue/index.ts';
import { usePartyParts, VideoPlayer } from '../../../player/index.ts';
import { cx } from '../../../ui/cx.ts';
import { lazyPart } from '../../../ui/lazy-part.tsx';
import { WaitingCover } from '../waiting-cover.tsx';
import { SessionCover } from './session-cover.tsx';
import type { useSessionDialogs } from './session-dialogs.tsx';
import type { Party } from './use-party.ts';
import type { StageLayout } from './use-stage-layout.ts';

const NoticeChips = lazyPart(() => import('../../../features/session/notices/notice-chips.tsx'), 'NoticeChips');
const SessionOverlays = lazyPart(() => import('./session-overlays.tsx'), 'SessionOverlays');
const SessionUnderlays = lazyPart(() => import('./session-overlays.tsx'), 'SessionUnderlays');

export interface SessionStageProps {
  readonly party: Party;
  readonly layout: StageLayout;
  readonly dialogs: ReturnType<typeof useSessionDialogs>;
  /** Something is being typed on a phone: the picture is smaller for as long, and stays in sight. */
  readonly typing: boolean;
  readonly onHandle: (handle: PlayerHandle | null) => void;
  readonly onElement: (element: HTMLVideoElement | null) => void;
  readonly onIdle: (idle: boolean) => void;
  readonly onBrokeOff: (positionS: number | null) => void;
}

/** The picture of a party with what is said over it, or the gate before it. */
export function SessionStage({ party, layout, dialogs, typing, onHandle, onElement, onIdle, onBrokeOff }: SessionStageProps) {
  const { client, joinedClient, media } = party;
  const { toggleTheatre, leaveTheatre, openPanel, ratio } = layout;
  const parts = usePartyParts(joinedClient, media.id);
  const alone = layout.immersive && !layout.unfolded;
  const [writeCalls, setWriteCalls] = useState(0);
  const { upNext, upcoming } = useUpNext(joinedClient);
  const keys = useMemo(
    () => ({
      theatre: toggleTheatre,
      leave: leaveTheatre,
      panel: openPanel,
      write: () => (alone ? setWriteCalls((calls) => calls + 1) : openPanel('chat')),
      invite: dialogs.invite,
      next: () => joinedClient && playNext(joinedClient.queue),
      help: dialogs.keys,
    }),
    [toggleTheatre, leaveTheatre, openPanel, alone, joinedClient, dialogs.invite, dialogs.keys],
  );
  const isAbove = layout.unfolded && layout.isPortrait;
  const ceiling = typing ? 'max-h-2/5' : layout.immersive ? 'max-h-1/2' : ratio < 1 ? 'max-h-[70dvh]' : 'max-h-[55dvh]';
  return (
    <main
      className={cx(
        'relative min-w-0',
        // Where there is more below than the window shows, the picture stays while that is scrolled.
        isAbove ? 'z-10 w-full shrink-0 [@media(min-height:30rem)]:sticky [@media(min-height:30rem)]:top-0' : 'min-h-0 flex-1',
        isAbove && ceiling,
      )}
      style={isAbove ? { aspectRatio: ratio } : undefined}
    >
      {joinedClient ? <h1 className="sr-only">{party.name}</h1> : null}
      <VideoPlayer
        media={media}
        title={party.mediaTitle}
        driver={joinedClient}
        party={parts}
        waitingAtS={party.info.positionS}
        theatre={layout.theatre}
        keys={keys}
        cover={<WaitingCover contentId={media.id} name={party.mediaTitle} sessionId={party.info.id} />}
        upcoming={upcoming}
        onChangeVideo={dialogs.changeVideo}
        onBrokeOff={onBrokeOff}
        onIdle={onIdle}
        onFullscreen={layout.setFullscreen}
        onHandle={onHandle}
        onElement={onElement}
        underCaptions={joinedClient ? <SessionUnderlays client={joinedClient} /> : null}
      >
        {joinedClient ? <SessionOverlays client={joinedClient} alone={alone} writeCalls={writeCalls} upNext={upNext} /> : null}
        {client && parts ? (
          <NoticeChips client={client} canControl={parts.canControl} onHint={parts.rules.onHint} onShowPeople={() => openPanel('people')} />
        ) : null}
      </VideoPlayer>
      {joinedClient ? null : <SessionCover party={party} />}
    </main>
  );
}
