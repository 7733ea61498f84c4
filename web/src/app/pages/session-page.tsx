import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { fetchSession, isFramed, isKnownAgain } from '../../lib/api.ts';
import { HttpProblem } from '../../lib/http.ts';
import { Spinner } from '../../ui/spinner.tsx';
import { learnMe } from '../me.ts';
import { SessionProblem, type SessionProblemKind } from './session-problem.tsx';
import { SessionScreen } from './session-screen.tsx';

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
      if (!(await isKnownAgain(me))) throw new HttpProblem('unauthenticated', 'There is no cookie.');
      return { me, info: await fetchSession(sessionId) };
    },
  });

  if (session.data) return <SessionScreen {...session.data} />;
  if (!valid || session.error) {
    return (
      <SessionProblem
        kind={valid ? problemOf(session.error) : 'notFound'}
        sessionId={sessionId}
        onRetry={() => void session.refetch()}
      />
    );
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
  if (code === 'forbidden') return 'removed';
  if (code === 'internal') return 'server';
  if (code === 'unauthenticated') return isFramed() ? 'framed' : 'noCookie';
  return 'connect';
}
