import { type KeyboardEvent, useMemo, useState } from 'react';
import { completed, nameQueryAt, offeredNames } from './mention-completion.ts';
import type { NamedPerson } from './mentions.ts';

export interface Completion<Person> {
  readonly offered: readonly Person[];
  /** Which of them Enter takes. */
  readonly index: number;
  take(person: Person): void;
  /** Whether the key was for the list. */
  onKey(event: KeyboardEvent): boolean;
}

/**
 * Names of people while one is typed behind an `@`.
 *
 * @param caret where it stands in the text
 */
export function useCompletion<Person extends NamedPerson>(
  text: string,
  caret: number,
  people: readonly Person[],
  onText: (text: string, caret: number) => void,
): Completion<Person> {
  const query = nameQueryAt(text, caret);
  // One that was sent away stays away until another name begins.
  const [dismissedAt, setDismissedAt] = useState<number | null>(null);
  const [chosen, setChosen] = useState({ of: '', index: 0 });
  const open = query !== null && query.start !== dismissedAt;
  const typed = open ? query.text : null;
  const offered = useMemo(() => (typed === null ? [] : offeredNames(people, typed)), [people, typed]);
  const shown = typed?.endsWith(' ') && offered.length === 1 && isSame(offered[0]?.name, typed) ? [] : offered;
  const index = chosen.of === typed ? Math.min(chosen.index, shown.length - 1) : 0;

  const take = ({ name }: Person) => {
    if (query === null) return;
    const next = completed(text, query, caret, name);
    setDismissedAt(query.start);
    onText(next.text, next.caret);
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (shown.length === 0 || query === null) return false;
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0) setChosen({ of: query.text, index: (index + by + shown.length) % shown.length });
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') {
      const person = shown[index];
      if (person) take(person);
    } else if (event.key === 'Escape') setDismissedAt(query.start);
    else return false;
    event.preventDefault();
    return true;
  };
  return { offered: shown, index, take, onKey };
}

/** The name is written out: nothing is left to complete. */
const isSame = (name: string | undefined, typed: string) => name?.toLowerCase() === typed.trim().toLowerCase();
