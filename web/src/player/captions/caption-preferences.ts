import type { KeyValueStorage } from '../../lib/device-storage.ts';

export const CAPTION_SIZES = ['s', 'm', 'l', 'xl'] as const;
export type CaptionSize = (typeof CAPTION_SIZES)[number];

/** Kept file: subtitles that were added to a title on this device. */
export interface KeptFile {
  readonly name: string;
  readonly text: string;
}

/** Caption preferences: what this device remembers. Languages hold for every title, timing and files for one. */
export interface CaptionPreferences {
  /** A language tag, empty where the track had none; `off`; null while nobody has chosen: then the medium's own default holds. */
  language(): string | null;
  size(): CaptionSize;
  /** How much later than their file says the captions of a title come, in milliseconds. */
  offsetMs(contentId: string): number;
  file(contentId: string): KeptFile | null;
  setLanguage(language: string): void;
  setSize(size: CaptionSize): void;
  setOffsetMs(contentId: string, offsetMs: number): void;
  /** Null forgets it. */
  setFile(contentId: string, file: KeptFile | null): void;
}

const KEY = 'cowatch.captions';
const FILES_KEY = 'cowatch.subtitle-files';
/** Titles whose timing is remembered, the last ones changed. */
const MAX_OFFSETS = 100;
/** The storage of a page is small: the last few files, for a page that is loaded again. */
const MAX_FILES = 3;
/** Beyond an hour it is another film, in milliseconds. */
export const MAX_OFFSET_MS = 3_600_000;

type PerTitle<T> = readonly (readonly [contentId: string, value: T])[];

export function createCaptionPreferences(storage: KeyValueStorage): CaptionPreferences {
  const read = (): Record<string, unknown> => objectIn(storage.getItem(KEY));
  const write = (change: Record<string, unknown>) => storage.setItem(KEY, JSON.stringify({ ...read(), ...change }));
  const offsets = () => perTitle(read().offsets, isOffset);
  const files = () => perTitle(objectIn(storage.getItem(FILES_KEY)).files, isFile);

  return {
    language() {
      const { language } = read();
      return typeof language === 'string' ? language : null;
    },
    size() {
      const { size } = read();
      return CAPTION_SIZES.find((each) => each === size) ?? 'm';
    },
    offsetMs: (contentId) => valueIn(offsets(), contentId) ?? 0,
    file: (contentId) => valueIn(files(), contentId) ?? null,
    setLanguage: (language) => write({ language }),
    setSize: (size) => write({ size }),
    setOffsetMs: (contentId, offsetMs) =>
      write({ offsets: withValue(offsets(), contentId, offsetMs === 0 ? null : offsetMs, MAX_OFFSETS) }),
    setFile: (contentId, file) => storage.setItem(FILES_KEY, JSON.stringify({ files: withValue(files(), contentId, file, MAX_FILES) })),
  };
}

function objectIn(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function perTitle<T>(value: unknown, is: (value: unknown) => value is T): PerTitle<T> {
  if (!Array.isArray(value)) return [];
  return value.filter((pair): pair is readonly [string, T] => Array.isArray(pair) && typeof pair[0] === 'string' && is(pair[1]));
}

const valueIn = <T>(pairs: PerTitle<T>, contentId: string): T | undefined => pairs.find(([id]) => id === contentId)?.[1];

/** The newest last; null takes it out. */
function withValue<T>(pairs: PerTitle<T>, contentId: string, value: T | null, max: number): PerTitle<T> {
  const others = pairs.filter(([id]) => id !== contentId);
  return value === null ? others : [...others, [contentId, value] as const].slice(-max);
}

const isOffset = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) <= MAX_OFFSET_MS;

const isFile = (value: unknown): value is KeptFile =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  'text' in value &&
  typeof value.name === 'string' &&
  typeof value.text === 'string';
