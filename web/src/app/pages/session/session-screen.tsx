import type { PlayerHandle } from '@cowatch/shared/client';
import type { Look, Me, SessionInfo } from '@cowatch/shared/protocol';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { JoinGate, KeptLine, NoticeChips, ReturnCover, SessionHeader, useSessionClient } from '../../../features/session/index.ts';
import { useClientValue } from '../../../lib/hooks/use-client-value.ts';
import { useMediaQuery } from '../../../lib/hooks/use-media-query.ts';
import { useOnlyTab } from '../../../lib/tabs/use-only-tab.ts';
import { mediaRefOf } from '../../../lib/titles/media-ref.ts';
import { useLateTitleName } from '../../../lib/titles/use-late-title-name.ts';
import { untilItWorks } from '../../../lib/until-it-works.ts';
import { type PictureSize, usePartyParts, usePictureSize, VideoPlayer } from '../../../player/index.ts';
import { cx } from '../../../ui/cx.ts';
import { lazyPart, preloadParts } from '../../../ui/lazy-part.tsx';
import { LazySheet } from '../../../ui/overlays/lazy-dialogs.tsx';
import { forgetSeat, leftParty, recentParties, storage } from '../../device.ts';
import { HomeLink } from '../../layout/home-link.tsx';
import { ThemeSwitch } from '../../layout/theme-switch.tsx';
import { isFramed, sessionProblem } from './session-problem-kind.ts';
import { SessionProblem } from './session-problem-part.ts';
import { useLinkTrouble } from './use-link-trouble.ts';
import { useOwnSeat } from './use-own-seat.ts';
import { useSlow } from './use-slow.ts';

const loadResume = () => import('../../../features/resume/track-party.ts');
const SessionPanel = lazyPart(() => import('../../../features/session/session-panel.tsx'), 'SessionPanel');
const InviteDialog = lazyPart(() => import('../../../features/session/invite/invite-dialog.tsx'), 'InviteDialog', {
  failure: 'over',
});
const OtherTabCover = lazyPart(() => import('../../../features/session/join/other-tab-cover.tsx'), 'OtherTabCover');
const ChangeVideoDialog = lazyPart(() => import('../../../features/session/change-video-dialog.tsx'), 'ChangeVideoDialog', {
  failure: 'over',
});
const KeysDialog = lazyPart(() => import('../../keys/keys-dialog.tsx'), 'KeysDialog', { failure: 'over' });

/** Joining takes a moment; this long without an answer is worth saying, in milliseconds. */
const JOIN_SLOW_MS = 8000;
const PORTRAIT = '(max-width: 767px) and (orientation: portrait), (max-width: 559px)';
const PHONE_LANDSCAPE = '(orientation: landscape) and (max-height: 500px)';

export interface SessionScreenProps {
  readonly info: SessionInfo;
  readonly me: Me;
  /** This tab has an identity of its own from now on. */
  readonly onIdentity: () => void;
}

const NO_TIMELINE = { version: 0, cause: { kind: 'create' }, positionS: 0 } as const;

