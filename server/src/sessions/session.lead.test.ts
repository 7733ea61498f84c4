import { LEAD_MARGIN_MS, LEAD_MAX_MS } from '@cowatch/shared/timeline';
import { describe, expect, it } from 'vitest';
import type { SampledLatencies } from './presence/presence.ts';
import { SessionLead } from './session.lead.ts';
import { LEAD_CACHE_ABOVE, LEAD_CACHE_MS } from './session.limits.ts';

/** A session whose members have these devices, named by their latencies; `?` is not measured yet. */
function leadOf(members: readonly (readonly string[])[], elsewhere: readonly SampledLatencies[] = []) {
  const seen = { lookups: 0, members };
  const lead = new SessionLead({
    presence: {
      devicesOf: () => seen.members,
      count: () => ({ members: seen.members.length, devices: seen.members.flat().length }),
      latenciesElsewhere: () => elsewhere,
    },
    latencyMs(socketId) {
      seen.lookups += 1;
      return socketId === '?' ? null : Number(socketId);
    },
  });
  return { lead, seen };
}

const msOf = (members: readonly (readonly string[])[]) => leadOf(members).lead.leadMs('s', 0);

describe('[TL4] SessionLead', () => {
  it('is the latency and a margin, up to a bound', () => {
    expect(msOf([])).toBe(LEAD_MARGIN_MS);
    expect(msOf([['100'], ['100']])).toBe(100 + LEAD_MARGIN_MS);
    expect(msOf([['9000'], ['9000']])).toBe(LEAD_MAX_MS);
  });

  it('takes one latency for each member: that of the quickest device', () => {
    expect(msOf([['100', '300', '?']])).toBe(100 + LEAD_MARGIN_MS);
    expect(msOf([['?'], ['?']])).toBe(LEAD_MARGIN_MS);
  });

  it('is not stretched by one bad link among ten', () => {
    expect(msOf([...Array.from({ length: 9 }, () => ['50']), ['5000']])).toBe(50 + LEAD_MARGIN_MS);
  });

  it('is worked out seldom in large sessions, and every time in small ones', () => {
    const crowd = Array.from({ length: LEAD_CACHE_ABOVE + 1 }, () => ['100']);
    const { lead, seen } = leadOf(crowd);
    lead.leadMs('s', 0);
    expect(lead.leadMs('s', LEAD_CACHE_MS - 1)).toBe(100 + LEAD_MARGIN_MS);
    expect(seen.lookups).toBe(crowd.length);
    seen.members = crowd.map(() => ['200']);
    expect(lead.leadMs('s', LEAD_CACHE_MS)).toBe(200 + LEAD_MARGIN_MS);
    seen.members = [['20']];
    expect(lead.leadMs('s', LEAD_CACHE_MS)).toBe(20 + LEAD_MARGIN_MS);
  });
});
