import './quality-words.ts';
import { Settings } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { storage } from '../../lib/device-storage.ts';
import { Menu, menuChoice } from '../../ui/overlays/menu.tsx';
import type { MenuEntry } from '../../ui/overlays/menu.types.ts';
import { trackLabels } from '../captions/caption-choice.ts';
import { BarButton } from './bar-button.tsx';
import type { MediaState, PlayerMediaStore } from './player-media-store.ts';
import { AUTOMATIC, createQualityPreference, qualityRungs, type Rendition, rungFor } from './quality.ts';
import { useMediaState } from './use-media-state.ts';

export interface QualityMenuProps {
  readonly store: PlayerMediaStore;
}

/** What media-chrome copies of an audio track, though its types name only the id. */
interface SoundTrack {
  readonly id: string;
  readonly label?: string;
  readonly language?: string;
}

/** Picture and sound of a stream that has several of them. One's own: others see and hear what they chose. */
export function QualityMenu({ store }: QualityMenuProps) {
  const { t, i18n } = useTranslation();
  const [preference] = useState(() => createQualityPreference(storage));
  const renditions = useMediaList<Rendition>(store, (state) => state.mediaRenditionList);
  const selected = useMediaState(store, (state) => state.mediaRenditionSelected);
  const height = useMediaState(store, (state) => state.mediaHeight);
  const sounds = useMediaList<SoundTrack>(store, (state) => state.mediaAudioTrackList);
  const sound = useMediaState(store, (state) => state.mediaAudioTrackEnabled);
  const rungs = qualityRungs(renditions);
  const select = (id: string) => store.dispatch({ type: 'mediarenditionrequest', detail: id === AUTOMATIC ? undefined : id });

  // What was chosen for the last stream holds for this one, as near as it has it.
  const remembered = useRef<unknown>(null);
  useEffect(() => {
    if (renditions.length === 0 || remembered.current === store) return;
    remembered.current = store;
    const id = rungFor(qualityRungs(renditions), preference.height());
    if (id !== null) store.dispatch({ type: 'mediarenditionrequest', detail: id });
  }, [renditions, store, preference]);

  const nameOf = (rung: (typeof rungs)[number]) => {
    const megabits = (rung.bitrate / 1e6).toLocaleString(i18n.language, { maximumFractionDigits: 1 });
    if (rung.height === 0) return t('quality.rate', { megabits });
    return rung.alone ? t('quality.height', { height: rung.height }) : t('quality.heightRate', { ...rung, megabits });
  };
  const entries: MenuEntry[] = [];
  if (rungs.length > 1) {
    const now = height ? t('quality.automaticNow', { label: t('quality.height', { height }) }) : null;
    const automatic = !selected;
    entries.push(
      menuChoice({
        label: t('quality.title'),
        value: automatic ? AUTOMATIC : String(selected),
        options: [
          { value: AUTOMATIC, label: (automatic ? now : null) ?? t('quality.automatic') },
          ...rungs.map((rung) => ({ value: rung.id, label: nameOf(rung) })),
        ],
        onChange: (id) => {
          preference.setHeight(rungs.find((rung) => rung.id === id)?.height ?? null);
          select(id);
        },
      }),
    );
  }
  if (sounds.length > 1) {
    const labels = trackLabels(
      sounds.map(({ label = '', language = '' }) => ({ label, language })),
      i18n.language,
      (n) => t('quality.numbered', { n }),
    );
    entries.push(
      menuChoice({
        label: t('quality.audio'),
        value: String(sound ?? ''),
        options: sounds.map(({ id }, index) => ({ value: String(id), label: labels[index] ?? '' })),
        onChange: (id) => store.dispatch({ type: 'mediaaudiotrackrequest', detail: id }),
      }),
    );
  }
  if (entries.length === 0) return null;
  return (
    <Menu
      trigger={
        <BarButton label={t('quality.title')}>
          <Settings aria-hidden className="size-5.5" />
        </BarButton>
      }
      label={t('quality.title')}
      side="top"
      align="center"
      dark
      entries={entries}
    />
  );
}

/** A list of media-chrome's state, the same as long as it holds the same. */
function useMediaList<T>(store: PlayerMediaStore, select: (state: Partial<MediaState>) => unknown): readonly T[] {
  const text = useMediaState(store, (state) => JSON.stringify(select(state) ?? []));
  return useMemo(() => JSON.parse(text) as readonly T[], [text]);
}
