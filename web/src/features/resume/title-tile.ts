/** The colour of a title that has no picture, in degrees: the same each time. */
export function hueOf(contentId: string): number {
  let hash = 0;
  for (const character of contentId) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
}

/** One or two letters that stand for a title: of its first words that are more than an article. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s·:–-]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const speaking =
    words.length > 1 ? words.filter((word) => !/^(?:the|a|an|der|die|das|le|la|les|el)$/i.test(word)) : words;
  return speaking
    .slice(0, 2)
    .map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0]?.toUpperCase() ?? '')
    .join('');
}
