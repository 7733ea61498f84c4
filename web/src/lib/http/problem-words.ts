import type { TFunction } from 'i18next';
import { waitWords } from '../format-time.ts';
import { HttpProblem, isOriginRefusal } from './http.ts';

const WAIT_MS = 5000;

/** What went wrong and what to do about it, where the server or the connection says so; else `otherwise`. */
export function problemWords(t: TFunction, error: unknown, otherwise: string): string {
  if (!(error instanceof HttpProblem)) return otherwise;
  if (error.code === 'offline') return t('problem.offline');
  if (isOriginRefusal(error.details)) return t('problem.wrongAddressText', { here: window.location.origin });
  if (error.code !== 'rate_limited') return otherwise;
  return t('problem.rateLimited', { time: waitOf(error) });
}

/** How long to wait after a refusal, in words. */
export const waitOf = ({ retryAfterMs }: HttpProblem) => waitWords(retryAfterMs ?? WAIT_MS, document.documentElement.lang);
