import { type Answer, ERROR_CODES, FRAME_MAX_BYTES, MESSAGE_MAX_BYTES, PROTOCOL_VERSION, type SessionInfo } from '@cowatch/shared/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresTestDatabase, replacing } from '../platform/database/database.testing.ts';
import { type Person, RawClient, startTestServer, type TestServer } from '../protocol.testing.ts';
import { newSessionId } from './session.domain.ts';
import { CLOCK_LIMIT, JOIN_LIMIT, LEAVE_LIMIT, PLAYBACK_LIMIT, REPORT_LIMIT, ROSTER_LIMIT, SESSION_LIMIT } from './session.limits.ts';

let server: TestServer;
let ana: Person;
let mallory: Person;
beforeAll(async () => {
  server = await startTestServer();
  ana = await server.person('Ana');
  mallory = await server.person('Mallory');
});
afterAll(() => server.stop());

let party: SessionInfo;
let id: string;
let host: RawClient;
let bad: RawClient;
beforeEach(async () => {
  party = await ana.createSession();
  id = party.id;
  host = await ana.join(id);
  bad = await mallory.connect();
  await host.caughtUp();
  host.forget();
});

// Whatever a test of this file sent: the server is alive, and can still be used by others.
afterEach(async () => {
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect((await host.ask('clock:ping', {})).ok).toBe(true);
});

const codeOf = (answer: Answer<unknown>) => (answer.ok ? 'ok' : answer.error.code);

/** Nothing of the session changed while `attack` ran: not the record, not its version, nothing its people see. */
async function leavesUntouched(attack: () => Promise<unknown>): Promise<void> {
  await host.caughtUp();
  const before = await server.stored(id);
  const seen = host.received.length;
  await attack();
  await host.caughtUp();
  expect(await server.stored(id)).toEqual(before);
  const events = host.received.slice(seen).map(({ event }) => event);
  expect(events.filter((event) => event !== 'session:presence')).toEqual([]);
}

/** Every command, with a message that would be right. */
const commands = (sessionId: string, issuedAtMs: number): [string, Record<string, unknown>][] => {
  const base = { sessionId, opId: 'operation-1', issuedAtMs };
  const report = { sessionId, version: 1, accessVersion: 1, state: 'playing', positionS: 1, driftMs: 0 };
  return [
    ['session:join', { sessionId, name: 'Mallory' }],
    ['session:leave', { sessionId }],
    ['session:roster', { sessionId, offset: 0 }],
    ['member:report', report],
    ['playback:command', { ...base, kind: 'play' }],
    ['playback:command', { ...base, kind: 'pause', seenPositionS: 4 }],
    ['playback:command', { ...base, kind: 'seek', positionS: 4 }],
    ['playback:command', { ...base, kind: 'rate', rate: 1.5 }],
    ['playback:command', { ...base, kind: 'load', media: { titleId: 'sample' } }],
    ['playback:command', { ...base, kind: 'duration', mediaId: 'title:sample', durationS: 9 }],
    ['playback:command', { ...base, kind: 'anchor', mediaId: 'title:sample', version: 1, positionS: 4 }],
    ['session:command', { ...base, kind: 'control', control: 'hosts' }],
    ['session:command', { ...base, kind: 'rename', name: 'Mine' }],
    ['session:command', { ...base, kind: 'role', memberId: 'abcdefghijkl', role: 'host' }],
    ['session:command', { ...base, kind: 'kick', memberId: 'abcdefghijkl' }],
    ['session:command', { ...base, kind: 'end' }],
    ['session:command', { ...base, kind: 'own-name', name: 'M' }],
  ];
};

/** Values of no use anywhere. */
const JUNK: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  '',
  'x',
  '🎬'.repeat(100),
  true,
  [],
  [[]],
  {},
  { __proto__: null, toString: 1 },
  { constructor: { prototype: {} } },
];

