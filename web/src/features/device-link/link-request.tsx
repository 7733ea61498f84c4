import { useMutation, useQuery } from '@tanstack/react-query';
import { Check, CircleSlash, Clock, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { HttpProblem } from '../../lib/http/http.ts';
import { problemWords } from '../../lib/http/problem-words.ts';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { NoticePage } from '../../ui/notice-page.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { answerLink, fetchLinkRequest } from './api.ts';
import { groupCode } from './user-code.ts';

export interface LinkRequestCardProps {
  readonly code: string;
  readonly username: string;
  /** The way to enter another code. */
  readonly again: ReactNode;
  /** The way on, once it is answered. */
  readonly onwards: ReactNode;
}

/** Asks whether the device that shows a code may sign in. */
export function LinkRequestCard({ code, username, again, onwards }: LinkRequestCardProps) {
  const { t } = useTranslation();
  const request = useQuery({ queryKey: ['link', code], queryFn: () => fetchLinkRequest(code), staleTime: 0 });
  const answer = useMutation({ mutationFn: (allowed: boolean) => answerLink(code, allowed) });
  const problem = answer.error ?? request.error;
  const problemCode = problem instanceof HttpProblem ? problem.code : null;

  if (problemCode === 'not_found' || problemCode === 'bad_request') {
    return (
      <NoticePage
        icon={<SearchX className="size-7" />}
        title={t('deviceLink.unknown')}
        text={t('deviceLink.unknownText', { code: groupCode(code) })}
        actions={again}
      />
    );
  }
  if (problemCode === 'gone') {
    return (
      <NoticePage
        icon={<Clock className="size-7" />}
        title={t('deviceLink.gone')}
        text={t('deviceLink.goneElsewhereText')}
        actions={again}
      />
    );
  }
  if (request.isPending) {
    return (
      <div role="status" className="flex flex-1 items-center justify-center">
        <Spinner className="size-8 animate-late" />
        <span className="sr-only">{t('deviceLink.asking')}</span>
      </div>
    );
  }
  if (!request.data) {
    return (
      <Card title={t('deviceLink.enter')}>
        <AlertText>{problemWords(t, problem, t('problem.serverFailed'))}</AlertText>
        <Button className="self-start" onClick={() => void request.refetch()}>
          {t('app.tryAgain')}
        </Button>
      </Card>
    );
  }

  const device = request.data.deviceName;
  const status = answer.isSuccess ? (answer.variables ? 'approved' : 'denied') : request.data.status;
  if (status !== 'pending') {
    const allowed = status === 'approved';
    return (
      <div role="status" className="flex flex-1 flex-col">
        <NoticePage
          icon={allowed ? <Check className="size-8" /> : <CircleSlash className="size-7" />}
          title={allowed ? t('deviceLink.allowed', { device }) : t('deviceLink.refused', { device })}
          text={allowed ? t('deviceLink.allowedText') : t('deviceLink.refusedText')}
          actions={onwards}
        />
      </div>
    );
  }
  return (
    <Card level={1} title={t('deviceLink.ask', { device, name: username })} text={t('deviceLink.askText')}>
      <p className="rounded-control bg-raised px-4 py-3 text-center text-2xl font-bold tracking-widest tabular">{groupCode(code)}</p>
      {problem ? <AlertText>{problemWords(t, problem, t('problem.serverFailed'))}</AlertText> : null}
      <div className="flex flex-wrap gap-3 max-sm:flex-col">
        <Button variant="primary" size="lg" busy={answer.isPending && answer.variables} onClick={() => answer.mutate(true)}>
          {t('deviceLink.allow')}
        </Button>
        <Button size="lg" busy={answer.isPending && !answer.variables} onClick={() => answer.mutate(false)}>
          {t('deviceLink.refuse')}
        </Button>
      </div>
    </Card>
  );
}
