import type { BroughtGuest, GuestAside, Me } from '@cowatch/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { Check, History } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { accountWords } from './account-words.ts';
import { bringGuest } from './api.ts';
import { BringProgress } from './bring-progress.tsx';
import { type NameOf, useGuestWords } from './use-guest-words.ts';

/** What has come by then goes on without a further word; in milliseconds. */
const QUICK_MS = 2000;

export interface BringQuestionProps {
  readonly username: string;
  readonly nameOf: NameOf;
  /** The guest of this browser; null once it was brought along. */
  readonly guest: GuestAside | null;
  /** That guest on the way. */
  readonly onItsWay: BroughtGuest | null;
  /** Which answer is offered first. */
  readonly bringFirst: boolean;
  readonly onBrought: (me: Me) => void;
  /** Not to be asked again. */
  readonly onLeft: () => void;
  /** To where they were going. */
  readonly onGoOn: () => void;
}

/** Asks after a sign-in whether what was watched in this browser was the same person, and shows it coming along. */
export function BringQuestion(props: BringQuestionProps) {
  const { guest, onItsWay, onGoOn } = props;
  if (onItsWay !== null) return <OnItsWay guest={onItsWay} onGoOn={onGoOn} />;
  return guest === null ? null : <Question {...props} guest={guest} />;
}

function Question(props: BringQuestionProps & { readonly guest: GuestAside }) {
  const { guest, username, bringFirst, onBrought, onLeft } = props;
  const { t } = useTranslation();
  const words = useGuestWords(props.nameOf);
  const bring = useMutation({ mutationFn: bringGuest, onSuccess: onBrought });
  const yes = (
    <Button key="yes" size="lg" variant={bringFirst ? 'primary' : 'secondary'} busy={bring.isPending} onClick={() => bring.mutate()}>
      {t('guest.bring')}
    </Button>
  );
  const no = (
    <Button key="no" size="lg" variant={bringFirst ? 'secondary' : 'primary'} onClick={onLeft}>
      {t('guest.leave')}
    </Button>
  );
  return (
    <Card level={1} title={t('guest.ask')} text={t('guest.askText', { name: username })}>
      <div className="flex items-center gap-3 rounded-control bg-raised px-4 py-3">
        <History aria-hidden className="size-5 shrink-0 text-muted" />
        <div className="min-w-0">
          <p className="font-semibold">{words.amount(guest)}</p>
          <p className="truncate text-sm text-muted">{words.last(guest)}</p>
        </div>
      </div>
      {bring.error ? <AlertText>{accountWords(t, bring.error)}</AlertText> : null}
      <div className="flex flex-wrap gap-3 max-sm:flex-col">{bringFirst ? [yes, no] : [no, yes]}</div>
      <p className="text-sm text-pretty text-muted">{t('guest.askHint')}</p>
    </Card>
  );
}

function OnItsWay({ guest, onGoOn }: { readonly guest: BroughtGuest; readonly onGoOn: () => void }) {
  const { t } = useTranslation();
  const [sinceMs] = useState(() => performance.now());
  const goOn = useRef(onGoOn);
  goOn.current = onGoOn;
  const done = guest.state === 'brought';
  // What was pressed is gone: keyboards and screen readers go on from here.
  const way = useRef<HTMLButtonElement>(null);
  useEffect(() => way.current?.focus(), []);
  useEffect(() => {
    if (done && performance.now() - sinceMs < QUICK_MS) goOn.current();
  }, [done, sinceMs]);
  return (
    <Card level={1} title={done ? t('guest.done') : t('guest.moving')} text={done ? t('guest.doneText') : t('guest.movingText')}>
      {done ? (
        <p role="status" className="flex items-center gap-3 font-semibold">
          <Check aria-hidden className="size-5 text-accent" />
          {t('guest.doneTitles', { count: guest.moved })}
        </p>
      ) : (
        <BringProgress guest={guest} labelHidden />
      )}
      <Button ref={way} size="lg" variant="primary" className="self-start max-sm:w-full" onClick={onGoOn}>
        {t('guest.goOn')}
      </Button>
    </Card>
  );
}
