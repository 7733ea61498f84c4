import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMediaQuery } from '../../lib/hooks/use-media-query.ts';
import { cx } from '../../ui/cx.ts';
import './together-picture.css';

/**
 * What this is, in a moving picture: three people, three screens, one frame. Pressed, it stops for all three at once.
 * Drawn, so that there is nothing to download; still where less motion is wanted.
 */
export function TogetherPicture({ className }: { readonly className?: string }) {
  const { t } = useTranslation();
  const still = useMediaQuery('(prefers-reduced-motion: reduce)');
  const [paused, setPaused] = useState(false);
  return (
    <figure dir="ltr" className={cx('relative', className)} data-paused={paused || undefined}>
      <svg role="img" aria-label={t('home.picture')} viewBox="0 0 480 292" className="together size-full" direction="ltr">
        <FilmColors />
        <Laptop />
        <Tablet />
        <Phone />
        <Face x={52} y={240} name="Ana" skin="#f2a57c" hair="#6b3b2a" top="M-21 2a21 21 0 0 1 42 0c-6-9-12-12-21-12s-16 3-21 12z" />
        <Face x={352} y={160} name="Ben" skin="#c98a5e" hair="#2c2430" top="M-20 -4a20 20 0 0 1 40 0c-12-5-28-5-40 0z" />
        <Face
          nameFirst
          x={216}
          y={246}
          name="Cleo"
          skin="#ffd0a8"
          hair="#d9822b"
          top="M-21 8a21 21 0 1 1 42 0c-2-14-9-20-19-19-12 1-20 7-23 19z"
        />
      </svg>
      {still ? null : (
        <button
          type="button"
          aria-label={paused ? t('home.picturePlay') : t('home.picturePause')}
          onClick={() => setPaused(!paused)}
          className="group absolute inset-0 flex items-end justify-end rounded-card"
        >
          <span
            aria-hidden
            className="inline-flex size-9 items-center justify-center rounded-full border border-line bg-surface text-muted transition-colors duration-150 group-hover:text-text"
          >
            {paused ? <Play className="size-4 fill-current" /> : <Pause className="size-4 fill-current" />}
          </span>
        </button>
      )}
    </figure>
  );
}

function FilmColors() {
  return (
    <defs>
      <linearGradient id="film-sky" x2="0" y2="1">
        <stop stopColor="#2a2350" />
        <stop offset=".55" stopColor="#a04b78" />
        <stop offset="1" stopColor="#ffab6e" />
      </linearGradient>
      <clipPath id="film-edge">
        <rect width="160" height="90" rx="3" />
      </clipPath>
    </defs>
  );
}

/** Hills that go on for ever: as wide as the frame, and once more. */
const FAR = 'M0 62C18 44 36 46 56 58S102 68 124 52 152 54 160 62V90H0z';
const NEAR = 'M0 76C26 60 44 68 66 75S112 82 132 70 152 70 160 76V90H0z';

/** The film that they watch. */
function Film(props: { readonly x: number; readonly y: number; readonly width: number }) {
  return (
    <svg aria-hidden {...props} height={(props.width * 9) / 16} viewBox="0 0 160 90">
      <g clipPath="url(#film-edge)">
        <rect width="160" height="90" fill="url(#film-sky)" />
        <circle className="film-sun" cx="116" cy="44" r="14" fill="#ffe0a6" />
        <g className="film-far" fill="#6d3a70">
          <path d={FAR} />
          <path d={FAR} transform="translate(160)" />
        </g>
        <g className="film-balloon">
          <path d="M52 26c0-9 6-15 14-15s14 6 14 15c0 7-6 12-10 18h-8c-4-6-10-11-10-18z" fill="#ff6f59" />
          <path d="M61 26c0-9 2-15 5-15s5 6 5 15c0 7-2 12-3.5 18h-3c-1.5-6-3.5-11-3.5-18z" fill="#ffd166" />
          <path d="M62.5 44.5h7l-.8 3.5h-5.400z" fill="#2a2350" />
          <rect x="62.5" y="49" width="7" height="5" rx="1.2" fill="#8a5a3c" />
        </g>
        <g className="film-near" fill="#2f2148">
          <path d={NEAR} />
          <path d={NEAR} transform="translate(160)" />
        </g>
        <rect y="86" width="160" height="4" fill="#fff" opacity=".28" />
        <rect className="film-progress" y="86" width="160" height="4" fill="#5ee0bd" />
      </g>
    </svg>
  );
}

const BODY = { className: 'fill-raised stroke-line-strong', strokeWidth: 1.5 } as const;

function Laptop() {
  return (
    <g>
      <rect x="16" y="8" width="276" height="164" rx="11" {...BODY} />
      <Film x={26} y={18} width={256} />
      <path d="M2 176h304c0 9-6 14-14 14H16c-8 0-14-5-14-14z" {...BODY} />
    </g>
  );
}

function Tablet() {
  return (
    <g>
      <rect x="318" y="30" width="154" height="96" rx="10" {...BODY} />
      <Film x={327} y={39} width={136} />
    </g>
  );
}

function Phone() {
  return (
    <g>
      <rect x="254" y="206" width="134" height="78" rx="13" {...BODY} />
      <Film x={267} y={212} width={116} />
    </g>
  );
}

interface FaceProps {
  /** The name stands before the face: there is a screen behind it. */
  readonly nameFirst?: boolean;
  readonly x: number;
  readonly y: number;
  readonly name: string;
  readonly skin: string;
  readonly hair: string;
  /** Outline of the hair, around the middle of the face. */
  readonly top: string;
}

/** A person, and the tick of being in sync. */
function Face({ x, y, name, skin, hair, top, nameFirst = false }: FaceProps) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <circle r="26" className="fill-accent-soft" />
      <circle r="19" cy="3" fill={skin} />
      <path d={top} fill={hair} />
      <g fill="#2c2430">
        <circle cx="-6.5" cy="2" r="2.2" />
        <circle cx="6.5" cy="2" r="2.2" />
      </g>
      <path d="M-6 9c3 4.5 9 4.5 12 0" fill="none" stroke="#2c2430" strokeWidth="2.2" strokeLinecap="round" />
      <g transform="translate(19 17)">
        <circle r="9" className="fill-accent stroke-bg" strokeWidth="2.5" />
        <path
          d="M-3.8 .3l2.700 2.700 4.900-5.400"
          fill="none"
          className="stroke-on-accent"
          strokeWidth="2.2"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </g>
      <text x={nameFirst ? -34 : 36} y="4" textAnchor={nameFirst ? 'end' : 'start'} className="fill-text text-[14px] font-semibold">
        {name}
      </text>
    </g>
  );
}
