import { useTranslation } from 'react-i18next';

/** From where videos play, each with a shape and a colour of its own beside its name: our drawings, nobody's logo. */
const MARKS = [
  { name: 'YouTube', color: '#e5484d', path: 'M2 4.5h12v7H2z' },
  { name: 'Vimeo', color: '#2a9fd6', path: 'M2 3h12L8 13z' },
  { name: 'Twitch', color: '#8e6ff7', path: 'M3 2h10v8l-3 3H3z' },
  { name: 'Wistia', color: '#3f7cf4', path: 'M8 2l6 6-6 6-6-6z' },
  { name: null, color: '#e0912f', path: 'M3 2h7l3 3v9H3z' },
  { name: 'HLS · DASH', color: '#2f9e6e', path: 'M2 3h3v10H2zM6.5 6h3v7h-3zM11 4.5h3V13h-3z' },
] as const;

export function ServiceMarks() {
  const { t } = useTranslation();
  return (
    <ul aria-label={t('home.plays')} className="flex flex-wrap gap-1.5">
      {MARKS.map(({ name, color, path }) => (
        <li
          key={path}
          className="inline-flex items-center gap-1.5 rounded-full border border-line bg-surface px-2 py-1 text-xs font-semibold text-muted"
        >
          <svg aria-hidden viewBox="0 0 16 16" className="size-3.5" fill={color}>
            <path d={path} stroke={color} strokeWidth="1.5" strokeLinejoin="round" />
          </svg>
          {name ?? t('home.playsFiles')}
        </li>
      ))}
    </ul>
  );
}
