import type { BroughtGuest, GuestAside } from '@cowatch/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { History, Undo2, UserRound } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { AlertText } from '../../ui/alert-text.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { IconTile } from '../../ui/icon-tile.tsx';
import { LazyConfirmDialog } from '../../ui/overlays/lazy-dialogs.tsx';
import { accountWords } from './account-words.ts';
import { bringGuest, undoGuest } from './api.ts';
import { BringProgress } from './bring-progress.tsx';
import { type NameOf, useGuestWords } from './use-guest-words.ts';

export interface GuestSectionProps {
  /** The guest of this browser; null where there is nothing of them. */
  readonly guest: GuestAside | null;
  readonly brought: readonly BroughtGuest[];
  readonly nameOf: NameOf;
  readonly onChanged: () => void;
  /** A guest is on the way out: what this browser knows of them is not the account's any more. */
  readonly onUndone: () => void;
}

/** The guest of this browser, to bring along; and those who came, for as long as they can be taken out again. */
export function GuestSection({ guest, brought, nameOf, onChanged, onUndone }: GuestSectionProps) {
  const { t } = useTranslation();
  if (guest === null && brought.length === 0) return null;
  return (
    <Card title={t('guest.section')} text={t('guest.sectionText')}>
      {guest === null ? null : <Aside guest={guest} nameOf={nameOf} onChanged={onChanged} />}
      {brought.length === 0 ? null : (
        <ul aria-label={t('guest.came')} className="flex flex-col divide-y divide-line">
          {brought.map((one) => (
            <li key={one.viewerId} className="py-3 first:pt-0 last:pb-0">
              {one.state === 'brought' ? <Brought guest={one} onChanged={onChanged} onUndone={onUndone} /> : <BringProgress guest={one} />}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Aside(props: Pick<GuestSectionProps, 'nameOf' | 'onChanged'> & { readonly guest: GuestAside }) {
  const { guest, nameOf, onChanged } = props;
  const { t } = useTranslation();
  const words = useGuestWords(nameOf);
  const bring = useMutation({ mutationFn: bringGuest, onSuccess: onChanged });
  return (
    <>
      {bring.error ? <AlertText>{accountWords(t, bring.error)}</AlertText> : null}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <div className="flex min-w-0 flex-1 basis-56 items-center gap-3">
          <IconTile icon={UserRound} />
          <div className="min-w-0">
            <p className="font-semibold">{words.amount(guest)}</p>
            <p className="truncate text-sm text-muted">{words.last(guest)}</p>
          </div>
        </div>
        <Button className="max-sm:w-full" busy={bring.isPending} onClick={() => bring.mutate()}>
          {t('guest.bring')}
        </Button>
      </div>
    </>
  );
}

function Brought(props: Pick<GuestSectionProps, 'onChanged' | 'onUndone'> & { readonly guest: BroughtGuest }) {
  const { guest, onChanged, onUndone } = props;
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const undo = useMutation({
    mutationFn: () => undoGuest(guest.viewerId),
    onSuccess: onUndone,
    onSettled: onChanged,
  });
  const when = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
  });
  const until = when.format(guest.undoUntilMs);
  return (
    <>
      {undo.error ? <AlertText>{accountWords(t, undo.error)}</AlertText> : null}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <div className="flex min-w-0 flex-1 basis-56 items-center gap-3">
          <IconTile icon={History} />
          <div className="min-w-0">
            <p className="font-semibold">{t('guest.cameTitles', { count: guest.moved })}</p>
            <p className="text-sm text-muted">{t('guest.undoUntil', { time: until })}</p>
          </div>
        </div>
        <Button
          className="max-sm:w-full"
          icon={<Undo2 aria-hidden className="size-4" />}
          busy={undo.isPending}
          onClick={() => setAsking(true)}
        >
          {t('guest.undo')}
        </Button>
      </div>
      <LazyConfirmDialog
        open={asking}
        title={t('guest.undoAsk')}
        text={t('guest.undoText')}
        confirmLabel={t('guest.undoDo')}
        cancelLabel={t('app.cancel')}
        onConfirm={() => {
          setAsking(false);
          undo.mutate();
        }}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
