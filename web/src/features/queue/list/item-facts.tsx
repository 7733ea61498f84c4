import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../lib/format-time.ts';

export interface ItemFactsProps {
  /** Seconds; null while nobody knows. */
  readonly durationS: number | null;
  /** Where it was left, in seconds. */
  readonly leftAtS?: number | undefined;
  /** Who added it; null where nobody did. */
  readonly addedBy: string | null;
  readonly own: boolean;
}

/** How long a video is, where it was left, and who added it. */
export function ItemFacts({ durationS, leftAtS, addedBy, own }: ItemFactsProps) {
  const { t } = useTranslation();
  const facts = [
    durationS === null ? null : formatTime(durationS),
    leftAtS === undefined ? null : t('queue.leftAt', { time: formatTime(leftAtS) }),
  ].filter((fact) => fact !== null);
  return (
    <p className="mt-0.5 flex min-w-0 items-center gap-1 text-xs text-muted">
      {facts.map((fact) => (
        <span key={fact} className="tabular shrink-0 after:ms-1 after:content-['·'] last:after:content-none">
          {fact}
        </span>
      ))}
      {addedBy === null ? null : (
        <span className="min-w-0 truncate">
          <span className="sr-only">{own ? t('queue.addedByYou') : t('queue.addedBy', { name: addedBy })}</span>
          <bdi aria-hidden>{own ? t('queue.you') : addedBy}</bdi>
        </span>
      )}
    </p>
  );
}
