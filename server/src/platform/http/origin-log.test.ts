import { expect, it } from 'vitest';
import { createOriginLog, OriginError } from './origins.ts';

it('a refused origin is logged with what the server was reached as, once in ten minutes', () => {
  let nowMs = 0;
  const lines: unknown[] = [];
  const note = createOriginLog({ warn: (line: unknown) => lines.push(line) } as never, () => nowMs);
  note('https://party.example', new OriginError('10.0.0.5:4320'));
  note('https://party.example', new OriginError('10.0.0.5:4320'));
  expect(lines).toEqual([{ origin: 'https://party.example', reachedAs: '10.0.0.5:4320' }]);
  note('https://other.example', new OriginError('10.0.0.5:4320'));
  note('https://other.example', new OriginError(undefined));
  expect(lines.slice(1)).toEqual([
    { origin: 'https://other.example', reachedAs: '10.0.0.5:4320' },
    { origin: 'https://other.example', reachedAs: null },
  ]);
  nowMs = 10 * 60_000;
  note('https://party.example', new OriginError('10.0.0.5:4320'));
  expect(lines).toHaveLength(4);
});