/** A party: the gate first, then stage, header and people, put together as the window allows. */
export function SessionScreen({ info, me, onIdentity }: SessionScreenProps) {
  const { t } = useTranslation();
  const sessionId = info.id;
  const { viewerId } = me;
  const own = useOwnSeat(info, me);
  const { ownName, choose, chooseLook, taken } = own;
  const tab = useOnlyTab(ownName === null ? null : `cowatch-party ${sessionId} ${viewerId}`);
  const client = useSessionClient(sessionId, tab.place === 'held' ? ownName : null, own.ownLook);
  const state = useClientValue(client, (now) => now);
  const playback = state?.playback ?? null;
  const joined = playback !== null;
  const media = playback?.media ?? info.media;
  const partyName = state?.access?.name ?? info.name;
  const party = usePartyParts(joined ? client : null, media.id);
  const mediaTitle = useLateTitleName({ contentId: media.id, media }) ?? media.title ?? partyName;

  const [handle, setHandle] = useState<PlayerHandle | null>(null);
  const [element, setElement] = useState<HTMLVideoElement | null>(null);
  /** Where the picture was lost on this device, in seconds. */
  const [brokeOffAtS, setBrokeOffAtS] = useState<number | null>(null);
  const [idle, setIdle] = useState(false);
  const [fullscreen, setFullscreen] = useState(false);
  const [theatre, setTheatre] = useState(false);
  const [panelOpen, setPanelOpen] = useState(true);
  const [sheetOpen, setSheetOpen] = useState(false);
  const [dialog, setDialog] = useState<'invite' | 'change-video' | 'keys' | null>(null);
  const portrait = useMediaQuery(PORTRAIT);
  const phoneLandscape = useMediaQuery(PHONE_LANDSCAPE);
  const picture = usePictureSize(element);
  const tall = stageRatio(picture) < 1;
  const immersive = joined && (fullscreen || (!portrait && (theatre || phoneLandscape)));

  const toggleTheatre = useCallback(() => setTheatre((on) => !on), []);
  const invite = useCallback(() => setDialog('invite'), []);
  const closeDialog = useCallback(() => setDialog(null), []);
  const changeVideo = useCallback(() => setDialog('change-video'), []);
  const showKeys = useCallback(() => setDialog('keys'), []);
  const leaveTheatre = useCallback(() => setTheatre(false), []);
  const keys = useMemo(
    () => ({ theatre: toggleTheatre, leave: leaveTheatre, invite, help: showKeys }),
    [toggleTheatre, leaveTheatre, invite, showKeys],
  );

  // Whoever goes elsewhere while there is no picture has said where it is to go on.
  const { version, cause, positionS } = state?.playback?.timeline ?? NO_TIMELINE;
  useEffect(() => {
    if (version > 0 && cause.kind === 'seek') setBrokeOffAtS((now) => (now === null ? null : positionS));
  }, [version, cause, positionS]);

  const rename = useCallback(
    (name: string) => {
      choose(name);
      if (name !== ownName) void client?.setOwnName(name);
    },
    [client, choose, ownName],
  );
  const look = useCallback(
    (chosen: Look) => {
      chooseLook(chosen);
      void client?.setOwnLook(chosen);
    },
    [client, chooseLook],
  );
  useEffect(() => {
    if (joined) taken();
  }, [joined, taken]);

  const navigate = useNavigate();
  const leave = useCallback(() => {
    // Said before the page is gone: the others read it at once.
    client?.close();
    forgetSeat(sessionId);
    leftParty.last = { sessionId, title: partyName };
    void navigate({ to: '/' });
  }, [client, sessionId, partyName, navigate]);

  const { id: mediaId, url: mediaUrl, kind: mediaKind, title: ownTitle } = media;
  useEffect(() => {
    if (!joined) return;
    const ref = mediaRefOf({ id: mediaId, url: mediaUrl, kind: mediaKind });
    recentParties.record({ sessionId, title: partyName, media: ref, visitedAtMs: Date.now(), viewerId });
  }, [joined, sessionId, partyName, mediaId, mediaUrl, mediaKind, viewerId]);

  // One's own place in what the party watches.
  useEffect(() => {
    if (!joined || !client || !element) return;
    let stop = () => {};
    let gone = false;
    const stopTrying = untilItWorks(async () => {
      const { trackParty } = await loadResume();
      if (!gone) stop = trackParty(client, { id: mediaId, url: mediaUrl, title: ownTitle }, t, element, storage);
    });
    return () => {
      gone = true;
      stopTrying();
      stop();
    };
  }, [joined, client, element, mediaId, mediaUrl, ownTitle, t]);

  // Not needed for the gate, but soon after it.
  useEffect(() => void SessionPanel.preload(), []);
  // The connection may go away, and what opens over the picture must not go with it.
  useEffect(() => {
    if (joined) preloadParts();
  }, [joined]);

  const slow = useSlow(client !== null && !joined, JOIN_SLOW_MS);
  const trouble = useLinkTrouble(state?.failedTries ?? 0, slow);
  const problem = state ? sessionProblem(state, slow, trouble) : null;
  if (problem) {
    const kind = problem === 'noCookie' && isFramed() ? 'framed' : problem;
    return <SessionProblem kind={kind} sessionId={sessionId} media={media} onRetry={() => client?.retry()} onIdentity={onIdentity} />;
  }

  const invitation = { url: info.url, partyName };
  const unaskedName = own.unasked ? own.suggestedName : null;
  const panel = client ? (
    <SessionPanel
      client={client}
      mediaTitle={mediaTitle}
      invitation={{ ...invitation, unaskedName }}
      onInvite={invite}
      onChangeVideo={changeVideo}
      onKeys={showKeys}
      onOwnName={rename}
      onLeave={leave}
      onOwnLook={look}
      settings={<ThemeSwitch />}
    />
  ) : null;
  const beside = joined && !immersive && (portrait || panelOpen);
  return (
    <div
      className={cx(
        'relative flex h-dvh flex-col overflow-x-hidden bg-bg',
        // Where the window is too low for the panel below the picture, it is scrolled to.
        portrait ? 'overflow-y-auto' : 'overflow-y-hidden',
      )}
    >
      <title>{t('app.titleParty', { name: partyName })}</title>
      <SessionHeader
        home={<HomeLink compact={joined} />}
        client={joined ? client : null}
        partyName={partyName}
        handle={handle}
        overlay={immersive}
        hidden={idle}
        panel={
          immersive
            ? { open: sheetOpen, toggle: () => setSheetOpen((open) => !open) }
            : portrait
              ? undefined
              : { open: panelOpen, toggle: () => setPanelOpen((open) => !open) }
        }
        onInvite={invite}
        onLeave={leave}
      />
      <KeptLine client={joined ? client : null} trouble={trouble} overlay={immersive} hidden={idle} />
      <div className={cx('flex flex-1', portrait ? 'min-h-[calc(min(55dvh,56.25vw)+16rem)] flex-col' : 'min-h-0')}>
        <main
          className={cx(
            'relative min-w-0',
            beside && portrait ? 'w-full shrink-0' : 'min-h-0 flex-1',
            beside && portrait && (tall ? 'max-h-[70dvh]' : 'max-h-[55dvh]'),
          )}
          style={beside && portrait ? { aspectRatio: stageRatio(picture) } : undefined}
        >
          {joined ? <h1 className="sr-only">{partyName}</h1> : null}
          <VideoPlayer
            media={media}
            title={mediaTitle}
            driver={joined ? client : null}
            party={party}
            waitingAtS={info.positionS}
            theatre={portrait || phoneLandscape ? undefined : { on: theatre, toggle: toggleTheatre }}
            keys={keys}
            onChangeVideo={changeVideo}
            onBrokeOff={setBrokeOffAtS}
            onIdle={setIdle}
            onFullscreen={setFullscreen}
            onHandle={setHandle}
            onElement={setElement}
          >
            {client && party ? <NoticeChips client={client} canControl={party.canControl} onHint={party.rules.onHint} /> : null}
          </VideoPlayer>
          {joined ? null : tab.place === 'elsewhere' ? (
            <OtherTabCover partyName={partyName} onUse={tab.take} />
          ) : own.returning ? (
            <ReturnCover partyName={partyName} />
          ) : (
            <JoinGate
              partyName={partyName}
              memberCount={info.memberCount}
              faces={info.faces}
              initialName={own.suggestedName}
              initialLook={own.suggestedLook}
              joining={client !== null}
              wasIn={own.seat === 'left'}
              onJoin={own.join}
            />
          )}
        </main>
        {beside ? (
          <aside
            aria-label={t('party.panel')}
            className={cx('flex min-h-0 flex-col bg-surface', portrait ? 'flex-1' : 'w-88 shrink-0 border-s border-line')}
          >
            {panel}
          </aside>
        ) : null}
      </div>
      {immersive ? (
        <LazySheet open={sheetOpen} onClose={() => setSheetOpen(false)} label={t('party.panel')} closeLabel={t('party.hidePanel')}>
          {panel}
        </LazySheet>
      ) : null}
      {dialog === 'invite' ? <InviteDialog open {...invitation} unaskedName={unaskedName} onName={rename} onClose={closeDialog} /> : null}
      {dialog === 'change-video' && client ? (
        <ChangeVideoDialog open client={client} brokeOffAtS={brokeOffAtS} onClose={closeDialog} />
      ) : null}
      {dialog === 'keys' ? <KeysDialog open onClose={closeDialog} /> : null}
    </div>
  );
}

/** The shape of the stage on a phone: a film's own, from upright to wide. */
function stageRatio(picture: PictureSize | null): number {
  const [tallest, widest] = [9 / 16, 16 / 9];
  if (!picture?.height) return widest;
  return Math.min(widest, Math.max(tallest, picture.width / picture.height));
}
