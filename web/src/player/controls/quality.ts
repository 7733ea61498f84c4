import type { KeyValueStorage } from '../../lib/device-storage.ts';

/** The choice of no rung: the player takes what the network carries. */
export const AUTOMATIC = 'automatic';

export interface Rendition {
  readonly id?: string | undefined;
  readonly height?: number | undefined;
  readonly bitrate?: number | undefined;
}

export interface QualityRung {
  readonly id: string;
  /** Lines of the picture; 0 where it is not known. */
  readonly height: number;
  /** Bits per second; 0 where it is not known. */
  readonly bitrate: number;
  /** Whether it is the only one of its height. */
  readonly alone: boolean;
}

/** What can be chosen, the best first. */
export function qualityRungs(renditions: readonly Rendition[]): readonly QualityRung[] {
  const rungs = renditions.flatMap(({ id, height = 0, bitrate = 0 }) => (id === undefined ? [] : [{ id, height, bitrate }]));
  return rungs
    .map((rung) => ({ ...rung, alone: rungs.filter(({ height }) => height === rung.height).length === 1 }))
    .toSorted((a, b) => b.height - a.height || b.bitrate - a.bitrate);
}

/** The rung nearest to a height that was chosen once and not above it, else the lowest; null for automatic. */
export function rungFor(rungs: readonly QualityRung[], height: number | null): string | null {
  if (height === null) return null;
  return (rungs.find((rung) => rung.height <= height) ?? rungs.at(-1))?.id ?? null;
}

/** Quality preference: the height that is wanted on this device; null for automatic. */
export interface QualityPreference {
  height(): number | null;
  setHeight(height: number | null): void;
}

const KEY = 'cowatch.quality';

export function createQualityPreference(storage: KeyValueStorage): QualityPreference {
  return {
    height() {
      const height = Number(storage.getItem(KEY) ?? Number.NaN);
      return Number.isInteger(height) && height > 0 ? height : null;
    },
    setHeight: (height) => (height === null ? storage.removeItem(KEY) : storage.setItem(KEY, String(height))),
  };
}
