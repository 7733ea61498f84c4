import { beforeEach, describe, expect, it } from 'vitest';
import { BACKLOG_CUT, BACKLOG_SLOW, Backlog, DRAIN_WITHIN_MS, SlowConnections } from './backlog.ts';

/** A connection whose peer reads when the test says so. */
class HandConnection {
  waitingPackets = 0;
  waitingBytes = 0;
  drained = true;
  readonly happened: string[] = [];
  readonly backlog: Backlog;

  constructor(slow: SlowConnections) {
    const note = (what: string) => () => void this.happened.push(what);
    const outgoing = {
      get waitingPackets() {
        return connection.waitingPackets;
      },
      get waitingBytes() {
        return connection.waitingBytes;
      },
      get drained() {
        return connection.drained;
      },
      cut: note('cut'),
    };
    const connection = this;
    const events = { onSlow: note('slow'), onDrained: note('drained'), onCut: note('told of the cut') };
    this.backlog = new Backlog(outgoing, slow, events);
  }

  /** Sends to a peer that reads nothing. */
  send(packets: number, bytes = 100): void {
    this.drained = false;
    for (let i = 0; i < packets; i += 1) {
      this.backlog.sent(bytes);
      this.waitingPackets += 1;
      this.waitingBytes += bytes;
    }
  }

  read(): void {
    this.waitingPackets = 0;
    this.waitingBytes = 0;
    this.drained = true;
  }
}

let nowMs: number;
let slow: SlowConnections;
let connection: HandConnection;
beforeEach(() => {
  nowMs = 1000;
  slow = new SlowConnections(() => nowMs);
  connection = new HandConnection(slow);
  return () => slow.stop();
});

describe('[SLOW1] what waits for a connection', () => {
  it('does nothing below the bound, however long it goes on', () => {
    for (let i = 0; i < 100; i += 1) {
      connection.send(BACKLOG_SLOW.packets, BACKLOG_SLOW.bytes / BACKLOG_SLOW.packets - 1);
      connection.read();
    }
    expect(connection.happened).toEqual([]);
  });

  it.each([
    ['packets', BACKLOG_SLOW.packets + 1, 1],
    ['bytes', 3, BACKLOG_SLOW.bytes / 2],
  ])('makes it slow once beyond the bound of %s, until it has read all', (_, packets, bytes) => {
    connection.send(packets, bytes);
    slow.look(nowMs + 100);
    expect(connection.happened).toEqual(['slow']);
    connection.waitingPackets = 0;
    slow.look(nowMs + 200);
    expect(connection.happened).toEqual(['slow']);
    connection.read();
    slow.look(nowMs + 300);
    slow.look(nowMs + 400);
    expect(connection.happened).toEqual(['slow', 'drained']);
    connection.send(packets, bytes);
    expect(connection.happened).toEqual(['slow', 'drained', 'slow']);
  });

  it('[SLOW3] cuts it off when it is not read in time', () => {
    connection.send(BACKLOG_SLOW.packets + 1);
    slow.look(nowMs + DRAIN_WITHIN_MS - 1);
    expect(connection.happened).toEqual(['slow']);
    slow.look(nowMs + DRAIN_WITHIN_MS);
    expect(connection.happened).toEqual(['slow', 'told of the cut', 'cut']);
    connection.read();
    slow.look(nowMs + 2 * DRAIN_WITHIN_MS);
    connection.send(10);
    expect(connection.happened).toHaveLength(3);
  });

  it.each([
    ['packets', BACKLOG_CUT.packets + 1, 1],
    ['bytes', 8, BACKLOG_CUT.bytes / 6],
  ])('[SLOW3] cuts it off at once beyond the last bound of %s', (_, packets, bytes) => {
    connection.send(packets, bytes);
    expect(connection.happened).toEqual(['slow', 'told of the cut', 'cut']);
  });

  it('is forgotten with the connection', () => {
    connection.send(BACKLOG_SLOW.packets + 1);
    connection.backlog.stop();
    connection.read();
    slow.look(nowMs + DRAIN_WITHIN_MS);
    expect(connection.happened).toEqual(['slow']);
  });
});
