import type { SessionInfo } from '@cowatch/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { fetchSession } from '../../features/session/api.ts';
import { preloadSessionClient } from '../../features/session/index.ts';
import { HttpProblem } from '../../lib/http/http.ts';
import { isKnownAgain } from '../../lib/identity/api.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { learnMe } from '../me.ts';
import type { SessionProblemKind } from './session/session-problem.tsx';
import { isFramed } from './session/session-problem-kind.ts';
import { SessionProblem } from './session/session-problem-part.ts';
import { SessionScreen } from './session/session-screen.tsx';
import { useSlow } from './session/use-slow.ts';

/** Opening takes a moment; this long without an answer is worth saying, in milliseconds. It goes on meanwhile. */
const OPEN_SLOW_MS = 8000;

const DoorScreen = lazyPart(() => import('./session/door-screen.tsx'), 'DoorScreen');

const SESSION_ID = /^[\w-]{22}$/;

/** The page of a party: what is known over HTTP first, then the party itself. */
export function SessionPage() {
  const { sessionId } = useParams({ from: '/s/$sessionId' });
  return <SessionLoader key={sessionId} sessionId={sessionId} />;
}

function SessionLoader({ sessionId }: { readonly sessionId: string }) {
  const { t } = useTranslation();
  const valid = SESSION_ID.test(sessionId);
  const session = useQuery({
    queryKey: ['session', sessionId],
    enabled: valid,
    queryFn: async () => {
      // The identity first: with it the answer says whether the party is one's own, and the socket lets us in.
      const me = await learnMe();
      const [isKnown, info] = await Promise.all([isKnownAgain(me), fetchSession(sessionId).catch((error: unknown) => error)]);
      if (!isKnown) throw new HttpProblem('unauthenticated', 'There is no cookie.');
      if (info instanceof HttpProblem && info.details.reason === 'knock') return { me, info: null };
      if (info instanceof Error) throw info;
      return { me, info: info as SessionInfo };
    },
  });
  // Whoever comes back is in as soon as the answer is here.
  useEffect(preloadSessionClient, []);
  const slow = useSlow(valid && session.isPending, OPEN_SLOW_MS);
  const retry = () => void session.refetch();

  const navigate = useNavigate();

  // Somebody else is here from the moment on in which this tab has an identity of its own.
  if (session.data) {
    const { me, info } = session.data;
    if (info !== null) return <SessionScreen key={me.viewerId} me={me} info={info} onIdentity={retry} />;
    const leave = () => void navigate({ to: '/' });
    return <DoorScreen key={me.viewerId} sessionId={sessionId} me={me} onIn={retry} onLeave={leave} onIdentity={retry} />;
  }
  if (!valid || session.error || slow) {
    const kind = !valid ? 'notFound' : session.error ? problemOf(session.error) : 'connect';
    return <SessionProblem kind={kind} sessionId={sessionId} onRetry={retry} onIdentity={retry} />;
  }
  return (
    <div role="status" className="flex h-dvh items-center justify-center bg-black text-white">
      <Spinner className="size-10 animate-late" />
      <span className="sr-only">{t('party.loading')}</span>
    </div>
  );
}

function problemOf(error: unknown): SessionProblemKind {
  const code = error instanceof HttpProblem ? error.code : 'internal';
  if (code === 'not_found' || code === 'bad_request') return 'notFound';
  if (code === 'gone') return 'ended';
  if (code === 'forbidden') return 'notOpen';
  if (code === 'internal') return 'server';
  if (code === 'unauthenticated') return isFramed() ? 'framed' : 'noCookie';
  return 'connect';
}
