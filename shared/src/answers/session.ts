import { z } from 'zod';
import {
  type Access,
  type AddedSubtitles,
  type BannedPerson,
  type BanReach,
  type ClockPong,
  type CommandResult,
  clusterTimeSchema,
  doorSchema,
  type JoinSnapshot,
  type Knock,
  type KnockList,
  type LinkLook,
  lookSchema,
  type Media,
  type Member,
  type Moderation,
  type ModerationEntry,
  memberIdSchema,
  memberStateSchema,
  moderationKindSchema,
  type PartyLink,
  type Playback,
  positionSchema,
  type ReportResult,
  type ResolvedMedia,
  type RosterPage,
  rateSchema,
  removalReasonSchema,
  rightHolderSchema,
  roleSchema,
  type SessionInfo,
  type SubtitleTrack,
  sessionIdSchema,
  subtitleIdSchema,
  type Timeline,
  versionSchema,
} from '../protocol/index.ts';

// What the server says of a session, for the documents that describe it. Never strict: fields may be added.

export const keptField = {
  kept: z.literal(false).exactOptional().describe('False where this is not durable yet; absent where it is.'),
};

export const mediaKindSchema = z
  .enum(['file', 'hls', 'dash', 'youtube', 'vimeo', 'twitch', 'wistia', 'spotify', 'tiktok', 'mux'])
  .describe('What kind of player plays it.');

const MEDIA_EXAMPLE = {
  id: 'yt:aqz-KE-bpKQ',
  url: 'https://www.youtube.com/watch?v=aqz-KE-bpKQ',
  kind: 'youtube',
  title: null,
  durationS: null,
};

export const mediaSchema = z
  .object({
    id: z.string().describe('Content id: the same title has the same one everywhere.'),
    url: z.string().describe('Absolute, or a path on this server.'),
    kind: mediaKindSchema,
    title: z.string().nullable(),
    durationS: z.number().nullable().describe('Seconds, as a host stated it; null while nobody has.'),
  })
  .meta({ id: 'Media', examples: [MEDIA_EXAMPLE] }) satisfies z.ZodType<Media>;

export const resolvedMediaSchema = z
  .object({
    ...mediaSchema.shape,
    durationS: z.number().nullable().describe('Seconds, as its service says; null where that is not known.'),
    startS: z.number().describe('Where the address itself asks to begin, in seconds; 0 where it does not.'),
    normalizedUrl: z
      .string()
      .nullable()
      .describe('What the content id is made of where the service has no ids; null for a title of this server.'),
  })
  .meta({
    id: 'ResolvedMedia',
    examples: [{ ...MEDIA_EXAMPLE, startS: 90, normalizedUrl: MEDIA_EXAMPLE.url }],
  }) satisfies z.ZodType<ResolvedMedia>;

export const linkLookSchema = z
  .object({
    outcome: z
      .enum(['answered', 'unseen'])
      .describe('`unseen`: this server may not look there, got no answer in time, or is busy; others may see more.'),
    status: z.number().int().nullable().describe('The HTTP status at the end of all redirects.'),
    what: z.enum(['file', 'hls', 'dash', 'page', 'other']).nullable().describe('What the first bytes are; null where none came.'),
    codecs: z.array(z.string()).readonly().describe('As the container names them, those that the first bytes tell of.'),
    foreign: z.string().nullable().describe('The name of a container that no browser reads.'),
    cors: z.boolean().nullable().describe('Whether pages of others may read it, which HLS and DASH need.'),
  })
  .meta({
    id: 'LinkLook',
    examples: [{ outcome: 'answered', status: 403, what: null, codecs: [], foreign: null, cors: false }],
  }) satisfies z.ZodType<LinkLook>;

const causeSchema = z
  .object({
    kind: z.enum(['create', 'play', 'pause', 'seek', 'rate', 'load', 'duration', 'anchor', 'title', 'empty', 'restore', 'restore-media']),
    memberId: memberIdSchema.nullable().describe('The member who did it; null where the server did.'),
    name: z.string().nullable(),
    fromPositionS: positionSchema.exactOptional().describe('On a seek: where playback was, in seconds.'),
    replaced: z
      .object({ title: z.string().nullable(), positionS: positionSchema, untilMs: clusterTimeSchema })
      .exactOptional()
      .describe('On a load of something else: what was on before, which `restore-media` brings back until then.'),
  })
  .meta({ id: 'TimelineCause' });

const timelineSchema = z
  .object({
    mediaId: z.string(),
    positionS: positionSchema.describe('Seconds at `atMs`.'),
    rate: rateSchema,
    playing: z.boolean(),
    atMs: clusterTimeSchema.describe('Cluster time from which `positionS` holds; may lie in the future.'),
    version: versionSchema,
    cause: causeSchema,
  })
  .meta({ id: 'Timeline' }) satisfies z.ZodType<Timeline>;

