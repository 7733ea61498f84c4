import { describe, expect, it } from 'vitest';
import { completed, nameQueryAt, offeredNames } from './mention-completion.ts';

describe('what is being typed', () => {
  it.each([
    ['hi @an', { start: 3, text: 'an' }],
    ['@', { start: 0, text: '' }],
    ['@Ana Mar', { start: 0, text: 'Ana Mar' }],
    ['(@b', { start: 1, text: 'b' }],
  ])('%s', (text, query) => expect(nameQueryAt(text, text.length)).toEqual(query));

  it.each(['ana@example', 'hello', '@ana\nnext', '@ now', `@${'a'.repeat(40)}`])('%s is no name', (text) =>
    expect(nameQueryAt(text, text.length)).toBeNull(),
  );

  it('is what stands before the caret', () => expect(nameQueryAt('@an and more', 3)).toEqual({ start: 0, text: 'an' }));
});

describe('who is offered', () => {
  const people = ['Ben', 'Zoë', 'Maria Anna', 'Ana', 'Anatol'].map((name) => ({ name }));
  const names = (typed: string) => offeredNames(people, typed).map(({ name }) => name);

  it('those whose name begins like that, then those of whose names one does', () =>
    expect(names('an')).toEqual(['Ana', 'Anatol', 'Maria Anna']));
  it('without case and accents', () => expect(names('ZOE')).toEqual(['Zoë']));
  it('everybody before anything is typed', () => expect(names('')).toHaveLength(5));
});

it('puts the name in, with a space behind it, and the caret after that', () => {
  expect(completed('hi @an', { start: 3, text: 'an' }, 6, 'Ana')).toEqual({ text: 'hi @Ana ', caret: 8 });
  expect(completed('hi @an there', { start: 3, text: 'an' }, 6, 'Ana')).toEqual({ text: 'hi @Ana there', caret: 8 });
});
