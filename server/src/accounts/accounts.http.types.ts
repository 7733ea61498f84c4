import {
  DEVICE_NAME_MAX_CHARS,
  type DeviceCode,
  type DeviceSignIn,
  type LinkRequest,
  type Me,
  type Passkey,
  type SignedInDevice,
  storableText,
  userCodeSchema,
  visibleText,
} from '@cowatch/shared/protocol';
import { z } from 'zod';
import { GRANT } from './accounts.library.types.ts';

export const meSchema = z
  .object({
    viewerId: z.string().describe('Names this viewer on this server. It is no secret; the cookie is.'),
    account: z.object({ username: z.string(), createdAtMs: z.number() }).nullable().describe('Null for a guest.'),
    device: z.object({ id: z.string(), name: z.string() }).nullable().describe('Null for a guest.'),
    formerViewerIds: z
      .array(z.string())
      .readonly()
      .describe('Guests that this account was: a batch that names one of them is taken for it.'),
  })
  .meta({ id: 'Me' }) satisfies z.ZodType<Me>;

export const deviceSchema = z
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

export const ownIdParams = z.object({ id: storableText().min(1).max(64) });

export const linkQuery = z.strictObject({ userCode: userCodeSchema });

export const linkRequestSchema = z
  .object({ userCode: z.string(), deviceName: z.string(), status: z.enum(['pending', 'approved', 'denied']) })
  .meta({ id: 'LinkRequest' }) satisfies z.ZodType<LinkRequest>;

const CLIENT_ID = z
  .string()
  .regex(/^[A-Za-z0-9._ -]{1,60}$/)
  .describe('What the program calls itself.');

/** Parameters that this server does not know are ignored, as RFC 6749 wants it. */
export const codeBody = z.object({
  client_id: CLIENT_ID,
  scope: storableText().max(200).optional(),
  device_name: visibleText(DEVICE_NAME_MAX_CHARS).optional().describe('What people call the device.'),
});

export const codeSchema = z
  .object({
    device_code: z.string(),
    user_code: z.string(),
    verification_uri: z.string(),
    verification_uri_complete: z.string(),
    expires_in: z.number(),
    interval: z.number(),
  })
  .meta({ id: 'DeviceCode' }) satisfies z.ZodType<DeviceCode>;

export const tokenBody = z.object({
  grant_type: z.literal(GRANT),
  device_code: storableText().min(1).max(191),
  client_id: CLIENT_ID,
});

export const tokenSchema = z
  .object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number(), viewer_id: z.string() })
  .meta({ id: 'DeviceToken' });

export const tokenRefusalSchema = z
  .object({ error: z.string(), error_description: z.string() })
  .meta({ id: 'DeviceTokenRefusal' });

export const deviceSignInAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('pending'), intervalS: z.number() }),
  z.object({ status: z.literal('signed_in'), me: meSchema }),
]) satisfies z.ZodType<DeviceSignIn>;

/** What a browser is handed for its authenticator: as WebAuthn has it, in JSON. */
export const ceremonySchema = z.looseObject({ challenge: z.string() });
