import { Hand } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { GATE_CARD } from '../../../ui/gate.ts';

export interface KnockCoverProps {
  /** Null where it is not told: who has never been in is told nothing of the party. */
  readonly partyName: string | null;
  /** They do not want in any more. */
  readonly onLeave: () => void;
}

/** Over the blurred picture while a host is asked whether somebody may come in: they are let in without doing anything. */
export function KnockCover({ partyName, onLeave }: KnockCoverProps) {
  const { t } = useTranslation();
  return (
    <div className="absolute inset-0 flex scheme-dark items-center justify-center overflow-y-auto bg-black/15 p-4 text-text">
      <section aria-labelledby="waiting-heading" className={`${GATE_CARD} items-center text-center`}>
        <span className="flex size-14 items-center justify-center rounded-full bg-accent-soft text-accent">
          <Hand aria-hidden className="size-7 animate-pulse" />
        </span>
        <div role="status">
          <h1 id="waiting-heading" className="text-2xl leading-tight font-bold text-balance">
            {t('gate.waitingTitle')}
          </h1>
          <p className="mt-2 text-sm text-muted text-pretty wrap-anywhere">
            {partyName === null ? t('gate.waitingTextPlain') : t('gate.waitingText', { name: partyName })}
          </p>
        </div>
        <Button onClick={onLeave}>{t('gate.waitingLeave')}</Button>
      </section>
    </div>
  );
}