describe('[ERR3] messages that are wrong', () => {
  it('of every command, in every field, are bad requests that change nothing', async () => {
    const attackers = await Promise.all(Array.from({ length: 4 }, () => mallory.join(id)));
    const { sentAtMs } = await host.do('clock:ping', {});
    let sent = 0;
    await leavesUntouched(async () => {
      for (const [event, message] of commands(id, sentAtMs)) {
        for (const field of [...Object.keys(message), 'unknownField']) {
          const valid = message[field];
          const wrong = JUNK.filter((junk) => typeof junk !== typeof valid || typeof valid === 'object');
          for (const junk of wrong.slice(0, 6)) {
            const client = attackers[sent % attackers.length] ?? bad;
            sent += 1;
            const answer = await client.raw(event, { ...message, [field]: junk });
            const nullable = junk === null && ['positionS', 'driftMs'].includes(field) && event === 'member:report';
            if (!nullable) expect([event, field, junk, codeOf(answer)]).toEqual([event, field, junk, 'bad_request']);
          }
        }
      }
    });
    expect(sent).toBeGreaterThan(300);
  });

  it('out of range are bad requests', async () => {
    const client = await mallory.join(id);
    const base = await client.envelope(id);
    const wrong: [string, Record<string, unknown>][] = [
      ['playback:command', { ...base, kind: 'seek', positionS: -0.001 }],
      ['playback:command', { ...base, kind: 'seek', positionS: 1e9 }],
      ['playback:command', { ...base, kind: 'rate', rate: 0 }],
      ['playback:command', { ...base, kind: 'rate', rate: 4.01 }],
      ['playback:command', { ...base, kind: 'duration', mediaId: 'title:sample', durationS: 0 }],
      ['playback:command', { ...base, kind: 'anchor', mediaId: 'title:sample', version: 0.5, positionS: 4 }],
      ['playback:command', { ...base, kind: 'load', media: { url: 'x'.repeat(2049) } }],
      ['playback:command', { ...base, kind: 'load', media: { url: 'https://a.example/x.mp4', titleId: 'sample' } }],
      ['playback:command', { ...base, opId: 'short', kind: 'play' }],
      ['playback:command', { ...base, opId: 'x'.repeat(41), kind: 'play' }],
      ['playback:command', { ...base, issuedAtMs: -1, kind: 'play' }],
      ['playback:command', { ...base, kind: 'destroy' }],
      ['session:command', { ...base, kind: 'rename', name: ' \u0000\u200b'.slice(0, 2) }],
      ['session:command', { ...base, kind: 'rename', name: 'x'.repeat(81) }],
      ['session:command', { ...base, kind: 'own-name', name: 'x'.repeat(41) }],
      ['session:command', { ...base, kind: 'role', memberId: 'abcdefghijkl', role: 'owner' }],
      ['session:roster', { sessionId: id, offset: -1 }],
      ['session:roster', { sessionId: id, offset: 0.5 }],
      ['session:join', { sessionId: `${id}x`, name: 'M' }],
      ['session:join', { sessionId: id, name: '' }],
      ['clock:ping', { payload: 'x' }],
    ];
    await leavesUntouched(async () => {
      for (const [event, message] of wrong) {
        expect([event, message, codeOf(await client.raw(event, message))]).toEqual([event, message, 'bad_request']);
      }
    });
  });

  it('without a message, with two, or with no acknowledgement do no harm', async () => {
    await leavesUntouched(async () => {
      for (const [event, message] of commands(id, 0)) {
        expect(codeOf(await bad.raw(event))).toBe('bad_request');
        expect(codeOf(await bad.raw(event, message, message))).toBe('bad_request');
        bad.socket.emit(event);
        bad.socket.emit(event, message, message);
        bad.socket.emit(event, Buffer.from([1, 2, 3]));
      }
      await bad.caughtUp();
    });
  });

  it('[ERR4] of no known name are bad requests', async () => {
    for (const event of ['', 'x', 'playback:changed', '__proto__', 'constructor', 'toString', 'session:join ']) {
      expect([event, codeOf(await bad.raw(event, {}))]).toEqual([event, 'bad_request']);
    }
  });
});

describe('[ERR5] a session that is not joined', () => {
  it('cannot be touched, whether it exists or not', async () => {
    const own = await mallory.createSession();
    const joinedElsewhere = await mallory.join(own.id);
    const { sentAtMs } = await host.do('clock:ping', {});
    await leavesUntouched(async () => {
      for (const client of [bad, joinedElsewhere]) {
        for (const sessionId of [id, newSessionId()]) {
          for (const [event, message] of commands(sessionId, sentAtMs)) {
            if (event === 'session:join') continue;
            const code = codeOf(await client.raw(event, message));
            if (code !== 'rate_limited') expect([event, code]).toEqual([event, 'forbidden']);
          }
        }
      }
    });
    expect((await server.stored(own.id))?.ops).toEqual([]);
    expect((await ana.http('GET', `/sessions/${id}`)).body).toMatchObject({ memberCount: 1 });
  });
});

