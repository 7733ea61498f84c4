import { CodedError } from '@cowatch/shared/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../platform/clock/manual-clock.testing.ts';
import { settle, stateOf } from '../../platform/promises.testing.ts';
import { SAVE_BATCH, SAVE_RETRY_MS, SAVE_SILENCE_MS, SAVE_WAITING_MAX } from '../session.limits.ts';
import { aSession, atVersion, HandSnapshots } from '../session.testing.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

const PATIENCE_MS = 250;

describe('SnapshotWriter', () => {
  let clock: ManualClock;
  let snapshots: HandSnapshots;
  let events: string[];
  let writer: SnapshotWriter;

  beforeEach(() => {
    clock = new ManualClock();
    snapshots = new HandSnapshots();
    events = [];
    writer = new SnapshotWriter({
      snapshots,
      nowMs: () => clock.nowMs(),
      patienceMs: PATIENCE_MS,
      onAway: (reason) => events.push(reason === null ? 'back' : 'away'),
      onRefused: (record) => events.push(`refused ${record.version}`),
    });
  });

  it('answers only after the record is durable', async () => {
    snapshots.hold();
    const record = aSession();
    const saved = writer.save(record);
    expect(await stateOf(saved)).toBe('pending');
    expect(writer.isUnsaved(record.id)).toBe(true);
    snapshots.release();
    expect(await saved).toBe('saved');
    expect(snapshots.stored.get(record.id)?.record).toEqual(record);
    expect(writer.isUnsaved(record.id)).toBe(false);
    expect(writer.unsavedCount).toBe(0);
  });

  it('writes everything that gathered during one statement with the next one, the newest of each session', async () => {
    snapshots.hold();
    const [first, second] = [aSession(), aSession()];
    const order: string[] = [];
    const saves = [
      writer.save(first).then(() => order.push('first 0')),
      writer.save(atVersion(first, first.version + 1)).then(() => order.push('first 1')),
      writer.save(second).then(() => order.push('second 0')),
      writer.save(atVersion(first, first.version + 2)).then(() => order.push('first 2')),
    ];
    await settle();
    expect(order).toEqual([]);
    snapshots.release();
    await Promise.all(saves);
    expect(snapshots.writes.map((write) => write.map(({ id, version }) => [id, version]))).toEqual([
      [[first.id, first.version]],
      [
        [first.id, first.version + 2],
        [second.id, second.version],
      ],
    ]);
    expect(order.filter((line) => line.startsWith('first'))).toEqual(['first 0', 'first 1', 'first 2']);
  });

  it('writes at once what comes the moment a write ends', async () => {
    const first = aSession();
    snapshots.hold();
    const chain = writer.save(first).then(() => writer.save(atVersion(first, first.version + 1)));
    snapshots.release();
    expect(await stateOf(chain)).toBe('saved');
    expect(snapshots.writes).toHaveLength(2);
  });

  it('never has more in one statement than its bound', async () => {
    snapshots.hold();
    const saves = Array.from({ length: SAVE_BATCH + 6 }, () => writer.save(aSession()));
    snapshots.release();
    await Promise.all(saves);
    expect(snapshots.writes.map((write) => write.length)).toEqual([1, SAVE_BATCH, 5]);
  });

  it('goes on without a database that refuses, says so once, and writes all when it is back', async () => {
    snapshots.away = true;
    const record = aSession();
    expect(await writer.save(record)).toBe('unsaved');
    expect(await writer.save(atVersion(record, record.version + 1))).toBe('unsaved');
    const other = aSession();
    expect(await writer.save(other)).toBe('unsaved');
    expect(events).toEqual(['away']);
    expect(writer.unsavedCount).toBe(2);

    snapshots.away = false;
    writer.retry();
    await settle();
    expect(events).toEqual(['away', 'back']);
    expect(writer.unsavedCount).toBe(0);
    expect(snapshots.stored.get(record.id)?.record.version).toBe(record.version + 1);
    expect(snapshots.stored.get(other.id)?.record).toEqual(other);
  });

  it('tries again by itself, and not more often than it should', async () => {
    snapshots.away = true;
    const record = aSession();
    await writer.save(record);
    expect(snapshots.writes).toHaveLength(1);
    clock.advance(SAVE_RETRY_MS - 1);
    writer.sweep(clock.nowMs());
    await settle();
    expect(snapshots.writes).toHaveLength(1);
    clock.advance(1);
    writer.sweep(clock.nowMs());
    await settle();
    expect(snapshots.writes).toHaveLength(2);
    snapshots.away = false;
    clock.advance(SAVE_RETRY_MS);
    writer.sweep(clock.nowMs());
    await settle();
    expect(snapshots.stored.get(record.id)?.record).toEqual(record);
  });

  it('lets each wait as long as its patience lasts, in order, and does not take a slow database for one that is away', async () => {
    snapshots.hold();
    const record = aSession();
    const order: number[] = [];
    const first = writer.save(record).then((outcome) => [order.push(0), outcome]);
    const second = writer.save(atVersion(record, record.version + 1)).then((outcome) => [order.push(1), outcome]);
    clock.advance(PATIENCE_MS - 1);
    const other = writer.save(aSession());
    writer.sweep(clock.nowMs());
    expect(await stateOf(first)).toBe('pending');
    clock.advance(1);
    writer.sweep(clock.nowMs());
    expect(await first).toEqual([1, 'unsaved']);
    expect(await second).toEqual([2, 'unsaved']);
    expect(order).toEqual([0, 1]);
    expect(await stateOf(other)).toBe('pending');
    expect(writer.away).toBe(false);

    const third = writer.save(atVersion(record, record.version + 2));
    expect(await stateOf(third)).toBe('pending');
    snapshots.release();
    expect(await Promise.all([third, other])).toEqual(['saved', 'saved']);
    expect(events).toEqual([]);
    expect(snapshots.stored.get(record.id)?.record.version).toBe(record.version + 2);
    expect(writer.unsavedCount).toBe(0);
  });

  it('waits for nobody once a write has had no answer for long, until it has one', async () => {
    snapshots.hold();
    const record = aSession();
    void writer.save(record);
    clock.advance(SAVE_SILENCE_MS);
    const waiting = writer.save(aSession());
    writer.sweep(clock.nowMs());
    expect(await waiting).toBe('unsaved');
    expect(await writer.save(atVersion(record, record.version + 1))).toBe('unsaved');
    expect(events).toEqual(['away']);
    snapshots.release();
    await settle();
    expect(events).toEqual(['away', 'back']);
    expect(writer.unsavedCount).toBe(0);
    expect(await writer.save(atVersion(record, record.version + 2))).toBe('saved');
  });

  it('knows that the database is away before anything was written, where it is told', async () => {
    let there = false;
    writer = new SnapshotWriter({
      snapshots,
      nowMs: () => clock.nowMs(),
      patienceMs: PATIENCE_MS,
      reachable: () => there,
    });
    expect(writer.away).toBe(true);
    there = true;
    expect(writer.away).toBe(false);
  });

  it('lets only so many wait', async () => {
    snapshots.hold();
    const record = aSession();
    const waiting = Array.from({ length: SAVE_WAITING_MAX }, () => writer.save(record));
    expect(await writer.save(record)).toBe('unsaved');
    expect(await writer.settled(record.id)).toBe('unsaved');
    snapshots.release();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['saved']));
    expect(await writer.save(atVersion(record, record.version + 1))).toBe('saved');
  });

  it('keeps what was in a statement that failed, under what was committed meanwhile', async () => {
    snapshots.hold();
    const [overtaken, alone] = [aSession(), aSession()];
    const blocker = writer.save(aSession());
    const waiting = [writer.save(overtaken), writer.save(alone)];
    snapshots.release();
    snapshots.hold();
    await settle();
    waiting.push(writer.save(atVersion(overtaken, overtaken.version + 1)));
    snapshots.release(new CodedError('unavailable', 'gone in the middle'));
    expect(await blocker).toBe('saved');
    expect(await Promise.all(waiting)).toEqual(['unsaved', 'unsaved', 'unsaved']);
    expect(writer.unsavedCount).toBe(2);
    await writer.flush();
    expect(snapshots.stored.get(overtaken.id)?.record.version).toBe(overtaken.version + 1);
    expect(snapshots.stored.get(alone.id)?.record).toEqual(alone);
  });

  it('lets one session that cannot be stored keep no other from it', async () => {
    const poison = aSession();
    const save = snapshots.save.bind(snapshots);
    let refusals = 0;
    snapshots.save = async (records) => {
      if (records.some(({ id, version }) => id === poison.id && version === poison.version)) {
        refusals += 1;
        throw new Error('invalid byte sequence');
      }
      await save(records);
    };
    snapshots.hold();
    const blocker = writer.save(aSession());
    const others = [aSession(), aSession()];
    const saves = [writer.save(others[0] ?? poison), writer.save(poison), writer.save(others[1] ?? poison)];
    snapshots.release();
    expect(await blocker).toBe('saved');
    expect(await Promise.all(saves)).toEqual(['saved', 'unsaved', 'saved']);
    expect(events).toEqual([`refused ${poison.version}`]);
    expect(writer.isUnsaved(poison.id)).toBe(true);
    expect(await writer.settled(poison.id)).toBe('unsaved');
    // Of all, of one half, and alone.
    expect(refusals).toBe(3);

    await writer.flush();
    expect(refusals).toBe(3);
    expect(await writer.save(atVersion(poison, poison.version + 1))).toBe('saved');
    expect(writer.unsavedCount).toBe(0);
  });

  it('tells a repeat to wait for what is being written, and nobody once the database is away', async () => {
    snapshots.hold();
    const record = aSession();
    void writer.save(record);
    const reading = writer.settled(record.id);
    expect(await stateOf(reading)).toBe('pending');
    expect(await writer.settled(aSession().id)).toBe('saved');
    clock.advance(PATIENCE_MS);
    writer.sweep(clock.nowMs());
    expect(await reading).toBe('unsaved');
    snapshots.away = true;
    snapshots.release();
    await settle();
    expect(await writer.settled(record.id)).toBe('unsaved');
    snapshots.away = false;
    await writer.flush();
    expect(await writer.settled(record.id)).toBe('saved');
  });
});
