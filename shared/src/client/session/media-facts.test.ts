import { describe, expect, it } from 'vitest';
import type { Playback } from '../../protocol/index.ts';
import { ManualEnvironment } from '../environment/manual-environment.testing.ts';
import { MediaFacts } from './media-facts.ts';

function someone(is: { host?: boolean; controls?: boolean } = {}) {
  const env = new ManualEnvironment();
  let playback: Playback = {
    media: { id: 'm', url: '/m.mp4', kind: 'file', title: null, durationS: null },
    timeline: {
      mediaId: 'm',
      positionS: 0,
      rate: 1,
      playing: true,
      atMs: 0,
      version: 7,
      cause: { kind: 'play', memberId: null, name: null },
    },
  };
  const sent: object[] = [];
  const who = { host: is.host ?? true };
  const facts = new MediaFacts({
    env,
    playback: () => playback,
    isHost: () => who.host,
    canControl: () => is.controls ?? true,
    positionS: () => 7260,
    send: (body) => sent.push(body),
  });
  return {
    env,
    facts,
    sent,
    who,
    stated(durationS: number | null) {
      const { media, timeline } = playback;
      playback = { media: { ...media, durationS }, timeline: { ...timeline, version: timeline.version + 1 } };
      facts.look();
    },
  };
}

const length = (durationS: number) => ({ kind: 'duration', mediaId: 'm', durationS });

describe('what a client tells of a medium', () => {
  it('[CMD9] a length, once; a better one replaces it, one that is as good does not', async () => {
    const { facts, sent, stated, env } = someone();
    facts.learnLength(600);
    expect(sent).toEqual([length(600)]);
    stated(600);
    facts.learnLength(600.04);
    stated(599.98);
    expect(sent).toHaveLength(1);
    stated(1);
    facts.learnLength(610);
    await env.advance(10_000);
    expect(sent).toEqual([length(600), length(600.04), length(610)]);
  });

  it('[CMD9] two hosts who do not agree come to an end, with the longer length', () => {
    const [ana, ben] = [someone(), someone()];
    ana.facts.learnLength(590);
    ben.facts.learnLength(600);
    let statedS: number | null = null;
    for (let round = 0; round < 10; round += 1) {
      for (const { sent } of [ana, ben]) {
        const next = sent.shift() as { durationS: number } | undefined;
        if (next) statedS = next.durationS;
        for (const host of [ana, ben]) host.stated(statedS);
      }
    }
    expect(statedS).toBe(600);
    expect([...ana.sent, ...ben.sent]).toEqual([]);
  });

  it('[CMD9] a length that grows all the time is said now and then', async () => {
    const { facts, sent, stated, env } = someone();
    for (let second = 0; second < 60; second += 1) {
      const before = sent.length;
      facts.learnLength(600 + second);
      await env.advance(1000);
      if (sent.length > before) stated((sent.at(-1) as { durationS: number }).durationS);
    }
    expect(sent.length).toBeGreaterThanOrEqual(5);
    expect(sent.length).toBeLessThanOrEqual(8);
  });

  it('[CMD9] whoever was wrong before may say a shorter one; whoever has less than others says nothing', async () => {
    const { facts, sent, stated, env } = someone();
    facts.learnLength(700);
    stated(700);
    facts.learnLength(640);
    await env.advance(10_000);
    expect(sent).toEqual([length(700), length(640)]);
    const cut = someone();
    cut.stated(600);
    cut.facts.learnLength(200);
    expect(cut.sent).toEqual([]);
  });

  it('[CMD9] whoever is made a host says it then', () => {
    const { facts, sent, who } = someone({ host: false });
    facts.learnLength(600);
    expect(sent).toEqual([]);
    who.host = true;
    facts.look();
    expect(sent).toEqual([length(600)]);
  });

  it('[CMD12] where the party is in what was live: hosts at once, others where no host has', async () => {
    const host = someone();
    host.facts.liveEnded(7300);
    expect(host.sent).toEqual([{ kind: 'anchor', mediaId: 'm', version: 7, positionS: 7260, durationS: 7300 }]);

    const member = someone({ host: false });
    member.facts.liveEnded(7300);
    await member.env.advance(2900);
    expect(member.sent).toEqual([]);
    await member.env.advance(2500);
    expect(member.sent).toEqual([{ kind: 'anchor', mediaId: 'm', version: 7, positionS: 7260 }]);

    const late = someone({ host: false });
    late.facts.liveEnded(7300);
    late.stated(7300);
    await late.env.advance(6000);
    const watcher = someone({ host: false, controls: false });
    watcher.facts.liveEnded(7300);
    await watcher.env.advance(6000);
    expect([...late.sent, ...watcher.sent]).toEqual([]);
  });
});
