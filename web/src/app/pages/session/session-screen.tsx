import type { PlayerHandle } from '@cowatch/shared/client';
import type { Me, SessionInfo } from '@cowatch/shared/protocol';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { KeptLine, SessionHeader } from '../../../features/session/index.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { cx } from '../../../ui/cx.ts';
import { lazyPart, preloadParts } from '../../../ui/lazy-part.tsx';
import { HomeLink } from '../../layout/home-link.tsx';
import { ThemeSwitch } from '../../layout/theme-switch.tsx';
import { invitationOf, SessionDialogs, useBrokeOff, useSessionDialogs } from './session-dialogs.tsx';
import { isFramed, sessionProblem } from './session-problem-kind.ts';
import { SessionProblem } from './session-problem-part.ts';
import { SessionStage } from './session-stage.tsx';
import { useLinkTrouble } from './use-link-trouble.ts';
import { usePanels } from './use-panels.ts';
import { type Party, useParty } from './use-party.ts';
import { usePartyMemory } from './use-party-memory.ts';
import { useSlow } from './use-slow.ts';
import { useStageLayout } from './use-stage-layout.ts';
import { useTyping } from './use-typing.ts';

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
  const { entered, client, joinedClient, media } = party;
  const view = usePartyView(party, me.viewerId);
  const knocking = useClientValue(client, ({ connection }) => connection === 'knocking') ?? false;
  const slow = useSlow(entered && joinedClient === null && !knocking, JOIN_SLOW_MS);
  const trouble = useLinkTrouble(useClientValue(client, ({ failedTries }) => failedTries) ?? 0, slow);
  const met = useClientValue(client, (state) => sessionProblem(state, slow, trouble));
  // Without a client it is its code that has not come.
  const problem = client === null && slow ? 'connect' : met;
  if (problem) {
    const kind = problem === 'noCookie' && isFramed() ? 'framed' : problem;
    return <SessionProblem kind={kind} sessionId={info.id} media={media} onRetry={party.retry} onIdentity={onIdentity} />;
  }
  return <PartyScreen party={party} view={view} trouble={trouble} />;
}

/** The picture of a party on its page, where things go around it, and what is open over it. */
function usePartyView(party: Party, viewerId: string) {
  const joined = party.joinedClient !== null;
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  const [brokeOffAtS, setBrokeOffAtS] = useBrokeOff(party);
  const panels = usePanels();
  const layout = useStageLayout(joined, element, panels);
  const dialogs = useSessionDialogs();
  usePartyMemory(party, viewerId, element);
  usePreloading(joined);
  return { setElement, brokeOffAtS, setBrokeOffAtS, panels, layout, dialogs };
}

interface PartyScreenProps {
  readonly party: Party;
  readonly view: ReturnType<typeof usePartyView>;
  readonly trouble: ReturnType<typeof useLinkTrouble>;
}

/** The gate first, then stage, header and panels, put together as the window allows. */
function PartyScreen({ party, view, trouble }: PartyScreenProps) {
  const { t } = useTranslation();
  const { joinedClient, name } = party;
  const { setElement, brokeOffAtS, setBrokeOffAtS, panels, layout, dialogs } = view;
  const { isPortrait, immersive } = layout;
  const [handle, setHandle] = useState<PlayerHandle | null>(null);
  const [idle, setIdle] = useState(false);
  const typing = useTyping();
  const panelButton = layout.folds
    ? { open: layout.unfolded, toggle: () => layout.setUnfolded(!layout.unfolded), unread: panels.unread }
    : undefined;
  return (
    <div
      className={cx(
        'session relative flex h-dvh flex-col overflow-x-hidden bg-bg',
        // Where the window is too low for the panel below the picture, it is scrolled to.
        isPortrait && !typing ? 'overflow-y-auto' : 'overflow-y-hidden',
      )}
      data-beside={(immersive && layout.unfolded && !isPortrait) || undefined}
      style={typing ? { height: typing.heightPx, translate: `0 ${typing.topPx}px` } : undefined}
    >
      <title>{t('app.titleParty', { name })}</title>
      {isPortrait && typing && !immersive ? null : (
        <SessionHeader
          home={<HomeLink compact={joinedClient !== null} />}
          client={joinedClient}
          partyName={name}
          filmName={party.filmName}
          handle={handle}
          overlay={immersive}
          hidden={idle}
          panel={panelButton}
          onInvite={dialogs.invite}
          onLeave={party.leave}
        />
      )}
      <KeptLine client={joinedClient} trouble={trouble} overlay={immersive} hidden={idle} />
      <div
        className={cx(
          'flex flex-1',
          isPortrait && 'flex-col',
          isPortrait && !typing && !immersive ? 'min-h-[calc(min(55dvh,56.25vw)+16rem)]' : 'min-h-0',
        )}
      >
        <SessionStage
          party={party}
          layout={layout}
          dialogs={dialogs}
          typing={typing !== null}
          onHandle={setHandle}
          onElement={setElement}
          onIdle={setIdle}
          onBrokeOff={setBrokeOffAtS}
        />
        <PanelsPlace party={party} panels={panels} layout={layout} dialogs={dialogs} />
      </div>
      <SessionDialogs party={party} shown={dialogs.shown} brokeOffAtS={brokeOffAtS} onClose={dialogs.close} />
    </div>
  );
}

type PanelsPlaceProps = Pick<PartyScreenProps, 'party'> & Pick<PartyScreenProps['view'], 'panels' | 'layout' | 'dialogs'>;

/** Where the panels are: beside the picture, below it on a phone held upright, and nowhere while they are folded. The picture never hides behind them. */
function PanelsPlace({ party, panels, layout, dialogs }: PanelsPlaceProps) {
  const { t } = useTranslation();
  const { joinedClient } = party;
  const { isPortrait, immersive, unfolded, setUnfolded } = layout;
  return (
    <aside
      aria-label={t('party.panel')}
      className={cx(
        'min-h-0 flex-col bg-surface',
        unfolded ? 'flex' : 'hidden',
        isPortrait
          ? 'flex-1'
          : 'w-(--panels-beside) shrink-0 border-s border-line pt-[env(safe-area-inset-top)] ltr:pr-[env(safe-area-inset-right)] rtl:pl-[env(safe-area-inset-left)]',
        immersive && 'animate-slide-in',
      )}
      onKeyDown={(event) => {
        // What is open in it has had its turn by then.
        if (!immersive || event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        setUnfolded(false);
        document.querySelector<HTMLElement>('[data-panel-button]')?.focus();
      }}
    >
      {joinedClient ? (
        <SessionPanels
          state={panels}
          unfolded={unfolded}
          client={joinedClient}
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
      ) : null}
    </aside>
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
