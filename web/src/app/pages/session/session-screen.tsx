import type { PlayerHandle } from '@cowatch/shared/client';
import type { Me, SessionInfo } from '@cowatch/shared/protocol';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KeptLine, SessionHeader } from '../../../features/session/index.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { cx } from '../../../ui/cx.ts';
import { lazyPart, preloadParts } from '../../../ui/lazy-part.tsx';
import { LazySheet } from '../../../ui/overlays/lazy-dialogs.tsx';
import { HomeLink } from '../../layout/home-link.tsx';
import { ThemeSwitch } from '../../layout/theme-switch.tsx';
import { invitationOf, SessionDialogs, useBrokeOff, useSessionDialogs } from './session-dialogs.tsx';
import { isFramed, sessionProblem } from './session-problem-kind.ts';
import { SessionProblem } from './session-problem-part.ts';
import { SessionStage } from './session-stage.tsx';
import { useLinkTrouble } from './use-link-trouble.ts';
import { type Party, useParty } from './use-party.ts';
import { usePartyMemory } from './use-party-memory.ts';
import { useSlow } from './use-slow.ts';
import { useStageLayout } from './use-stage-layout.ts';

const SessionPanels = lazyPart(() => import('./session-panels.tsx'), 'SessionPanels');

/** Joining takes a moment; this long without an answer is worth saying, in milliseconds. */
const JOIN_SLOW_MS = 8000;

export interface SessionScreenProps {
  readonly info: SessionInfo;
  readonly me: Me;
  /** This tab has an identity of its own from now on. */
  readonly onIdentity: () => void;
}

/** A party, or why it cannot be shown; what was open and how the window was used outlives the latter. */
export function SessionScreen({ info, me, onIdentity }: SessionScreenProps) {
  const party = useParty(info, me);
  const { client, joinedClient, media } = party;
  const view = usePartyView(party, me.viewerId);
  const slow = useSlow(client !== null && joinedClient === null, JOIN_SLOW_MS);
  const trouble = useLinkTrouble(useClientValue(client, ({ failedTries }) => failedTries) ?? 0, slow);
  const problem = useClientValue(client, (state) => sessionProblem(state, slow, trouble));
  if (problem) {
    const kind = problem === 'noCookie' && isFramed() ? 'framed' : problem;
    return <SessionProblem kind={kind} sessionId={info.id} media={media} onRetry={() => client?.retry()} onIdentity={onIdentity} />;
  }
  return <PartyScreen party={party} view={view} trouble={trouble} />;
}

/** The picture of a party on its page, where things go around it, and what is open over it. */
function usePartyView(party: Party, viewerId: string) {
  const joined = party.joinedClient !== null;
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const [brokeOffAtS, setBrokeOffAtS] = useBrokeOff(party);
  const layout = useStageLayout(joined, element);
  const dialogs = useSessionDialogs();
  usePartyMemory(party, viewerId, element);
  usePreloading(joined);
  return { setElement, brokeOffAtS, setBrokeOffAtS, layout, dialogs };
}

interface PartyScreenProps {
  readonly party: Party;
  readonly view: ReturnType<typeof usePartyView>;
  readonly trouble: ReturnType<typeof useLinkTrouble>;
}

/** The gate first, then stage, header and panels, put together as the window allows. */
function PartyScreen({ party, view, trouble }: PartyScreenProps) {
  const { t } = useTranslation();
  const { client, joinedClient, name } = party;
  const { setElement, brokeOffAtS, setBrokeOffAtS, layout, dialogs } = view;
  const { isPortrait, immersive } = layout;
  const [handle, setHandle] = useState<PlayerHandle | null>(null);
  const [idle, setIdle] = useState(false);

  const panels = client ? (
    <SessionPanels
      client={client}
      mediaTitle={party.mediaTitle}
      invitation={invitationOf(party)}
      onInvite={dialogs.invite}
      onChangeVideo={dialogs.changeVideo}
      onKeys={dialogs.keys}
      onOwnName={party.rename}
      onLeave={party.leave}
      onOwnLook={party.changeLook}
      settings={<ThemeSwitch />}
    />
  ) : null;
  return (
    <div
      className={cx(
        'relative flex h-dvh flex-col overflow-x-hidden bg-bg',
        // Where the window is too low for the panel below the picture, it is scrolled to.
        isPortrait ? 'overflow-y-auto' : 'overflow-y-hidden',
      )}
    >
      <title>{t('app.titleParty', { name })}</title>
      <SessionHeader
        home={<HomeLink compact={joinedClient !== null} />}
        client={joinedClient}
        partyName={name}
        handle={handle}
        overlay={immersive}
        hidden={idle}
        panel={layout.panelToggle}
        onInvite={dialogs.invite}
        onLeave={party.leave}
      />
      <KeptLine client={joinedClient} trouble={trouble} overlay={immersive} hidden={idle} />
      <div className={cx('flex flex-1', isPortrait ? 'min-h-[calc(min(55dvh,56.25vw)+16rem)] flex-col' : 'min-h-0')}>
        <SessionStage
          party={party}
          layout={layout}
          dialogs={dialogs}
          onHandle={setHandle}
          onElement={setElement}
          onIdle={setIdle}
          onBrokeOff={setBrokeOffAtS}
        />
        {layout.beside ? (
          <aside
            aria-label={t('party.panel')}
            className={cx('flex min-h-0 flex-col bg-surface', isPortrait ? 'flex-1' : 'w-88 shrink-0 border-s border-line')}
          >
            {panels}
          </aside>
        ) : null}
      </div>
      {immersive ? (
        <LazySheet open={layout.sheetOpen} onClose={layout.closeSheet} label={t('party.panel')} closeLabel={t('party.hidePanel')}>
          {panels}
        </LazySheet>
      ) : null}
      <SessionDialogs party={party} shown={dialogs.shown} brokeOffAtS={brokeOffAtS} onClose={dialogs.close} />
    </div>
  );
}

/** Fetches ahead what is needed soon. */
function usePreloading(joined: boolean): void {
  // Not needed for the gate, but soon after it.
  useEffect(() => void SessionPanels.preload(), []);
  // The connection may go away, and what opens over the picture must not go with it.
  useEffect(() => {
    if (joined) preloadParts();
  }, [joined]);
}
