/** Names by which tracks differ. */
export interface TrackNames {
  readonly label: string;
  /** A language tag, or empty. */
  readonly language: string;
}

/** The remembered language of nothing at all. */
export const OFF = 'off';

/**
 * The track to show for a remembered language: that very one, one of the same language elsewhere, or the only one where none says its language. -1 for
 * none: a language that was not asked for helps nobody.
 */
export function trackForLanguage(tracks: readonly TrackNames[], language: string): number {
  if (language === OFF) return -1;
  const wanted = language.toLowerCase();
  const exact = tracks.findIndex((track) => track.language.toLowerCase() === wanted);
  if (exact >= 0) return exact;
  const related = tracks.findIndex((track) => wanted !== '' && baseOf(track.language) === baseOf(wanted));
  if (related >= 0) return related;
  return tracks.length === 1 && tracks[0]?.language === '' ? 0 : -1;
}

const baseOf = (language: string) => language.toLowerCase().split('-')[0] ?? '';

/**
 * What people read for each track: its own label, else its language's name, else a number; those that would read the same are numbered.
 *
 * @param locale the reader's
 * @param numbered words for a track of which nothing is known
 */
export function trackLabels(tracks: readonly TrackNames[], locale: string, numbered: (n: number) => string): readonly string[] {
  const plain = tracks.map(({ label, language }, index) => {
    const own = label.trim();
    return own !== '' && own !== language ? own : (languageName(language, locale) ?? (own || numbered(index + 1)));
  });
  const seen = new Map<string, number>();
  return plain.map((label) => {
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return count === 1 ? label : `${label} ${count}`;
  });
}

/** The name of a language; undefined where the tag says none, and the tag where that is no language. */
export function languageName(language: string, locale: string): string | undefined {
  // `und` is the tag of what has no language.
  if (language === '' || language === 'und') return undefined;
  try {
    return new Intl.DisplayNames([locale], { type: 'language' }).of(language);
  } catch {
    // Not a language tag.
    return language;
  }
}
