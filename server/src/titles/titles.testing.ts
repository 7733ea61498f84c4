import type { LinkFacts } from './title-catalog.ts';

/** Nothing is known of links, and nobody is asked. */
export const noFacts: LinkFacts = { atOnce: () => null, learn: async () => null, known: async () => new Map() };
