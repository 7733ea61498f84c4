import type { PlayerHandle } from '@cowatch/shared/client';
import { useMemo } from 'react';
import { NoticeChips } from '../../../features/session/index.ts';
import { usePartyParts, VideoPlayer } from '../../../player/index.ts';
import { cx } from '../../../ui/cx.ts';
import { SessionCover } from './session-cover.tsx';
import type { useSessionDialogs } from './session-dialogs.tsx';
import type { Party } from './use-party.ts';
import type { StageLayout } from './use-stage-layout.ts';

export interface SessionStageProps {
  readonly party: Party;
  readonly layout: StageLayout;
  readonly dialogs: ReturnType<typeof useSessionDialogs>;
  readonly onHandle: (handle: PlayerHandle | null) => void;
  readonly onElement: (element: HTMLVideoElement | null) => void;
  readonly onIdle: (idle: boolean) => void;
  readonly onBrokeOff: (positionS: number | null) => void;
}

/** The picture of a party with what is said over it, or the gate before it. */
export function SessionStage({ party, layout, dialogs, onHandle, onElement, onIdle, onBrokeOff }: SessionStageProps) {
  const { client, joinedClient, media } = party;
  const { toggleTheatre, leaveTheatre, ratio } = layout;
  const parts = usePartyParts(joinedClient, media.id);
  const keys = useMemo(
    () => ({ theatre: toggleTheatre, leave: leaveTheatre, invite: dialogs.invite, help: dialogs.keys }),
    [toggleTheatre, leaveTheatre, dialogs.invite, dialogs.keys],
  );
  const isAbove = layout.beside && layout.isPortrait;
  return (
    <main
      className={cx(
        'relative min-w-0',
        isAbove ? 'w-full shrink-0' : 'min-h-0 flex-1',
        isAbove && (ratio < 1 ? 'max-h-[70dvh]' : 'max-h-[55dvh]'),
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
        onChangeVideo={dialogs.changeVideo}
        onBrokeOff={onBrokeOff}
        onIdle={onIdle}
        onFullscreen={layout.setFullscreen}
        onHandle={onHandle}
        onElement={onElement}
      >
        {client && parts ? <NoticeChips client={client} canControl={parts.canControl} onHint={parts.rules.onHint} /> : null}
      </VideoPlayer>
      {joinedClient ? null : <SessionCover party={party} />}
    </main>
  );
}
