import type { Metrics } from '../platform/metrics/metrics.ts';

/** What titles measure of themselves. */
export interface TitlesMetrics {
  asked(outcome: 'found' | 'none' | 'failed' | 'busy'): void;
  refusedPicture(): void;
}

export function createTitlesMetrics(metrics: Metrics): TitlesMetrics {
  const asks = metrics.counter({
    name: 'cowatch_title_asks_total',
    help: 'Questions to services what a video is called, by outcome; busy is one that was not asked.',
    labelNames: ['outcome'],
  });
  const refused = metrics.counter({
    name: 'cowatch_title_pictures_refused_total',
    help: 'Pictures from elsewhere that are none, or too large.',
  });
  return { asked: (outcome) => asks.inc({ outcome }), refusedPicture: () => refused.inc() };
}
