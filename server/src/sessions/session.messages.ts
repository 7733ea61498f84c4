import { mediaKindSchema } from '@cowatch/shared/answers';
import {
  type Access,
  doorSchema,
  type Media,
  type ModerationEntry,
  moderationKindSchema,
  type Playback,
  rightHolderSchema,
  type SubtitleTrack,
} from '@cowatch/shared/protocol';
import type { Ban, Replaced, SessionRecord } from '@cowatch/shared/timeline';
import { z } from 'zod';

// What a session's messages between instances consist of. Parsed and not trusted: during an upgrade the other instance may be
// of another version. Fields that are not known here stay, so that a record which passes through here loses nothing.

export const mediaMessage = z.looseObject({
  id: z.string(),
  url: z.string(),
  kind: mediaKindSchema,
  title: z.string().nullable(),
  durationS: z.number().nullable(),
}) satisfies z.ZodType<Media>;

const timelineMessage = z.looseObject({
  mediaId: z.string(),
  positionS: z.number(),
  rate: z.number(),
  playing: z.boolean(),
  atMs: z.number(),
  version: z.number(),
  cause: z.looseObject({
    kind: z.enum(['create', 'play', 'pause', 'seek', 'rate', 'load', 'duration', 'anchor', 'title', 'empty', 'restore', 'restore-media']),
    memberId: z.string().nullable(),
    name: z.string().nullable(),
    fromPositionS: z.number().exactOptional(),
    replaced: z.looseObject({ title: z.string().nullable(), positionS: z.number(), untilMs: z.number() }).exactOptional(),
  }),
});

export const playbackMessage = z.looseObject({ timeline: timelineMessage, media: mediaMessage }) satisfies z.ZodType<Playback>;

const subtitlesMessage = z.looseObject({
  id: z.string(),
  mediaId: z.string(),
  label: z.string(),
  language: z.string().nullable(),
  addedBy: z.looseObject({ memberId: z.string(), name: z.string() }),
}) satisfies z.ZodType<SubtitleTrack>;

export const accessMessage = z.looseObject({
  version: z.number(),
  name: z.string(),
  control: rightHolderSchema,
  rights: z
    .looseObject({
      video: rightHolderSchema.exactOptional(),
      queue: rightHolderSchema.exactOptional(),
      chat: rightHolderSchema.exactOptional(),
      invite: rightHolderSchema.exactOptional(),
    })
    .exactOptional(),
  door: doorSchema.exactOptional(),
  linkVersion: z.number().exactOptional(),
  actingOwnerId: z.string().exactOptional(),
  ownerAwaySinceMs: z.number().exactOptional(),
  hostsAwaySinceMs: z.number().exactOptional(),
  mutedIds: z.array(z.string()).exactOptional(),
  timeOuts: z.array(z.looseObject({ memberId: z.string(), untilMs: z.number() })).exactOptional(),
  ownerId: z.string(),
  hostIds: z.array(z.string()),
  subtitles: z.array(subtitlesMessage).exactOptional(),
}) satisfies z.ZodType<Access>;

const banMessage = z.looseObject({
  memberId: z.string(),
  name: z.string().nullable(),
  byName: z.string(),
  atMs: z.number(),
  formerIds: z.array(z.string()).exactOptional(),
  address: z.looseObject({ hashes: z.array(z.string()), untilMs: z.number() }).exactOptional(),
}) satisfies z.ZodType<Ban>;

const entryMessage = z.looseObject({
  atMs: z.number(),
  kind: moderationKindSchema,
  by: z.looseObject({ memberId: z.string(), name: z.string() }).nullable(),
  target: z.looseObject({ memberId: z.string(), name: z.string().nullable() }).nullable(),
  detail: z.string().nullable(),
}) satisfies z.ZodType<ModerationEntry>;

const replacedMessage = z.looseObject({
  media: mediaMessage,
  positionS: z.number(),
  rate: z.number(),
  byId: z.string(),
  untilMs: z.number(),
}) satisfies z.ZodType<Replaced>;

/** A whole record, as a peer replies with its replica. */
export const recordSchema = z.looseObject({
  id: z.string(),
  createdAtMs: z.number(),
  version: z.number(),
  playback: playbackMessage,
  access: accessMessage,
  named: z.boolean().exactOptional(),
  bannedIds: z.array(z.string()),
  bans: z.array(banMessage).exactOptional(),
  kickedIds: z.array(z.string()).exactOptional(),
  log: z.array(entryMessage).exactOptional(),
  replaced: replacedMessage.exactOptional(),
  linkKey: z.string().exactOptional(),
  ops: z.array(
    z.looseObject({
      opId: z.string(),
      memberId: z.string(),
      result: z.looseObject({ version: z.number(), changed: z.boolean() }),
    }),
  ),
  companions: z.record(z.string(), z.looseObject({ version: z.number(), commits: z.array(z.string()) })).exactOptional(),
  requestDigest: z.string().exactOptional(),
  endedAtMs: z.number().nullable(),
}) satisfies z.ZodType<SessionRecord>;
