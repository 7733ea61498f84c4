import type { Media, MediaKind } from '@cowatch/shared/protocol';

/** How a service is asked what a video of its is called: oEmbed (https://oembed.com), and where its pictures are. */
export interface OembedService {
  /** Endpoint; null where there is none. */
  readonly endpoint: string | null;
  /** The address that the endpoint knows the video by, where that is not the one its player takes. */
  readonly address?: (id: string) => string;
  /** Where the picture of a video is, at a service that has a rule for it. */
  readonly picture?: (id: string) => string;
}

export type OembedServices = Readonly<Partial<Record<MediaKind, OembedService>>>;

/** Services whose links are played, each with its own documentation's endpoint. Twitch has had none since 2021. */
export const OEMBED_SERVICES: OembedServices = {
  youtube: { endpoint: 'https://www.youtube.com/oembed' },
  vimeo: { endpoint: 'https://vimeo.com/api/oembed.json' },
  wistia: { endpoint: 'https://fast.wistia.com/oembed.json', address: (id) => `https://fast.wistia.net/embed/iframe/${id}` },
  spotify: { endpoint: 'https://open.spotify.com/oembed' },
  tiktok: { endpoint: 'https://www.tiktok.com/oembed', address: (id) => `https://www.tiktok.com/@_/video/${id}` },
  mux: { endpoint: null, picture: (id) => `https://image.mux.com/${id}/thumbnail.jpg?width=640` },
};

/** The same services, of which an operator's own endpoint is asked instead. */
export function throughEndpoint(endpoint: string): OembedServices {
  return Object.fromEntries(Object.keys(OEMBED_SERVICES).map((kind) => [kind, { endpoint }]));
}

/** Id of a video at its service: what stands behind the first colon of its content id. */
export const serviceIdOf = ({ id }: Pick<Media, 'id'>): string => id.slice(id.indexOf(':') + 1);
