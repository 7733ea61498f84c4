import type { Access, Media } from '@cowatch/shared/protocol';
import { z } from 'zod';

/** What one instance tells the others of a session: new settings, who is out, or its end. */
export interface SessionChange {
  readonly sessionId: string;
  /** Null where settings and roles stay. */
  readonly access: Access | null;
  /** Members whose sockets are to leave. */
  readonly outIds: readonly string[];
  /** The video it ended with; null where it goes on. */
  readonly endedWith: Media | null;
}

// Looked at, not trusted: during an upgrade the other instance may be of another version.
const changeSchema = z.object({
  sessionId: z.string(),
  access: z
    .object({
      version: z.number(),
      name: z.string(),
      control: z.enum(['everyone', 'hosts']),
      ownerId: z.string(),
      hostIds: z.array(z.string()),
    })
    .nullable(),
  outIds: z.array(z.string()),
  endedWith: z
    .looseObject({ id: z.string(), url: z.string() })
    .transform((media) => media as unknown as Media)
    .nullable(),
});

/** Null for what this version does not understand; it is healed from the store. */
export function changeOf(message: unknown): SessionChange | null {
  const parsed = changeSchema.safeParse(message);
  return parsed.success ? parsed.data : null;
}