const playback = { timeline: timelineSchema, media: mediaSchema };
const playbackSchema = z.object(playback).meta({ id: 'Playback' }) satisfies z.ZodType<Playback>;

const subtitleTrackSchema = z
  .object({
    id: subtitleIdSchema,
    mediaId: z.string().describe('Content id of what it belongs to: it is there while that plays.'),
    label: z.string(),
    language: z.string().nullable().describe('A language tag; null where nobody said one.'),
    addedBy: z.object({ memberId: memberIdSchema, name: z.string().describe('As it was then.') }),
  })
  .meta({
    id: 'SubtitleTrack',
    examples: [
      {
        id: 'Zk3vQ1bX9x2nT5yWc7Ua0g',
        mediaId: 'title:sample',
        label: 'English',
        language: 'en',
        addedBy: { memberId: 'Jx0Zq7LmW2vT', name: 'Ana' },
      },
    ],
  }) satisfies z.ZodType<SubtitleTrack>;

export const addedSubtitlesSchema = subtitleTrackSchema
  .extend(keptField)
  .meta({ id: 'AddedSubtitles' }) satisfies z.ZodType<AddedSubtitles>;

const accessSchema = z
  .object({
    version: versionSchema,
    name: z.string(),
    control: rightHolderSchema,
    rights: z
      .object({
        video: rightHolderSchema.exactOptional(),
        queue: rightHolderSchema.exactOptional(),
        chat: rightHolderSchema.exactOptional(),
        invite: rightHolderSchema.exactOptional(),
      })
      .exactOptional()
      .describe('Where one is absent, `video` is for hosts and the others are for everyone.'),
    door: doorSchema.exactOptional().describe('Absent where it is open.'),
    linkVersion: z.int().min(1).exactOptional().describe('How often the link was changed.'),
    ownerId: memberIdSchema,
    hostIds: z.array(memberIdSchema).readonly(),
    actingOwnerId: memberIdSchema.exactOptional().describe('Who acts as the owner while that one is away.'),
    ownerAwaySinceMs: clusterTimeSchema.exactOptional(),
    hostsAwaySinceMs: clusterTimeSchema.exactOptional().describe('Since when neither owner nor host is there.'),
    mutedIds: z.array(memberIdSchema).readonly().exactOptional(),
    timeOuts: z
      .array(z.object({ memberId: memberIdSchema, untilMs: clusterTimeSchema }))
      .readonly()
      .exactOptional(),
    subtitles: z
      .array(subtitleTrackSchema)
      .readonly()
      .exactOptional()
      .describe('Subtitle files for everyone, of all media that the party has watched; absent while there are none.'),
  })
  .meta({ id: 'Access' }) satisfies z.ZodType<Access>;

const memberSchema = z
  .object({
    memberId: memberIdSchema,
    name: z.string().describe('Nobody else’s in a party of up to 100: a number is put behind one that is taken.'),
    look: lookSchema,
    role: roleSchema,
    state: memberStateSchema,
    driftMs: z.number().nullable().describe('Milliseconds from the timeline, by its own player.'),
    devices: z.int().min(1),
    lookalike: z
      .literal(true)
      .exactOptional()
      .describe('Present where the name looks like that of the owner or a host, and they are neither.'),
  })
  .meta({ id: 'Member' }) satisfies z.ZodType<Member>;

const revisionSchema = z.int().min(0);

export const rosterPageSchema = z
  .object({
    revision: revisionSchema,
    count: z.int().min(0),
    members: z.array(memberSchema).readonly(),
    nextOffset: z.int().min(1).nullable(),
  })
  .meta({ id: 'RosterPage' }) satisfies z.ZodType<RosterPage>;

const presence = {
  revision: revisionSchema,
  count: z.int().min(0),
  changed: z.array(memberSchema).readonly(),
  left: z.array(memberIdSchema).readonly(),
};

const reportIntervalMsSchema = z.number().min(0).describe('How often to report, in milliseconds.');

export const joinSnapshotSchema = z
  .object({
    sessionId: sessionIdSchema,
    createdAtMs: z.number(),
    playback: playbackSchema,
    access: accessSchema,
    roster: rosterPageSchema,
    you: z.object({ memberId: memberIdSchema, role: roleSchema }),
    reportIntervalMs: reportIntervalMsSchema,
    ...keptField,
  })
  .meta({ id: 'JoinSnapshot' }) satisfies z.ZodType<JoinSnapshot>;

export const clockPongSchema = z
  .object({
    receivedAtMs: z.number().describe('Cluster time when the server read the ping.'),
    sentAtMs: z.number().describe('Cluster time when it wrote this.'),
    instanceId: z.string(),
    restMs: z.number().exactOptional().describe('Ask again after so long at the earliest.'),
  })
  .meta({ id: 'ClockPong' }) satisfies z.ZodType<ClockPong>;

