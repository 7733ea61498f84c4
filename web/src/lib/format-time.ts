/**
 * Seconds as people read them on a player: `0:07`, `41:10`, `1:38:00`.
 * Anything that is not a length (NaN, Infinity, negative) reads as `0:00`.
 */
export function formatTime(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** A span of milliseconds, short: milliseconds below a second, then tenths of seconds, then whole seconds. */
export function spanOf(ms: number): { readonly unit: 'ms' | 's'; readonly n: string } {
  const size = Math.abs(ms);
  if (size < 995) return { unit: 'ms', n: String(Math.round(size)) };
  return { unit: 's', n: size < 9950 ? (size / 1000).toFixed(1) : String(Math.round(size / 1000)) };
}

/** "3 hours ago", in a language. */
export function ago(thenMs: number, nowMs: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const minutes = Math.round((thenMs - nowMs) / 60_000);
  if (minutes > -60) return format.format(Math.min(0, minutes), 'minute');
  if (minutes > -24 * 60) return format.format(Math.round(minutes / 60), 'hour');
  return format.format(Math.round(minutes / (24 * 60)), 'day');
}

/** "45 seconds", "15 minutes": how long to wait, rounded up, in a language. */
export function waitWords(ms: number, language: string): string {
  const seconds = Math.ceil(ms / 1000);
  const [count, unit] = seconds < 90 ? [seconds, 'second'] : [Math.ceil(seconds / 60), 'minute'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}
