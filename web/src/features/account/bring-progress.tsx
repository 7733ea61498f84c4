import type { BroughtGuest } from '@cowatch/shared/protocol';
import { useTranslation } from 'react-i18next';
import { ProgressBar } from '../../ui/progress-bar.tsx';

/** Progress of a viewer merge, into the account or out of it. Screen readers announce each quarter. */
export function BringProgress(props: {
  readonly guest: BroughtGuest;
  /** Where a heading says what goes on. */
  readonly labelHidden?: boolean;
}) {
  const { guest, labelHidden = false } = props;
  const { t } = useTranslation();
  const { state, moved, total } = guest;
  const label = state === 'undoing' ? t('guest.undoing') : t('guest.moving');
  const quarter = total === 0 ? 0 : Math.floor((4 * Math.min(moved, total)) / total);
  return (
    <div className="flex flex-col gap-2">
      <p className="flex items-baseline justify-between gap-4 text-sm">
        {labelHidden ? null : <span className="font-semibold">{label}</span>}
        <span className="text-muted tabular">{t('guest.progress', { moved, count: total })}</span>
      </p>
      <ProgressBar label={label} value={moved} max={total} />
      <p role="status" className="sr-only">
        {t('guest.heard', { label, percent: 25 * quarter })}
      </p>
    </div>
  );
}
