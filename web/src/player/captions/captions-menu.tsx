import './words.ts';
import { Minus, Plus, RotateCcw, Trash2 } from 'lucide-react';
import { type ReactNode, useId, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { AddSubtitles } from './add-subtitles.tsx';
import { trackLabels } from './caption-choice.ts';
import { CAPTION_SIZES } from './caption-preferences.ts';
import type { Captions } from './captions.ts';
import type { SharingFault } from './party-subtitles.ts';

export interface CaptionsMenuProps {
  readonly captions: Captions;
}

/** Steps of the timing, in milliseconds. */
const COARSE_MS = 1000;
const FINE_MS = 100;

/** Languages, size and timing of captions, and the way to add some: for oneself, or for everyone in the party. */
export function CaptionsMenu({ captions }: CaptionsMenuProps) {
  const { t, i18n } = useTranslation();
  const { tracks, chosen, size, offsetMs, missing } = useSyncExternalStore(captions.subscribe, captions.state);
  const labels = trackLabels(tracks, i18n.language, (n) => t('captions.numbered', { n }));
  const added = tracks.some(({ source }) => source === 'file');
  const [fault, setFault] = useState<SharingFault | null>(null);
  const unshare = (id: string) => void captions.unshare(id).then(setFault);
  const shiftS = (offsetMs / 1000).toFixed(1).replace('-', '−');

  return (
    <div className="flex flex-col gap-4">
      <Group legend={t('captions.language')}>
        <Choice name="track" checked={chosen === null} label={t('captions.off')} onChoose={() => captions.choose(null)} />
        {tracks.map((track, index) => (
          <Choice
            key={track.id}
            name="track"
            checked={chosen?.id === track.id}
            label={labels[index] ?? ''}
            {...(track.party
              ? {
                  note: track.party.own ? t('captions.addedByYou') : t('captions.addedBy', { name: track.party.track.addedBy.name }),
                }
              : {})}
            onChoose={() => captions.choose(track.id)}
          >
            {track.party?.removable ? (
              <IconButton
                label={t('captions.removeForAll', { label: labels[index] ?? '' })}
                icon={<Trash2 aria-hidden className="size-4.5" />}
                onClick={() => unshare(track.party?.track.id ?? '')}
              />
            ) : null}
            {track.source === 'file' ? (
              <IconButton
                label={t('captions.removeFile')}
                icon={<Trash2 aria-hidden className="size-4.5" />}
                onClick={captions.removeFile}
              />
            ) : null}
          </Choice>
        ))}
        {fault ? (
          <p role="alert" className="mt-1.5 text-sm text-danger">
            {t(`captions.sharing.${fault}`)}
          </p>
        ) : null}
        {missing ? (
          <div role="alert" className="mt-1.5 flex items-center gap-2 text-sm text-danger">
            <span className="flex-1">{t('captions.missing')}</span>
            <Button onClick={() => captions.choose(missing.id)}>{t('app.tryAgain')}</Button>
          </div>
        ) : null}
        <AddSubtitles captions={captions} again={added} />
      </Group>
      <Group legend={t('captions.size')} row>
        {CAPTION_SIZES.map((each) => (
          <label
            key={each}
            className={cx(
              'flex min-h-11 flex-1 cursor-pointer items-center justify-center rounded-control border text-sm font-semibold',
              'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              size === each ? 'border-accent bg-accent-soft text-accent' : 'border-line-strong hover:bg-raised',
            )}
          >
            <input
              type="radio"
              name="caption-size"
              className="sr-only"
              aria-label={t(`captions.sizes.${each}`)}
              checked={size === each}
              onChange={() => captions.setSize(each)}
            />
            <span aria-hidden>{each.toUpperCase()}</span>
          </label>
        ))}
      </Group>
      {chosen ? (
        <Group legend={t('captions.timing')} row>
          <ShiftButton captions={captions} byMs={-COARSE_MS} />
          <ShiftButton captions={captions} byMs={-FINE_MS} />
          <output aria-live="polite" className="tabular min-w-12 flex-1 text-center text-sm font-semibold">
            {t('captions.shift', { seconds: offsetMs > 0 ? `+${shiftS}` : shiftS })}
          </output>
          <ShiftButton captions={captions} byMs={FINE_MS} />
          <ShiftButton captions={captions} byMs={COARSE_MS} />
          <IconButton
            label={t('captions.shiftReset')}
            aria-disabled={offsetMs === 0}
            icon={<RotateCcw aria-hidden className={cx('size-4.5', offsetMs === 0 && 'opacity-40')} />}
            onClick={() => captions.setOffsetMs(0)}
          />
        </Group>
      ) : null}
    </div>
  );
}

function Group(props: { readonly legend: string; readonly row?: boolean; readonly children: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-sm font-semibold text-muted">{props.legend}</legend>
      <div className={cx('flex', props.row ? 'items-center gap-1' : 'flex-col')}>{props.children}</div>
    </fieldset>
  );
}

function Choice(props: {
  readonly name: string;
  readonly checked: boolean;
  readonly label: string;
  /** Said in small beneath it. */
  readonly note?: string;
  readonly onChoose: () => void;
  readonly children?: ReactNode;
}) {
  const id = useId();
  return (
    <div className="flex items-center">
      <label
        htmlFor={id}
        className="flex min-h-11 min-w-0 flex-1 cursor-pointer items-center gap-3 rounded-lg px-2 text-sm font-medium hover:bg-raised"
      >
        <input
          id={id}
          type="radio"
          name={props.name}
          checked={props.checked}
          onChange={props.onChoose}
          className="size-4.5 shrink-0 accent-(--accent)"
        />
        <span className="min-w-0 flex-1">
          <span className="block truncate">{props.label}</span>
          {props.note ? <span className="block truncate text-xs font-normal text-muted">{props.note}</span> : null}
        </span>
      </label>
      {props.children}
    </div>
  );
}

function ShiftButton({ captions, byMs }: { readonly captions: Captions; readonly byMs: number }) {
  const { t } = useTranslation();
  const seconds = Math.abs(byMs) / 1000;
  const Icon = byMs < 0 ? Minus : Plus;
  return (
    <button
      type="button"
      aria-label={t(byMs < 0 ? 'captions.earlier' : 'captions.later', { seconds })}
      className="flex size-11 shrink-0 flex-col items-center justify-center rounded-control border border-line-strong text-xs font-semibold hover:bg-raised"
      onClick={() => captions.setOffsetMs(captions.state().offsetMs + byMs)}
    >
      <Icon aria-hidden className="size-3.5" />
      <span aria-hidden className="tabular leading-tight">
        {t('captions.step', { seconds })}
      </span>
    </button>
  );
}
