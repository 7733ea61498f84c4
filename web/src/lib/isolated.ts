/** A name or title inside a sentence: whatever way it is written, the rest stays where it is (what `<bdi>` does for elements). */
export const isolated = (text: string): string => `\u2068${text}\u2069`;
