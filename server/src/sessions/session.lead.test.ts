import { describe, expect, it } from 'vitest';
import { SessionLead } from './session.lead.ts';
import { LEAD_CACHE_ABOVE, LEAD_CACHE_MS } from './session.limits.ts';

/** A session whose members have these devices, named by their latencies; `?` is not measured yet. */
function leadOf(members: readonly (readonly string[])[], writeMs = 0) {
  const seen = { lookups: 0, members };
  const lead = new SessionLead({
    presence: {
      devicesOf: () => seen.members,
      count: () => ({ members: seen.members.length, devices: seen.members.flat().length }),
    },
    latencyMs(socketId) {
      seen.lookups += 1;
      return socketId === '?' ? null : Number(socketId);
    },
    writeMs: () => writeMs,
  });
  return { lead, seen };
}

const msOf = (members: readonly (readonly string[])[], writeMs?: number) =>
  leadOf(members, writeMs).lead.leadMs('s', 0);

describe('[TL4] SessionLead', () => {
  it('is between 60 and 500 ms, with a margin of 40', () => {
    expect(msOf([])).toBe(60);
    expect(msOf([['0'], ['1']])).toBe(60);
    expect(msOf([['100'], ['100']])).toBe(140);
    expect(msOf([['9000'], ['9000']])).toBe(500);
  });

  it('takes one latency for each member: that of the quickest device', () => {
    expect(msOf([['100', '300', '?']])).toBe(140);
    expect(msOf([['?'], ['?']])).toBe(60);
  });

  it('is not stretched by one bad link among ten', () => {
    expect(msOf([...Array.from({ length: 9 }, () => ['50']), ['5000']])).toBe(90);
  });

  it('adds what making a commit durable takes', () => {
    expect(msOf([['100']], 30)).toBe(170);
    expect(msOf([['?']], 30)).toBe(70);
  });

  it('is worked out seldom in large sessions, and every time in small ones', () => {
    const crowd = Array.from({ length: LEAD_CACHE_ABOVE + 1 }, () => ['100']);
    const { lead, seen } = leadOf(crowd);
    lead.leadMs('s', 0);
    expect(lead.leadMs('s', LEAD_CACHE_MS - 1)).toBe(140);
    expect(seen.lookups).toBe(crowd.length);
    seen.members = crowd.map(() => ['200']);
    expect(lead.leadMs('s', LEAD_CACHE_MS)).toBe(240);
    seen.members = [['20']];
    expect(lead.leadMs('s', LEAD_CACHE_MS)).toBe(60);
  });
});
