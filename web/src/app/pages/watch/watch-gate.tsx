import type { ResumeClient } from '@cowatch/shared/client';
import { Play, RotateCcw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { type SoloWatch, useDeviceName } from '../../../features/resume/index.ts';
import { formatTime } from '../../../lib/format-time.ts';
import { Button } from '../../../ui/button.tsx';
import { GATE_CARD } from '../../../ui/gate.ts';
import { Spinner } from '../../../ui/spinner.tsx';
import type { WatchStart } from './use-watch-start.ts';

export interface WatchGateProps {
  readonly name: string;
  readonly resume: ResumeClient | null;
  readonly watch: SoloWatch;
  readonly start: WatchStart;
}

/** Over the picture until somebody has said where to begin. */
export function WatchGate({ name, resume, watch: { known, begin }, start: { resumable, fromS } }: WatchGateProps) {
  const { t } = useTranslation();
  const deviceNameOf = useDeviceName(resume);
  if (known === null) {
    return (
      <div role="status">
        <Spinner className="size-10 animate-late" />
        <span className="sr-only">{t('watch.asking')}</span>
      </div>
    );
  }
  const wasAt = () => {
    if (resumable === null) return null;
    const time = formatTime(resumable.positionMs / 1000);
    if (resumable.device.id === resume?.device.id) return t('watch.wasAt', { time });
    return t('watch.wasAtOn', { time, device: deviceNameOf(resumable.device) });
  };
  return (
    <section aria-labelledby="watch-heading" className={GATE_CARD}>
      <div>
        {resumable ? <p className="text-sm font-semibold text-accent">{wasAt()}</p> : null}
        <h2 id="watch-heading" className="mt-1 text-2xl leading-tight font-bold text-balance wrap-anywhere">
          {name}
        </h2>
      </div>
      <Button
        variant="primary"
        size="lg"
        autoFocus
        icon={<Play aria-hidden className="size-5 fill-current" />}
        onClick={() => begin(fromS)}
      >
        {resumable ? t('watch.resume', { time: formatTime(fromS) }) : t('watch.play')}
      </Button>
      {resumable ? (
        <Button icon={<RotateCcw aria-hidden className="size-4" />} onClick={() => begin(0)}>
          {t('watch.startOver')}
        </Button>
      ) : null}
    </section>
  );
}
