import { z } from 'zod';
import type { ResumeMedia } from '../resume/record.ts';
import {
  DEVICE_NAME_MAX_CHARS,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
  USER_CODE_CHARS,
  USERNAME_MAX_CHARS,
  USERNAME_MIN_CHARS,
  USERNAME_PATTERN,
} from './limits.ts';
import { findUnstorable } from './storable.ts';
import { boundedText, storableText, visibleText } from './text.ts';

/** Upper and lower case are the same name. */
export const usernameSchema = z
  .string()
  .min(USERNAME_MIN_CHARS)
  .max(USERNAME_MAX_CHARS)
  .regex(USERNAME_PATTERN, 'may have letters, digits, and _ . - only');

/** A password that somebody chooses. */
export const newPasswordSchema = boundedText(PASSWORD_MIN_CHARS, PASSWORD_MAX_CHARS);

/** A password that somebody claims to know: whatever it is, it is right or wrong. */
const passwordSchema = boundedText(1, PASSWORD_MAX_CHARS);

const deviceNameSchema = visibleText(DEVICE_NAME_MAX_CHARS);

/** `POST /account`: the viewer keeps everything they have, unless they say otherwise, and can find it from elsewhere. */
export const signUpSchema = z.strictObject({
  username: usernameSchema,
  password: newPasswordSchema,
  deviceName: deviceNameSchema,
  /** False where the guest of this browser is somebody else. */
  bringGuest: z.boolean().default(true),
});
export type SignUp = z.infer<typeof signUpSchema>;
export type SignUpRequest = z.input<typeof signUpSchema>;

/** `POST /account/sign-in` */
export const signInSchema = z.strictObject({
  username: storableText().min(1).max(USERNAME_MAX_CHARS),
  password: passwordSchema,
  deviceName: deviceNameSchema,
  /** True where it is known already that the guest who asks is this account's: for programs, which ask nobody later. */
  bringGuest: z.boolean().default(false),
});
export type SignIn = z.infer<typeof signInSchema>;
export type SignInRequest = z.input<typeof signInSchema>;

/** What a browser's authenticator answered, as `navigator.credentials` gives it in JSON. */
const credentialSchema = z
  .looseObject({ id: storableText().min(1).max(1024), type: z.literal('public-key') })
  .superRefine((credential, context) => {
    // What else it has is the browser's and the library's; no schema of ours sees it.
    const found = findUnstorable(credential);
    if (found !== null) context.addIssue({ code: 'custom', message: found.reason, path: [...found.path] });
  });

/** `POST /account/sign-in/passkey` */
export const passkeySignInSchema = z.strictObject({ response: credentialSchema, deviceName: deviceNameSchema });
export type PasskeySignIn = z.infer<typeof passkeySignInSchema>;

/** `POST /account/password`: every other device is signed out. */
export const changePasswordSchema = z.strictObject({ password: passwordSchema, newPassword: newPasswordSchema });
export type ChangePassword = z.infer<typeof changePasswordSchema>;

/** What asks for the password once more. */
export const confirmSchema = z.strictObject({ password: passwordSchema });

/** `DELETE /me`: an account asks for its password; a guest has none. */
export const eraseSchema = z.strictObject({ password: passwordSchema.optional() });

/** `POST /account/passkeys` */
export const addPasskeySchema = z.strictObject({ response: credentialSchema, name: deviceNameSchema });

/** `PATCH /devices/:id` */
export const renameDeviceSchema = z.strictObject({ name: deviceNameSchema });

export const userCodeSchema = z
  .string()
  .max(40)
  .transform((text) => text.replace(/[^A-Za-z0-9]/g, '').toUpperCase())
  .refine((code) => code.length === USER_CODE_CHARS, 'is not a code of this server');

/** `POST /link/approve` and `POST /link/deny` */
export const linkAnswerSchema = z.strictObject({ userCode: userCodeSchema });

/** `POST /account/sign-in/device`: a browser that showed a code asks whether it was allowed. */
export const deviceSignInSchema = z.strictObject({ deviceCode: storableText().min(1).max(191) });

/** `POST /account/guest/undo`: takes a guest out of the account again. */
export const undoGuestSchema = z.strictObject({ viewerId: z.string().regex(/^[A-Za-z0-9_-]{22}$/) });

/** How much a guest has, for somebody who is asked whose it is. */
export interface GuestOutline {
  readonly titles: number;
  /** What they watched last; null where that is not known. */
  readonly last: { readonly contentId: string; readonly media: ResumeMedia | null } | null;
}

/** The guest of this browser, who was put aside when it was signed in. */
export interface GuestAside extends GuestOutline {
  readonly viewerId: string;
}

/** A guest on the way into an account, or in it for no longer than can be undone, or on the way out again. */
export interface BroughtGuest {
  readonly viewerId: string;
  readonly state: 'moving' | 'brought' | 'undoing';
  /** Titles that are done, of about how many. */
  readonly moved: number;
  readonly total: number;
  readonly broughtAtMs: number;
  readonly undoUntilMs: number;
}

/** Who somebody is. */
export interface Me {
  /** Names this viewer on this server. It is no secret; the cookie is. */
  readonly viewerId: string;
  /** Null for a guest. */
  readonly account: { readonly username: string; readonly createdAtMs: number } | null;
  /** What this device is called among those of the account; null for a guest. */
  readonly device: { readonly id: string; readonly name: string } | null;
  /** Guests who were brought along to this account: what they kept and could not send yet is this one's. */
  readonly formerViewerIds: readonly string[];
  /** The guest of this browser, who waits until it is signed out, or is brought along; null where there is none. */
  readonly guest: GuestAside | null;
  /** Guests whose coming along is under way, or can be undone. */
  readonly brought: readonly BroughtGuest[];
  /** Only for callers who asked by `Prefer: token`: their bearer token, and until when it counts in Unix milliseconds. */
  readonly token?: string;
  readonly tokenExpiresAtMs?: number;
}

/** A device that is signed in. */
export interface SignedInDevice {
  readonly id: string;
  readonly name: string;
  /** The one that asks. */
  readonly current: boolean;
  readonly createdAtMs: number;
  readonly lastSeenAtMs: number;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly createdAtMs: number;
}

/** A code that a device shows, of RFC 8628, section 3.2. */
export interface DeviceCode {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  readonly expires_in: number;
  readonly interval: number;
}

/** What a code that somebody typed asks for. */
export interface LinkRequest {
  readonly userCode: string;
  /** What the device calls itself. */
  readonly deviceName: string;
  readonly status: 'pending' | 'approved' | 'denied';
}

/** `POST /account/sign-in/device`: not yet, or who one is now. */
export type DeviceSignIn = { readonly status: 'pending'; readonly intervalS: number } | { readonly status: 'signed_in'; readonly me: Me };
