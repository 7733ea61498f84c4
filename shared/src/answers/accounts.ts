import { z } from 'zod';
import {
  type BroughtGuest,
  contentIdSchema,
  type GuestAside,
  type Me,
  type Passkey,
  type SignedInDevice,
  viewerIdSchema,
} from '../protocol/index.ts';
import { titleMediaSchema } from './resume.ts';

// What the server says of accounts. Never strict: fields may be added.

/** What an answer has besides where its caller asked for a token by `Prefer: token`; no cookie is set then. */
export const tokenFields = {
  token: z.string().exactOptional().describe('Only with `Prefer: token`: the bearer token of this viewer.'),
  tokenExpiresAtMs: z.number().exactOptional().describe('Until when the token counts, in Unix milliseconds.'),
};

const guestAsideSchema = z
  .object({
    viewerId: viewerIdSchema,
    titles: z.number().describe('About how many they have.'),
    last: z.object({ contentId: contentIdSchema, media: titleMediaSchema.nullable() }).nullable().describe('What they watched last.'),
  })
  .meta({ id: 'GuestAside' }) satisfies z.ZodType<GuestAside>;

const broughtGuestSchema = z
  .object({
    viewerId: viewerIdSchema,
    state: z.enum(['moving', 'brought', 'undoing']),
    moved: z.number().describe('Titles that are done.'),
    total: z.number().describe('About how many there are.'),
    broughtAtMs: z.number(),
    undoUntilMs: z.number().describe('Until when it can be undone.'),
  })
  .meta({ id: 'BroughtGuest' }) satisfies z.ZodType<BroughtGuest>;

export const meSchema = z
  .object({
    viewerId: viewerIdSchema.describe('Names this viewer on this server. It is no secret; the cookie is.'),
    account: z.object({ username: z.string(), createdAtMs: z.number() }).nullable().describe('Null for a guest.'),
    device: z.object({ id: z.string(), name: z.string() }).nullable().describe('Null for a guest.'),
    formerViewerIds: z
      .array(z.string())
      .readonly()
      .describe('Guests who were brought along to this account: a batch that names one of them is taken for it.'),
    guest: guestAsideSchema.nullable().describe('The guest of this browser, who waits until it is signed out, or is brought along.'),
    brought: z.array(broughtGuestSchema).readonly().describe('Guests whose coming along is under way, or can be undone.'),
    ...tokenFields,
  })
  .meta({
    id: 'Me',
    examples: [
      {
        viewerId: 'y5TQb1x0Zc8nKd3vWm2LpA',
        account: null,
        device: null,
        formerViewerIds: [],
        guest: null,
        brought: [],
      },
    ],
  }) satisfies z.ZodType<Me>;

export const signedInDeviceSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    current: z.boolean().describe('The one that asks.'),
    createdAtMs: z.number(),
    lastSeenAtMs: z.number(),
  })
  .meta({ id: 'SignedInDevice' }) satisfies z.ZodType<SignedInDevice>;

export const passkeySchema = z
  .object({ id: z.string(), name: z.string(), createdAtMs: z.number() })
  .meta({ id: 'Passkey' }) satisfies z.ZodType<Passkey>;

/** As an export has it. */
export const exportedAccountSchema = z
  .object({
    username: z.string(),
    createdAtMs: z.number(),
    devices: z.array(signedInDeviceSchema),
    passkeys: z.array(passkeySchema),
    formerViewerIds: z.array(z.string()),
  })
  .meta({ id: 'ExportedAccount' });
