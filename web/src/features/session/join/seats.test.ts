import { describe, expect, it } from 'vitest';
import { memoryStorage } from '../../../lib/device-storage.ts';
import { createSeats } from './seats.ts';

describe('seats', () => {
  it('are kept for each viewer of a browser, through a reload', () => {
    const storage = memoryStorage();
    createSeats(storage).take('party', 'ana');
    const seats = createSeats(storage);
    expect(seats.of('party', ['ana'])).toBe('in');
    expect(seats.of('party', ['ben'])).toBeNull();
    expect(seats.of('other', ['ana'])).toBeNull();
  });

  it('of a guest are those of the account that took the guest in', () => {
    const seats = createSeats(memoryStorage());
    seats.take('party', 'guest');
    expect(seats.of('party', ['account', 'guest'])).toBe('in');
  });

  it('are given up by whoever leaves, and taken again by whoever comes back', () => {
    const seats = createSeats(memoryStorage());
    seats.take('party', 'ana');
    seats.leave('party', 'ana');
    expect(seats.of('party', ['ana'])).toBe('left');
    seats.take('party', 'ana');
    expect(seats.of('party', ['ana'])).toBe('in');
  });

  it('are the newest hundred', () => {
    const seats = createSeats(memoryStorage());
    for (let n = 0; n <= 100; n += 1) seats.take(`party-${n}`, 'ana');
    expect(seats.of('party-0', ['ana'])).toBeNull();
    expect(seats.of('party-1', ['ana'])).toBe('in');
  });

  it.each(['{', '"x"', '[1, null, {"sessionId":"party"}]'])('are none where what is stored is none: %s', (stored) => {
    const storage = memoryStorage();
    storage.setItem('cowatch.seats', stored);
    expect(createSeats(storage).of('party', ['ana'])).toBeNull();
  });
});
