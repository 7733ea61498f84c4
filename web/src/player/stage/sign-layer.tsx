import './sign-words.ts';
import { Captions, ChevronsLeft, ChevronsRight, Gauge, Pause, Play, Volume1, Volume2, VolumeX } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../lib/format-time.ts';
import { cx } from '../../ui/cx.ts';
import { type PlayerSign, type ShownSign, SIGN_MS } from './player-signs.ts';

/** Shows what one has just done oneself: large enough to be seen, gone before it is in the way, spoken once it has settled. */
export function SignLayer({ latest }: { readonly latest: ShownSign }) {
  const words = useSignWords();
  const [over, setOver] = useState<{ readonly id: number; readonly said: string }>({ id: 0, said: '' });
  const shown = latest.id === over.id ? null : latest;
  useEffect(() => {
    const timer = setTimeout(() => setOver({ id: latest.id, said: words(latest.sign) }), SIGN_MS);
    return () => clearTimeout(timer);
  }, [latest, words]);

  return (
    <div className="pointer-events-none absolute inset-0 overflow-hidden">
      <p role="status" className="sr-only">
        {over.said}
      </p>
      {shown ? (
        <div key={shown.id} aria-hidden data-sign={shown.sign.kind}>
          <Sign sign={shown.sign} words={words} />
        </div>
      ) : null}
    </div>
  );
}

function Sign({ sign, words }: { readonly sign: PlayerSign; readonly words: (sign: PlayerSign) => string }) {
  switch (sign.kind) {
    case 'play':
      return <Round icon={<Play className="size-8 fill-current" />} />;
    case 'pause':
      return <Round icon={<Pause className="size-8 fill-current" />} />;
    case 'jump': {
      const back = sign.seconds < 0;
      const Icon = back ? ChevronsLeft : ChevronsRight;
      return (
        <div
          className={cx(
            'sign-ripple absolute inset-y-0 flex w-1/3 flex-col items-center justify-center gap-1 text-text',
            back ? 'left-0 rounded-r-full' : 'right-0 rounded-l-full',
          )}
        >
          <Icon className="size-9 drop-shadow" />
          <span className="tabular text-base font-bold drop-shadow">{words(sign)}</span>
        </div>
      );
    }
    case 'volume': {
      const Icon = sign.volume === 0 ? VolumeX : sign.volume < 0.5 ? Volume1 : Volume2;
      return (
        <Pill icon={<Icon className="size-5" />}>
          <span className="h-1.5 w-24 overflow-hidden rounded-full bg-white/25">
            <span className="block h-full rounded-full bg-text" style={{ width: `${sign.volume * 100}%` }} />
          </span>
          <span className="min-w-12 whitespace-nowrap text-right">{words(sign)}</span>
        </Pill>
      );
    }
    case 'rate':
      return <Pill icon={<Gauge className="size-5" />}>{words(sign)}</Pill>;
    case 'place':
      return <Pill>{words(sign)}</Pill>;
    case 'captions':
      return <Pill icon={<Captions className="size-5" />}>{words(sign)}</Pill>;
  }
}

function Round({ icon }: { readonly icon: ReactNode }) {
  return (
    <span className="absolute inset-0 flex items-center justify-center">
      <span className="sign-burst rounded-full bg-black/60 p-5 text-text">{icon}</span>
    </span>
  );
}

function Pill({ icon, children }: { readonly icon?: ReactNode; readonly children: ReactNode }) {
  return (
    <span className="absolute inset-x-0 top-[max(18%,7.25rem)] narrow:top-14 flex justify-center px-4">
      <span className="sign-pill tabular flex max-w-full items-center gap-2.5 rounded-full bg-chip/92 px-4 py-2.5 text-sm font-bold text-text shadow-lg">
        {icon}
        {children}
      </span>
    </span>
  );
}

function useSignWords(): (sign: PlayerSign) => string {
  const { t } = useTranslation();
  const [words] = useState(() => (sign: PlayerSign) => {
    switch (sign.kind) {
      case 'play':
      case 'pause':
        return t(`sign.${sign.kind}`);
      case 'jump':
        return t(sign.seconds < 0 ? 'sign.back' : 'sign.on', { seconds: Math.abs(sign.seconds) });
      case 'place':
        return formatTime(sign.positionS);
      case 'volume':
        return sign.volume === 0 ? t('sign.muted') : t('sign.volume', { percent: Math.round(sign.volume * 100) });
      case 'rate':
        return t('player.rate', { rate: sign.rate });
      case 'captions':
        return t(`sign.captions.${sign.shown}`);
    }
  });
  return words;
}
