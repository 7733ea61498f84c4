import { storage } from './device.ts';

export type Theme = 'system' | 'dark' | 'light';

const KEY = 'cowatch.theme';
/** The background of each theme, for the browser's own frame. */
const FRAME_COLORS = { dark: '#100f12', light: '#faf8f5' } as const;

export function currentTheme(): Theme {
  const stored = storage.getItem(KEY);
  return stored === 'dark' || stored === 'light' ? stored : 'system';
}

/** Applies a theme and keeps it for this device. `shell/begin.js` applies it again before the next first paint. */
export function setTheme(theme: Theme) {
  if (theme === 'system') storage.removeItem(KEY);
  else storage.setItem(KEY, theme);
  applyTheme(theme);
}

export function applyTheme(theme: Theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    meta.content = FRAME_COLORS[theme === 'system' ? (meta.media.includes('light') ? 'light' : 'dark') : theme];
  }
}
