import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import { GATE_CARD } from '../../../ui/gate.ts';

export interface OtherTabCoverProps {
  readonly partyName: string;
  /** The press is the gesture after which the browser lets the video sound. */
  readonly onUse: () => void;
}

/** Over the blurred picture where another tab of this browser is in the party: one person sits in one seat. */
export function OtherTabCover({ partyName, onUse }: OtherTabCoverProps) {
  const { t } = useTranslation();
  return (
    <div className="absolute inset-0 flex scheme-dark items-center justify-center overflow-y-auto bg-black/15 p-4 text-text">
      <section aria-labelledby="other-tab" className={GATE_CARD}>
        <div>
          <p className="text-sm font-semibold text-accent wrap-anywhere">{partyName}</p>
          <h1 id="other-tab" className="mt-1 text-2xl leading-tight font-bold text-balance">
            {t('otherTab.title')}
          </h1>
          <p className="mt-2 text-sm text-muted">{t('otherTab.text')}</p>
        </div>
        <Button variant="primary" size="lg" onClick={onUse}>
          {t('otherTab.use')}
        </Button>
      </section>
    </div>
  );
}
