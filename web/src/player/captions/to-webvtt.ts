import type { AddedFile } from './caption-track.ts';

/** A file as WebVTT: one that is stays as it is, another one is written from its cues. */
export function toWebVtt({ text, cues }: Pick<AddedFile, 'text' | 'cues'>): string {
  if (/^WEBVTT(\s|$)/.test(text)) return text;
  const blocks = cues.map((cue) => {
    const { text: words = '', line } = cue as Partial<VTTCue> & TextTrackCue;
    const place = line === 0 ? ' line:0' : '';
    return `${timestamp(cue.startTime)} --> ${timestamp(cue.endTime)}${place}\n${oneBlock(words)}`;
  });
  return `WEBVTT\n\n${blocks.join('\n\n')}\n`;
}

/** An empty line would end the cue, and an arrow begin another one. */
const oneBlock = (text: string) =>
  text
    .trim()
    .replace(/\n[^\S\n]*(?=\n)/g, '')
    .replaceAll('-->', '→');

function timestamp(seconds: number): string {
  const ms = Math.round(seconds * 1000);
  const part = (value: number, digits: number) => String(Math.floor(value)).padStart(digits, '0');
  return `${part(ms / 3_600_000, 2)}:${part((ms / 60_000) % 60, 2)}:${part((ms / 1000) % 60, 2)}.${part(ms % 1000, 3)}`;
}