export const commandResultSchema = z
  .object({
    version: versionSchema.describe('Of the timeline that now holds.'),
    changed: z.boolean().describe('False where the command found things as it wanted them.'),
    ...keptField,
  })
  .meta({ id: 'CommandResult' }) satisfies z.ZodType<CommandResult>;

export const reportResultSchema = z
  .object({
    version: versionSchema,
    accessVersion: versionSchema,
    playback: playbackSchema.exactOptional(),
    access: accessSchema.exactOptional(),
    presenceRevision: revisionSchema,
    reportIntervalMs: reportIntervalMsSchema,
    ...keptField,
  })
  .meta({ id: 'ReportResult' }) satisfies z.ZodType<ReportResult>;

export const sessionInfoSchema = z
  .object({
    id: sessionIdSchema,
    url: z.string().describe('The link to share.'),
    name: z.string(),
    media: mediaSchema,
    playing: z.boolean(),
    positionS: z.number(),
    memberCount: z.int(),
    faces: z.array(lookSchema).readonly().describe('How the first of the people look; who they are is told to those who join.'),
    control: rightHolderSchema,
    createdAtMs: z.number(),
    owner: z.boolean().describe('True for the viewer who started the party.'),
    ...keptField,
  })
  .meta({
    id: 'Session',
    examples: [
      {
        id: 'rK3v0Zb1Qx2nT5yWc7Ua9g',
        url: 'https://party.example/s/rK3v0Zb1Qx2nT5yWc7Ua9g',
        name: 'Friday film',
        media: MEDIA_EXAMPLE,
        playing: false,
        positionS: 90,
        memberCount: 0,
        faces: [],
        control: 'everyone',
        createdAtMs: 1_700_000_000_000,
        owner: true,
      },
    ],
  }) satisfies z.ZodType<SessionInfo>;

const knockSchema = z
  .object({ memberId: memberIdSchema, name: z.string(), look: lookSchema.nullable(), sinceMs: clusterTimeSchema })
  .meta({ id: 'Knock' }) satisfies z.ZodType<Knock>;

const moderationEntrySchema = z
  .object({
    atMs: clusterTimeSchema,
    kind: moderationKindSchema,
    by: z.object({ memberId: memberIdSchema, name: z.string() }).nullable().describe('Null where the server did it.'),
    target: z.object({ memberId: memberIdSchema, name: z.string().nullable() }).nullable(),
    detail: z.string().nullable().describe('What it was set to.'),
  })
  .meta({ id: 'ModerationEntry' }) satisfies z.ZodType<ModerationEntry>;

const bannedPersonSchema = z
  .object({
    memberId: memberIdSchema,
    name: z.string().nullable(),
    byName: z.string().nullable(),
    atMs: clusterTimeSchema.nullable(),
    addressUntilMs: clusterTimeSchema.nullable().describe('Until when their address is kept out too.'),
  })
  .meta({ id: 'BannedPerson' }) satisfies z.ZodType<BannedPerson>;

export const moderationSchema = z
  .object({
    log: z.array(moderationEntrySchema).readonly().describe('Newest first.'),
    banned: z.array(bannedPersonSchema).readonly(),
    waiting: z.array(knockSchema).readonly(),
  })
  .meta({ id: 'Moderation' }) satisfies z.ZodType<Moderation>;

export const banReachSchema = z
  .object({
    address: z.enum(['usable', 'proxy', 'unknown']),
    alsoOut: z.array(memberIdSchema).readonly().describe('Who else of those present would be kept out.'),
  })
  .meta({ id: 'BanReach' }) satisfies z.ZodType<BanReach>;

export const partyLinkSchema = z
  .object({ path: z.string().describe('Path and query of the link that lets people in now.') })
  .meta({ id: 'PartyLink' }) satisfies z.ZodType<PartyLink>;

const ofSession = { sessionId: sessionIdSchema };

/** The events of a session that the server sends unasked. */
export const playbackChangedSchema = z.object({ ...ofSession, ...playback });
export const sessionChangedSchema = z.object({ ...ofSession, access: accessSchema });
export const sessionPresenceSchema = z.object({ ...ofSession, ...presence });
export const sessionRemovedSchema = z.object({ ...ofSession, reason: removalReasonSchema });
export const sessionKnockSchema = z.object({ ...ofSession, waiting: z.array(knockSchema).readonly() }) satisfies z.ZodType<KnockList>;
export const sessionAdmittedSchema = z.object({ ...ofSession, admitted: z.boolean() });
export const sessionEndedSchema = z.object({ ...ofSession, media: mediaSchema });
export const serverPagesSchema = z.object({ build: z.string().regex(/^\d{13}-[0-9a-f]{8}$/) });
export const serverDrainingSchema = z.object({ reconnectInMs: z.number().min(0) });
