import { z } from 'zod';
import type { DevicePlaying, DeviceScreen } from '../resume/devices.ts';
import { type Answer, ERROR_CODES } from './errors.ts';
import { contentIdSchema, positionMsSchema, resumeDeviceSchema, resumeMediaSchema, timeMsSchema } from './resume.ts';
import { opIdSchema, rateSchema } from './schemas.ts';
import { boundedText } from './text.ts';

export const devicePlayingSchema = z.strictObject({
  contentId: contentIdSchema,
  media: resumeMediaSchema.nullable(),
  positionMs: positionMsSchema,
  durationMs: positionMsSchema.positive().nullable(),
  paused: z.boolean(),
  blocked: z.boolean(),
  live: z.boolean(),
  rate: rateSchema,
  atMs: timeMsSchema,
}) satisfies z.ZodType<DevicePlaying>;

/** The same as a device may say it: what is left out is as with most players, and the position is of now. */
const devicePlayingSaidSchema = devicePlayingSchema.partial({ blocked: true, live: true, rate: true, atMs: true });
export type DevicePlayingSaid = z.infer<typeof devicePlayingSaidSchema>;

/**
 * `device:hello`: this socket is one of my devices, and wants to know what happens to my titles. One that says what it
 * plays, or that it opens titles, can be told what to do; it says so again when that changes, not with every tick.
 */
export const deviceHelloSchema = z.strictObject({
  device: resumeDeviceSchema,
  playing: devicePlayingSaidSchema.nullable().optional(),
  opens: z.boolean().optional(),
});
export type DeviceHello = z.infer<typeof deviceHelloSchema>;

/** Answer to `device:hello`: who one is, and one's other screens that are online now. */
export interface DeviceHelloResult {
  readonly viewerId: string;
  readonly serverMs: number;
  /** What this device is called: signed in, as its account's list has it, whatever it said. */
  readonly name: string;
  readonly screens: readonly DeviceScreen[];
}

/** What one device may ask of another: what somebody there could press. */
export const deviceActionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('play') }),
  z.strictObject({ kind: z.literal('pause') }),
  z.strictObject({ kind: z.literal('seek'), positionMs: positionMsSchema }),
  z.strictObject({
    kind: z.literal('open'),
    contentId: contentIdSchema,
    media: resumeMediaSchema.nullable(),
    positionMs: positionMsSchema,
  }),
  z.strictObject({ kind: z.literal('rename'), name: resumeDeviceSchema.shape.name }),
]);
export type DeviceAction = z.infer<typeof deviceActionSchema>;

/** `device:command`, to the server: do this on that device of mine. */
export const deviceCommandSchema = z.strictObject({
  deviceId: resumeDeviceSchema.shape.id,
  opId: opIdSchema,
  action: deviceActionSchema,
});
export type DeviceCommand = z.infer<typeof deviceCommandSchema>;

/** `device:command`, to the device. */
export type DeviceOrder = Omit<DeviceCommand, 'deviceId'>;

/** What the device plays after it has done as it was told. */
export interface DeviceResult {
  readonly playing: DevicePlaying | null;
}

const ERROR_TEXT_MAX_CHARS = 500;

/**
 * The acknowledgement of the device: what it plays now, or why it did not do it. That there is no such device is for the
 * server to say.
 */
export const deviceAnswerSchema = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    data: z.strictObject({ playing: devicePlayingSchema.nullable() }),
  }),
  z.strictObject({
    ok: z.literal(false),
    error: z.strictObject({
      code: z.enum(ERROR_CODES).exclude(['not_found']),
      message: boundedText(0, ERROR_TEXT_MAX_CHARS),
      retryAfterMs: timeMsSchema.optional(),
    }),
  }),
]);
export type DeviceAnswer = Answer<DeviceResult>;

/** `device:changed`: one screen as it is now, or that it is gone. */
export type DeviceChange = DeviceScreen | { readonly screenId: string; readonly gone: true };
