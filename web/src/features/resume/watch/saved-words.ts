import type { ResumeClientState } from '@cowatch/shared/client';

/** What is said of where one's place is kept, as keys of the words; null where all is well. */
export function savedWords(state: ResumeClientState | null) {
  if (state === null) return null;
  // Another title, or another moment of this one, may be taken again; until then it is true.
  if (state.refused === 'conflict') return { label: 'watch.notKept', text: 'watch.fullText', lost: true } as const;
  if (state.refused !== null) return { label: 'watch.notKept', text: 'watch.refusedText', lost: true } as const;
  if (state.connected) return null;
  if (!state.durable || state.givenUp > 0) {
    return { label: 'watch.notKept', text: 'watch.notKeptText', lost: true } as const;
  }
  return state.waiting > 0 ? ({ label: 'watch.kept', text: 'watch.keptText', lost: false } as const) : null;
}
