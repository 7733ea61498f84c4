import './problem-words.ts';
import type { Media, MediaRef } from '@cowatch/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import {
  AppWindow,
  Cookie,
  DoorClosed,
  DoorOpen,
  Flag,
  Hand,
  RefreshCw,
  SearchX,
  Signpost,
  Unplug,
  Users,
  UserX,
  WifiOff,
} from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createSession } from '../../../features/session/api.ts';
import { problemWords } from '../../../lib/http/problem-words.ts';
import { beTabOnly } from '../../../lib/identity/api.ts';
import { faultWords } from '../../../lib/media-fault/fault-words.ts';
import { isFinal, type MediaFault } from '../../../lib/media-fault/media-fault.ts';
import { mediaRefOf } from '../../../lib/titles/media-ref.ts';
import { AlertText } from '../../../ui/alert-text.tsx';
import { Button } from '../../../ui/button.tsx';
import { NoticePage } from '../../../ui/notice-page.tsx';
import { forgetSeat, justStarted, recentParties } from '../../device.ts';
import { LINK_BUTTON, LINK_BUTTON_SECONDARY } from '../../layout/link-button.ts';
import { Page } from '../../layout/page.tsx';

/** Why a party is not shown. */
export type SessionProblemKind =
  | 'notFound'
  | 'ended'
  | 'removed'
  /** Banned, locked or an old link: they are not told apart. */
  | 'notOpen'
  | 'connect'
  | 'server'
  | 'full'
  | 'upgrade'
  | 'framed'
  | 'noCookie'
  /** The page gets through, and the live connection does not. */
  | 'blocked'
  /** The server was told another address than the one this page has. */
  | 'wrongAddress';

export interface SessionProblemProps {
  readonly kind: SessionProblemKind;
  readonly sessionId: string;
  /** What was playing, as far as it is known. */
  readonly media?: Pick<Media, 'id' | 'url' | 'kind'> | null;
  readonly onRetry: () => void;
  /** This tab has an identity of its own from now on. */
  readonly onIdentity: () => void;
}

const ICONS = {
  notFound: SearchX,
  ended: Flag,
  removed: UserX,
  notOpen: DoorClosed,
  connect: WifiOff,
  server: DoorOpen,
  full: Users,
  upgrade: RefreshCw,
  framed: AppWindow,
  noCookie: Cookie,
  blocked: Unplug,
  wrongAddress: Signpost,
} as const;

/** What happened to the party, and a button that does something about it. */
export function SessionProblem({ kind, sessionId, media, onRetry, onIdentity }: SessionProblemProps) {
  const { t } = useTranslation();
  const Icon = ICONS[kind];
  // What cannot be gone back to is offered nowhere.
  useEffect(() => {
    const wasIn = recentParties.find(sessionId) !== undefined;
    if (kind === 'notOpen') recentParties.remove(sessionId);
    // They are asked at the gate before a host is asked about them; who has never been in is nobody to be welcomed back.
    if (kind === 'removed' || (kind === 'notOpen' && wasIn)) forgetSeat(sessionId);
  }, [kind, sessionId]);
  const canRetry = ['connect', 'server', 'full', 'blocked'].includes(kind);
  // Opened again much later, the server says no more than that it is over; this device may remember what it was.
  const ref = kind !== 'ended' ? undefined : media ? mediaRefOf(media) : recentParties.find(sessionId)?.media;
  const needsIdentity = kind === 'noCookie' || kind === 'framed';
  const hasMain = canRetry || kind === 'removed' || needsIdentity || kind === 'upgrade' || kind === 'wrongAddress' || ref !== undefined;
  return (
    <Page>
      <NoticePage
        icon={<Icon className="size-8" />}
        title={t(`partyProblem.${kind}Title`)}
        text={t(`partyProblem.${kind}Text`, { here: window.location.origin })}
        actions={
          <>
            {ref ? <StartAgain media={ref} /> : null}
            {kind === 'removed' ? (
              <Button variant="primary" icon={<Hand aria-hidden className="size-4" />} onClick={onRetry}>
                {t('partyProblem.removedAsk')}
              </Button>
            ) : null}
            {canRetry ? (
              <Button variant="primary" icon={<RefreshCw aria-hidden className="size-4" />} onClick={onRetry}>
                {t('app.tryAgain')}
              </Button>
            ) : null}
            {kind === 'framed' ? (
              <a href={window.location.href} target="_blank" rel="noreferrer" className={LINK_BUTTON}>
                {t('partyProblem.framedOpen')}
              </a>
            ) : null}
            {needsIdentity ? <TabOnly main={kind === 'noCookie'} onDone={onIdentity} /> : null}
            {kind === 'upgrade' ? (
              <Button variant="primary" onClick={() => window.location.reload()}>
                {t('app.reload')}
              </Button>
            ) : null}
            {kind === 'framed' ? null : (
              <Link to="/" className={hasMain ? LINK_BUTTON_SECONDARY : LINK_BUTTON}>
                {hasMain ? t('app.toHome') : t('partyProblem.endedNew')}
              </Link>
            )}
          </>
        }
      />
    </Page>
  );
}

/** Where no cookie can be kept: an identity for as long as this tab is open. */
function TabOnly({ main, onDone }: { readonly main: boolean; readonly onDone: () => void }) {
  const { t } = useTranslation();
  const begin = useMutation({ mutationFn: beTabOnly, onSuccess: onDone });
  return (
    <div className="flex flex-col items-center gap-2">
      <Button variant={main ? 'primary' : 'secondary'} busy={begin.isPending} onClick={() => begin.mutate()}>
        {t('partyProblem.tabOnly')}
      </Button>
      {begin.isError ? <AlertText>{problemWords(t, begin.error, t('problem.serverFailed'))}</AlertText> : null}
    </div>
  );
}

function StartAgain({ media }: { readonly media: MediaRef }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [fault, setFault] = useState<MediaFault | null>(null);
  const start = useMutation({
    // What played last week may be gone by now.
    async mutationFn({ anyway }: { readonly anyway: boolean }) {
      const found = anyway ? null : await (await import('../../../lib/media-fault/probe-link.ts')).probeRef(media);
      setFault(found?.plays === false ? found.fault : null);
      return found?.plays === false ? null : createSession({ media });
    },
    onSuccess(session) {
      if (session === null) return;
      justStarted.add(session.id);
      void navigate({ to: '/s/$sessionId', params: { sessionId: session.id } });
    },
  });
  return (
    <div className="flex flex-col items-center gap-2">
      <Button variant="primary" busy={start.isPending} onClick={() => start.mutate({ anyway: false })}>
        {t('partyProblem.endedAgain')}
      </Button>
      {fault && !isFinal(fault) ? <Button onClick={() => start.mutate({ anyway: true })}>{t('problem.startAnyway')}</Button> : null}
      {fault || start.isError ? (
        <AlertText>{fault ? faultWords(t, fault) : problemWords(t, start.error, t('problem.startFailed'))}</AlertText>
      ) : null}
    </div>
  );
}
