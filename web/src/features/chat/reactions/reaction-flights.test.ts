import { expect, it } from 'vitest';
import { ALIVE_MAX, countsOf, FLIGHT_MS, type Flight, landed, launch } from './reaction-flights.ts';

const half = () => 0.5;
const burst = (counts: Readonly<Record<string, number>>) => new Map(Object.entries(counts));

it('draws one emoji for all who pressed it, larger with the root of how many', () => {
  const flights = launch([], burst({ '❤️': 1, '😂': 9 }), 0, 1, half);
  expect(flights.map(({ emoji, count, scale }) => [emoji, count, scale])).toEqual([
    ['❤️', 1, 1],
    ['😂', 9, 3],
  ]);
  expect(launch([], burst({ '🔥': 10_000 }), 0, 1, half)[0]?.scale).toBe(4);
});

it('lets each fly two to three seconds', () => {
  const [short] = launch([], burst({ a: 1 }), 100, 1, () => 0);
  const [long] = launch([], burst({ a: 1 }), 100, 1, () => 0.999999);
  expect(short?.endsAtMs).toBe(100 + FLIGHT_MS.least);
  expect(long?.endsAtMs).toBeLessThanOrEqual(100 + FLIGHT_MS.most);
});

it('has no more than thirty in the air, the newest', () => {
  let flights: readonly Flight[] = [];
  for (let id = 0; id < 100; id += 1) flights = launch(flights, burst({ '👏': 1 }), id, id, half);
  expect(flights.length).toBe(ALIVE_MAX);
  expect(flights.at(-1)?.id).toBe(99);
  expect(landed(flights, 10_000)).toEqual([]);
});

it('counts them for those who want nothing to move', () => {
  const flights = launch(launch([], burst({ '❤️': 2 }), 0, 1, half), burst({ '❤️': 1, '😮': 9 }), 1, 5, half);
  expect(countsOf(flights)).toEqual([
    { emoji: '😮', count: 9 },
    { emoji: '❤️', count: 3 },
  ]);
});

it('flies for nobody where nobody pressed', () => expect(launch([], burst({ '❤️': 0 }), 0, 1, half)).toEqual([]));
