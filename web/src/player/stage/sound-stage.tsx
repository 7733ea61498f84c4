import { Music } from 'lucide-react';
import { useMemo } from 'react';
import { cx } from '../../ui/cx.ts';
import type { PlayerMediaStore } from '../controls/player-media-store.ts';
import { useMediaState } from '../controls/use-media-state.ts';
import { soundBars } from './sound-bars.ts';

export interface SoundStageProps {
  readonly store: PlayerMediaStore;
  readonly title: string;
}

const BARS = 56;

/** In place of a picture, where there is sound only: what is heard, and how far it is. */
export function SoundStage({ store, title }: SoundStageProps) {
  const bars = useMemo(() => soundBars(title, BARS), [title]);
  const playing = useMediaState(store, (state) => state.mediaPaused === false);
  const done = useMediaState(store, (state) => {
    const { mediaCurrentTime = 0, mediaDuration = Number.NaN } = state;
    return Number.isFinite(mediaDuration) && mediaDuration > 0 ? Math.floor((mediaCurrentTime / mediaDuration) * BARS) : 0;
  });
  return (
    <div className="sound-stage pointer-events-none absolute inset-0 flex flex-col items-center justify-center gap-[5%] px-[8%] pb-16 text-text phone-landscape:justify-start phone-landscape:pt-16">
      <span className="rounded-full bg-white/8 p-4 text-accent @max-lg/stage:hidden phone-landscape:hidden">
        <Music aria-hidden className="size-8" />
      </span>
      <p className="line-clamp-2 max-w-2xl text-center text-lg font-bold text-balance wrap-anywhere @3xl/stage:text-2xl">{title}</p>
      <div
        aria-hidden
        data-playing={playing || undefined}
        className="sound-bars flex h-[28%] max-h-40 w-full max-w-2xl items-center gap-[0.45%]"
      >
        {bars.map((height, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={index}
            className={cx('flex-1 rounded-full', index < done ? 'bg-accent' : 'bg-white/25')}
            style={{ height: `${height * 100}%`, animationDelay: `${-(index * 137) % 1900}ms` }}
          />
        ))}
      </div>
    </div>
  );
}