describe('[LIM1] [LIM2] what is too large', () => {
  it('is refused as a message, whatever it is', async () => {
    const client = await mallory.join(id);
    const filler = 'x'.repeat(MESSAGE_MAX_BYTES);
    await leavesUntouched(async () => {
      for (const [event, message] of commands(id, 0)) {
        expect(codeOf(await client.raw(event, { ...message, filler }))).toBe('too_large');
      }
      expect(codeOf(await client.raw('no:such', filler))).toBe('too_large');
    });
    expect(client.socket.connected).toBe(true);
  });

  it('ends the connection as a frame, and no other one', async () => {
    const client = await mallory.join(id);
    const gone = new Promise((resolve) => client.socket.once('disconnect', resolve));
    await leavesUntouched(async () => {
      client.socket.emit('session:join', { sessionId: id, name: 'x'.repeat(FRAME_MAX_BYTES) });
      await gone;
    });
    expect(bad.socket.connected).toBe(true);
  });
});

describe('[LIM3] floods', () => {
  const valid = (opId: number): [string, { burst: number }, Record<string, unknown>][] => {
    const base = { sessionId: id, opId: `flood-${opId}`.padEnd(8, '_'), issuedAtMs: 0 };
    const report = { sessionId: id, version: 1, accessVersion: 1, state: 'playing', positionS: 1, driftMs: 0 };
    return [
      ['clock:ping', CLOCK_LIMIT, {}],
      ['session:roster', ROSTER_LIMIT, { sessionId: id, offset: 0 }],
      ['playback:command', PLAYBACK_LIMIT, { ...base, kind: 'play' }],
      ['session:command', SESSION_LIMIT, { ...base, kind: 'end' }],
      ['member:report', REPORT_LIMIT, report],
      ['session:leave', LEAVE_LIMIT, { sessionId: newSessionId() }],
      ['session:join', JOIN_LIMIT, { sessionId: newSessionId(), name: 'Mallory' }],
    ];
  };

  it('are refused above each bucket, with the time to wait, and reach nobody', async () => {
    for (const [i] of valid(0).entries()) {
      const client = await mallory.join(id);
      const [event, { burst }, message] = valid(i)[i] ?? ['', { burst: 0 }, {}];
      await leavesUntouched(async () => {
        const answers = await Promise.all(Array.from({ length: burst + 20 }, () => client.raw(event, message)));
        const refused = answers.filter((answer) => codeOf(answer) === 'rate_limited');
        // At least: while they were on their way a token or two may have grown.
        expect(refused.length).toBeGreaterThanOrEqual(15);
        for (const answer of refused) {
          expect(answer).toMatchObject({ error: { retryAfterMs: expect.any(Number) } });
        }
        const other = event === 'clock:ping' ? 'session:roster' : 'clock:ping';
        const message2 = other === 'clock:ping' ? {} : { sessionId: id, offset: 0 };
        expect(codeOf(await client.raw(other, message2))).toBe('ok');
      });
      client.socket.close();
    }
  });

  it('of anything at all end in the connection being cut, and nobody else notices', async () => {
    const client = await mallory.join(id);
    const gone = new Promise((resolve) => client.socket.once('disconnect', resolve));
    await leavesUntouched(async () => {
      for (let i = 0; i < 2000; i += 1) client.socket.emit('garbage', i);
      await gone;
    });
    expect(await host.playback(id, { kind: 'play' })).toMatchObject({ changed: true });
  });

  it('of honest commands by two people at once leave one order that both know', async () => {
    const guest = await mallory.join(id);
    const send = async (client: RawClient, name: string) => {
      const envelope = await client.envelope(id);
      return Promise.all(
        Array.from({ length: 9 }, (_, i) =>
          client.raw('playback:command', { ...envelope, opId: `${name}-seek-${i}`, kind: 'seek', positionS: i + 1 }),
        ),
      );
    };
    const answers = (await Promise.all([send(host, 'host'), send(guest, 'guest')])).flat();
    expect(answers.map(codeOf)).toEqual(answers.map(() => 'ok'));
    await Promise.all([host.caughtUp(), guest.caughtUp()]);
    // One change a command and not one more: nothing echoes.
    const changes = answers.filter((answer) => answer.ok && (answer.data as { changed: boolean }).changed);
    expect(host.all('playback:changed')).toHaveLength(changes.length);
    expect(guest.all('playback:changed')).toEqual(host.all('playback:changed'));
  });
});

