/** A name that is being typed behind an `@`. */
export interface NameQuery {
  /** Where the `@` stands. */
  readonly start: number;
  /** What is typed of the name so far. */
  readonly text: string;
}

/** A name is looked for in this much of what was typed, in characters: names have no more. */
const QUERY_MAX = 32;
/** So many people are offered. */
const OFFERED_MAX = 6;

/** The name that is being typed before the caret; null where none is. */
export function nameQueryAt(text: string, caret: number): NameQuery | null {
  const before = text.slice(Math.max(0, caret - QUERY_MAX - 1), caret);
  const at = before.lastIndexOf('@');
  if (at < 0) return null;
  const start = caret - before.length + at;
  // In the middle of a word it is an address.
  if (start > 0 && /[\p{L}\p{N}]/u.test(text[start - 1] ?? '')) return null;
  const typed = before.slice(at + 1);
  return /[\n@]|^\s/.test(typed) ? null : { start, text: typed };
}

/** The people whose names begin like that, or one of whose names does; the former first. */
export function offeredNames<Person extends { readonly name: string }>(people: readonly Person[], typed: string): readonly Person[] {
  const wanted = folded(typed);
  const rank = ({ name }: Person) => {
    const known = folded(name);
    if (known.startsWith(wanted)) return 0;
    return known.split(/\s+/).some((word) => word.startsWith(wanted)) ? 1 : 2;
  };
  return people
    .map((person) => ({ person, order: rank(person) }))
    .filter(({ order }) => order < 2)
    .sort((a, b) => a.order - b.order)
    .slice(0, OFFERED_MAX)
    .map(({ person }) => person);
}

/** The text with the name in place of what was typed of it, and where the caret goes. */
export function completed(text: string, query: NameQuery, caret: number, name: string): { readonly text: string; readonly caret: number } {
  const after = text.slice(caret);
  const inserted = `@${name}${after.startsWith(' ') ? '' : ' '}`;
  const next = query.start + inserted.length;
  return { text: text.slice(0, query.start) + inserted + after, caret: after.startsWith(' ') ? next + 1 : next };
}

/** Without case and accents: who types "zoe" means "Zoë". */
function folded(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
