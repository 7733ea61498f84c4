import { LEAD_MARGIN_MS, LEAD_MAX_MS } from '@cowatch/shared/timeline';
import { describe, expect, it } from 'vitest';
import { MemberRegistry } from './membership/member.registry.ts';
import type { SampledLatencies } from './presence/remote-presence.ts';
import { SessionLead } from './session.lead.ts';
import { LEAD_CACHE_ABOVE, LEAD_CACHE_MS } from './session.limits.ts';

/** The registry of one session; each socket is named by its member, its place and its latency. */
function registryOf(sessionId: string, members: readonly (readonly string[])[]): MemberRegistry {
  const registry = new MemberRegistry();
  for (const [member, latencies] of members.entries()) {
    for (const [i, latency] of latencies.entries()) {
      registry.enter({ sessionId, memberId: `${member}`, socketId: `${member}.${i} ${latency}` }, 0);
    }
  }
  return registry;
}

/** A session whose members have these connections, named by their latencies; `?` is not measured yet. */
function leadOf(members: readonly (readonly string[])[], elsewhere: readonly SampledLatencies[] = []) {
  const seen = { lookups: 0, members };
  const lead = new SessionLead({
    registry: { membersOf: (sessionId) => registryOf(sessionId, seen.members).membersOf(sessionId) },
    presence: {
      count: () => ({ members: seen.members.length, devices: seen.members.flat().length }),
      remote: { latencies: () => elsewhere },
    },
    latencyMs(socketId) {
      seen.lookups += 1;
      const [, latency] = socketId.split(' ');
      return latency === '?' ? null : Number(latency);
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

  it('takes one latency for each member: that of the quickest connection', () => {
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
