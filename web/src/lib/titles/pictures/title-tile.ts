/** The colour of a title that has no picture, in degrees: the same each time. */
export function hueOf(contentId: string): number {
  // FNV-1a, then steps of the golden angle: ids that differ in one character are far apart on the circle.
  let hash = 0x811c9dc5;
  for (const character of contentId) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return Math.round((hash % 997) * 137.508) % 360;
}

/** One or two letters that stand for a title: of its first words that are more than an article. */
export function initialsOf(name: string): string {
  // Neither a year nor the number of an episode is what it is called.
  const title = name.replace(/\s*\((?:19|20)\d\d\)|\s*·.*$/g, '') || name;
  const words = title.split(/[\s·:–-]+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const speaking = words.length > 1 ? words.filter((word) => !/^(?:the|a|an|der|die|das|le|la|les|el)$/i.test(word)) : words;
  return speaking
    .slice(0, 2)
    .map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0]?.toUpperCase() ?? '')
    .join('');
}
