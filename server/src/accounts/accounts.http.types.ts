import { meSchema, tokenFields } from '@cowatch/shared/answers';
import {
  addPasskeySchema,
  boundedText,
  changePasswordSchema,
  confirmSchema,
  DEVICE_NAME_MAX_CHARS,
  type DeviceCode,
  type DeviceSignIn,
  deviceSignInSchema,
  eraseSchema,
  type LinkRequest,
  linkAnswerSchema,
  passkeySignInSchema,
  renameDeviceSchema,
  signInSchema,
  signUpSchema,
  storableText,
  undoGuestSchema,
  userCodeSchema,
  visibleText,
} from '@cowatch/shared/protocol';
import { z } from 'zod';
import { withExample } from '../platform/http/openapi.ts';
import { GRANT } from './link/link.service.ts';

const PASSWORD = 'correct horse battery';
const USER_CODE = { userCode: 'ABCD-2345' };
const RESPONSE = { id: 'vTm0xQ', type: 'public-key' as const };

export const signUpBody = withExample(signUpSchema, { username: 'ana', password: PASSWORD, deviceName: 'Laptop' });
export const signInBody = withExample(signInSchema, { username: 'ana', password: PASSWORD, deviceName: 'Phone' });
export const eraseBody = withExample(eraseSchema.nullish(), { password: PASSWORD });
export const passwordBody = withExample(changePasswordSchema, { password: PASSWORD, newPassword: 'battery staple' });
export const renameBody = withExample(renameDeviceSchema, { name: 'Kitchen tablet' });
export const deviceSignInBody = withExample(deviceSignInSchema, { deviceCode: 'cVZ0aG9' });
export const linkAnswerBody = withExample(linkAnswerSchema, USER_CODE);
export const passkeySignInBody = withExample(passkeySignInSchema, { response: RESPONSE, deviceName: 'Phone' });
export const confirmBody = withExample(confirmSchema, { password: PASSWORD });
export const undoGuestBody = withExample(undoGuestSchema, { viewerId: 'y5TQb1x0Zc8nKd3vWm2LpA' });
export const passkeyBody = withExample(addPasskeySchema, { response: RESPONSE, name: 'Security key' });

export const ownIdParams = z.object({ id: storableText().min(1).max(64).describe('As the list of them names it.') });

export const linkQuery = z.strictObject({
  userCode: userCodeSchema.describe('As somebody typed it: case and what is between its characters do not matter.'),
});

export const linkRequestSchema = z
  .object({ userCode: z.string(), deviceName: z.string(), status: z.enum(['pending', 'approved', 'denied']) })
  .meta({
    id: 'LinkRequest',
    examples: [{ userCode: 'ABCD2345', deviceName: 'TV', status: 'pending' }],
  }) satisfies z.ZodType<LinkRequest>;

const CLIENT_ID = z
  .string()
  .regex(/^[A-Za-z0-9._ -]{1,60}$/)
  .describe('What the program calls itself.');

/** Parameters that this server does not know are ignored, as RFC 6749 wants it. */
export const codeBody = withExample(
  z.object({
    client_id: CLIENT_ID,
    scope: boundedText(0, 200).optional(),
    device_name: visibleText(DEVICE_NAME_MAX_CHARS).optional().describe('What people call the device.'),
  }),
  { client_id: 'my-player', device_name: 'Living room' },
);

export const codeSchema = z
  .object({
    device_code: z.string(),
    user_code: z.string(),
    verification_uri: z.string(),
    verification_uri_complete: z.string(),
    expires_in: z.number(),
    interval: z.number(),
  })
  .meta({
    id: 'DeviceCode',
    examples: [
      {
        device_code: 'cVZ0aG9',
        user_code: 'ABCD2345',
        expires_in: 900,
        interval: 5,
        verification_uri: 'https://party.example/link',
        verification_uri_complete: 'https://party.example/link?code=ABCD2345',
      },
    ],
  }) satisfies z.ZodType<DeviceCode>;

export const tokenBody = withExample(
  z.object({
    grant_type: z.literal(GRANT),
    device_code: storableText().min(1).max(191),
    client_id: CLIENT_ID,
  }),
  { grant_type: GRANT, device_code: 'cVZ0aG9', client_id: 'my-player' },
);

export const tokenSchema = z
  .object({ access_token: z.string(), token_type: z.literal('Bearer'), expires_in: z.number(), viewer_id: z.string() })
  .meta({ id: 'DeviceToken' });

export const tokenRefusalSchema = z.object({ error: z.string(), error_description: z.string() }).meta({
  id: 'DeviceTokenRefusal',
  examples: [{ error: 'authorization_pending', error_description: 'Nobody has answered the code yet.' }],
});

export const deviceSignInAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('pending'), intervalS: z.number() }),
  z.object({ status: z.literal('signed_in'), me: meSchema, ...tokenFields }),
]) satisfies z.ZodType<DeviceSignIn>;

/** What a browser is handed for its authenticator: as WebAuthn has it, in JSON. */
export const ceremonySchema = z.looseObject({ challenge: z.string() });
