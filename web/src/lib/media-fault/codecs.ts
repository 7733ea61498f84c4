import type { MediaFault } from './media-fault.ts';

/** A codec: how containers and playlists begin its name, what people call it, how a browser is asked; null: none has it. */
interface Codec {
  readonly names: RegExp;
  readonly name: string;
  readonly part: 'picture' | 'sound';
  readonly type: string | null;
}

const picture = (names: RegExp, name: string, type: string | null): Codec => ({ names, name, type, part: 'picture' });
const sound = (names: RegExp, name: string, type: string | null): Codec => ({ names, name, type, part: 'sound' });

/** Sample entries of MP4 (mp4ra.org), codec ids of Matroska (matroska.org), `CODECS` of playlists (RFC 6381). */
const CODECS: readonly Codec[] = [
  picture(/^(hvc1|hev1|V_MPEGH)/, 'HEVC (H.265)', 'hvc1.1.6.L93.B0'),
  picture(/^(dvh1|dvhe|dva1|dvav)/, 'Dolby Vision', 'dvh1.05.06'),
  picture(/^(av01|V_AV1)/, 'AV1', 'av01.0.04M.08'),
  picture(/^(avc1|avc3|V_MPEG4\/ISO\/AVC)/, 'H.264', 'avc1.64001f'),
  picture(/^(vvc1|vvi1)/, 'VVC (H.266)', null),
  picture(/^(ap4|apc)/, 'ProRes', null),
  picture(/^(AVd|dnx)/i, 'DNxHD', null),
  picture(/^(mp4v|V_MPEG4|V_MS)/, 'MPEG-4 (DivX, Xvid)', 'mp4v.20.9'),
  picture(/^(V_MPEG[12]|mp2v|m2v)/, 'MPEG-2', null),
  picture(/^(mjpa|mjpb|jpeg|V_MJPEG)/, 'Motion JPEG', null),
  picture(/^V_REAL/, 'RealVideo', null),
  sound(/^(ec-3|A_EAC3)/, 'E-AC-3 (Dolby Digital Plus)', 'ec-3'),
  sound(/^(ac-3|A_AC3)/, 'AC-3 (Dolby Digital)', 'ac-3'),
  sound(/^ac-4/, 'AC-4 (Dolby)', 'ac-4.02.01.00'),
  sound(/^(dts|A_DTS)/, 'DTS', 'dtsc'),
  sound(/^(mlpa|A_TRUEHD)/, 'Dolby TrueHD', null),
  sound(/^(alac|A_ALAC)/, 'Apple Lossless', 'alac'),
  sound(/^(sowt|twos|lpcm|in24|A_PCM)/, 'PCM', '1'),
];

/** Whether a browser plays a type such as `video/mp4; codecs="hvc1.1.6.L93.B0"`. */
export type PlaysType = (type: string) => boolean;

const ofElement: PlaysType = (type) => document.createElement('video').canPlayType(type) !== '';
const ofMediaSource: PlaysType = (type) => (typeof MediaSource === 'undefined' ? ofElement(type) : MediaSource.isTypeSupported(type));

/**
 * What of a file this browser cannot play, the picture first; null where nothing is known to be in the way.
 *
 * @param names as its container calls them
 */
export function lackedCodec(names: readonly string[], plays: PlaysType = ofElement): MediaFault | null {
  const known = names.flatMap((name) => CODECS.find((codec) => codec.names.test(name)) ?? []);
  const lacked = known.filter(({ type, part }) => {
    if (type === null) return true;
    return !plays(`${part === 'picture' ? 'video' : 'audio'}/mp4; codecs="${type}"`);
  });
  const first = lacked.find(({ part }) => part === 'picture') ?? lacked[0];
  return first ? { cause: 'codec', part: first.part, codec: first.name } : null;
}

/**
 * The same of a stream that comes in several qualities: one that plays is enough.
 *
 * @param renditions the `CODECS` of each, with commas between; empty where it states none
 */
export function lackedByAll(renditions: readonly string[], plays: PlaysType = ofMediaSource): MediaFault | null {
  let lacked: MediaFault | null = null;
  for (const codecs of renditions) {
    const names = codecs.split(',').map((name) => name.trim());
    const missing = names.filter((name) => name !== '' && !plays(`video/mp4; codecs="${name}"`));
    if (missing.length === 0) return null;
    const [name = ''] = missing;
    const codec = CODECS.find(({ names: own }) => own.test(name));
    lacked ??= { cause: 'codec', part: codec?.part ?? 'file', codec: codec?.name ?? name };
  }
  return lacked;
}
