import type { MediaKind } from '@cowatch/shared/protocol';
import type { ComponentType } from 'react';
import HtmlPlayer from 'react-player/HtmlPlayer';
import { createReactPlayer } from 'react-player/ReactPlayer';

/** react-player, made for one kind of medium. */
export type PlayerComponent = ReturnType<typeof createReactPlayer>;

type ElementModule = { readonly default: unknown };

const hls = () => import('hls-video-element/react');

/** The element that plays each kind, in a chunk of its own. */
const ELEMENTS: Readonly<Record<MediaKind, () => Promise<ElementModule>>> = {
  file: async () => ({ default: HtmlPlayer }),
  hls,
  dash: () => import('dash-video-element/react'),
  // What stream.mux.com serves is HLS.
  mux: hls,
  youtube: () => import('youtube-video-element/react'),
  vimeo: () => import('vimeo-video-element/react'),
  twitch: () => import('twitch-video-element/react'),
  wistia: () => import('wistia-video-element/react'),
  spotify: () => import('spotify-audio-element/react'),
  tiktok: () => import('tiktok-video-element/react'),
};

const loaded = new Map<MediaKind, Promise<PlayerComponent>>();

/**
 * react-player with the element for a kind of medium, fetched before it is rendered. react-player's own lazy players
 * suspend while they render, and React throws such renderings away and begins anew: each one leaves behind an element
 * that loads the medium and is never seen.
 */
export function loadPlayer(kind: MediaKind): Promise<PlayerComponent> {
  const known = loaded.get(kind);
  if (known) return known;
  const player = ELEMENTS[kind]().then((module) => {
    const entry = { key: kind, name: kind, canPlay: () => true, player: module.default as ComponentType };
    return createReactPlayer([entry], entry);
  });
  loaded.set(kind, player);
  // What failed for want of a network may be there the next time.
  player.catch(() => loaded.delete(kind));
  return player;
}

/** The address that the element of a kind wants. */
export function playerSource(kind: MediaKind, url: string): string {
  if (kind !== 'mux') return url;
  const playlist = new URL(url);
  playlist.pathname += '.m3u8';
  return playlist.href;
}
