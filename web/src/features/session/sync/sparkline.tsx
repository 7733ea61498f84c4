import type { DriftPoint } from '@cowatch/shared/client';
import { useTranslation } from 'react-i18next';
import { sparkline } from './sparkline-path.ts';

const WIDTH = 288;
const HEIGHT = 56;
const SPAN_MS = 60_000;

/** The own drift over the last minute; the middle line is the party. */
export function Sparkline({ history }: { readonly history: readonly DriftPoint[] }) {
  const { t } = useTranslation();
  const shape = sparkline(history, { width: WIDTH, height: HEIGHT, spanMs: SPAN_MS });
  if (!shape) return <p className="text-sm text-muted">{t('syncPanel.chartEmpty')}</p>;
  return (
    <svg
      role="img"
      aria-label={t('syncPanel.chart', {
        worst: Math.round(shape.worstMs),
        now: Math.abs(Math.round(shape.nowMs)),
      })}
      viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`}
      className="w-full overflow-visible rounded-lg bg-raised"
    >
      <line x1="0" x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} className="stroke-line-strong" strokeDasharray="2 4" />
      <path d={shape.path} fill="none" className="stroke-accent" strokeWidth="2" strokeLinejoin="round" />
    </svg>
  );
}
