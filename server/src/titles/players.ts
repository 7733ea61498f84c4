import type { EmbedSources } from '../platform/http/security.ts';

/** Sites whose videos a link may name and whose players the page embeds. */
export const PLAYER_SITES: EmbedSources = {
  scripts: [
    'https://www.youtube.com',
    'https://s.ytimg.com',
    'https://player.vimeo.com',
    'https://player.twitch.tv',
    'https://embed.twitch.tv',
    'https://fast.wistia.com',
    'https://fast.wistia.net',
    'https://open.spotify.com',
    'https://embed-cdn.spotifycdn.com',
  ],
  frames: [
    'https://www.youtube.com',
    'https://www.youtube-nocookie.com',
    'https://player.vimeo.com',
    'https://vimeo.com',
    'https://player.twitch.tv',
    'https://embed.twitch.tv',
    'https://clips.twitch.tv',
    'https://fast.wistia.com',
    'https://fast.wistia.net',
    'https://open.spotify.com',
    'https://www.tiktok.com',
  ],
};
