import { cutText, SUBTITLES_LABEL_MAX_CHARS } from '@cowatch/shared/protocol';
import { languageName } from './caption-choice.ts';

/** Behind the language in names of files: not a language of their own, although `hi` is one. */
const KINDS = /[._ -](?:sdh|cc|hi|forced|full|default)$/i;
const TAG = /[._ -]([a-z]{2,3})(?:[_-]([a-z]{2}))?$/i;

/**
 * What people choose a subtitle file by: the language that its name says (`Film.2024.pt-BR.srt`), else its name.
 *
 * @param locale in whose words the language is named
 */
export function languageInName(name: string, locale: string): { readonly label: string; readonly language: string | null } {
  const bare = name.replace(KINDS, '');
  const [, base = '', region = ''] = TAG.exec(bare) ?? [];
  for (const tag of [region === '' ? '' : `${base.toLowerCase()}-${region.toUpperCase()}`, (region || base).toLowerCase()]) {
    const label = tag === '' ? undefined : languageName(tag, 'en');
    // What is no language comes back as it was said.
    if (label !== undefined && label.toLowerCase() !== tag.toLowerCase()) {
      return { label: languageName(tag, locale) ?? label, language: tag };
    }
  }
  return { label: cutText(name, SUBTITLES_LABEL_MAX_CHARS).trim() || 'Subtitles', language: null };
}