describe('connecting', () => {
  const refusal = async (auth: object, headers: Record<string, string> = {}, url = server.url) => {
    const client = new RawClient(url, 'X', auth, headers);
    const error = await client.connected().then(
      () => null,
      (reason: Error & { data?: { code?: string } }) => reason,
    );
    client.socket.close();
    return error === null ? 'connected' : (error.data?.code ?? 'closed');
  };

  it('[CONN2] [CONN3] [CONN5] needs the right version and a valid identity, and says which is wrong', async () => {
    const { token } = mallory;
    expect(await refusal({ protocol: PROTOCOL_VERSION, token })).toBe('connected');
    for (const protocol of [undefined, 0, 2, '1', null, {}]) {
      expect(await refusal({ protocol, token })).toBe('upgrade_required');
    }
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    for (const wrong of [undefined, forged, 'x', 7, {}, `${token}.x`, token.slice(0, 20)]) {
      expect(await refusal({ protocol: PROTOCOL_VERSION, token: wrong })).toBe('unauthenticated');
    }
    expect(await refusal({ protocol: PROTOCOL_VERSION }, { cookie: `cowatch_viewer=${token}` })).toBe('connected');
  });

  it('[CONN1] [CONN4] is refused to pages of strangers and to long polling', async () => {
    const auth = { protocol: PROTOCOL_VERSION, token: mallory.token };
    expect(await refusal(auth, { origin: 'https://evil.example' })).toBe('closed');
    expect(await refusal(auth, { origin: server.url })).toBe('connected');
    const polling = await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`);
    expect(polling.status).toBe(400);
  });

  it('[LIM4] is limited for one viewer', async () => {
    const small = await startTestServer({ env: { CONNECTIONS_PER_IP: '3' } });
    try {
      const { token } = await small.person('One');
      const auth = { protocol: PROTOCOL_VERSION, token };
      await Promise.all([1, 2, 3].map(async () => (await small.personWith({ name: 'X', token })).connect()));
      expect(await refusal(auth, {}, small.url)).toBe('rate_limited');
    } finally {
      await small.stop();
    }
  });

  it('[ERR6] answers what the server did not expect as internal, with a number to find it by, and goes on', async () => {
    const { database, remove } = await openPostgresTestDatabase();
    const broken = await startTestServer({
      database: replacing(database, { run: () => Promise.reject(new Error('the inner life of the server')) }),
    });
    try {
      const person = await broken.person('Ana');
      const client = await person.connect();
      const answer = await client.ask('session:join', { sessionId: newSessionId(), name: 'Ana' });
      expect(answer).toEqual({ ok: false, error: { code: 'internal', message: expect.any(String) } });
      expect(JSON.stringify(answer)).not.toContain('inner life');
      const logged = broken.log.filter(({ err }) => JSON.stringify(err ?? '').includes('inner life'));
      expect(JSON.stringify(answer)).toContain(String(logged[0]?.reqId));
      expect(await person.http('GET', `/sessions/${newSessionId()}`)).toMatchObject({
        status: 500,
        body: { code: 'internal' },
      });
      expect(await client.ask('clock:ping', {})).toMatchObject({ ok: true });
    } finally {
      await broken.stop();
      await remove();
    }
  });

  it('[ERR1] answers everything with data or with a code of the closed list', async () => {
    for (const [event, message] of [...commands(id, 0), ['x', {}] as const, ['clock:ping', {}] as const]) {
      const answer = await bad.raw(event, message);
      if (answer.ok) expect(Object.keys(answer)).toEqual(['ok', 'data']);
      else {
        expect(ERROR_CODES).toContain(answer.error.code);
        expect(answer.error.message).not.toBe('');
      }
    }
  });
});
