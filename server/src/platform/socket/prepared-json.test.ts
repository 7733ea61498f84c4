import fc from 'fast-check';
import { Decoder, Encoder, PacketType } from 'socket.io-parser';
import { describe, expect, it } from 'vitest';
import { PreparedEncoder, PreparedJson, prepare, writtenOnce } from './prepared-json.ts';

const ack = (data: unknown) => ({ type: PacketType.ACK, nsp: '/', id: 7, data: [data] });

describe('prepared JSON', () => {
  it('is the JSON of its parts, whatever is in them, prepared or not', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.json().map(JSON.parse)), fc.array(fc.string()), (rest, members) => {
        const whole = { ...rest, inner: { count: 3, members }, left: undefined };
        const prepared = prepare<typeof whole>({
          ...whole,
          inner: prepare<{ count: number; members: string[] }>({ count: 3, members: writtenOnce(members) }),
        });
        expect(prepared.text).toBe(JSON.stringify(whole));
        expect(JSON.stringify({ in: prepared })).toBe(JSON.stringify({ in: whole }));
      }),
    );
  });

  it('writes what is shared once', () => {
    const members = ['Ana', 'Ben'];
    expect(writtenOnce(members)).toBe(writtenOnce(members));
    expect(writtenOnce(['Ana', 'Ben'])).not.toBe(writtenOnce(members));
  });
});

describe('the encoder', () => {
  it('sends an answer that is prepared as Socket.IO would have', () => {
    const data = { name: 'Zoë "Z" 🎬', list: [1, 2] };
    const prepared = new PreparedJson<typeof data>(JSON.stringify(data));
    const frames = new PreparedEncoder().encode(ack({ ok: true, data: prepared }));
    expect(frames).toEqual(new Encoder().encode(ack({ ok: true, data })));
    const decoder = new Decoder();
    let read: unknown;
    decoder.on('decoded', (packet) => {
      read = packet;
    });
    decoder.add(frames[0]);
    expect(read).toMatchObject({ id: 7, data: [{ ok: true, data }] });
  });

  it.each([
    [{ ok: false, error: { code: 'gone', message: 'Over.' } }],
    [{ ok: true, data: null }],
    [{ ok: true, data: { text: 'not prepared' } }],
    ['anything'],
    [null],
  ])('leaves %j to Socket.IO', (answer) => {
    expect(new PreparedEncoder().encode(ack(answer))).toEqual(new Encoder().encode(ack(answer)));
  });

  it('leaves events to Socket.IO', () => {
    const event = { type: PacketType.EVENT, nsp: '/', data: ['playback:changed', { version: 1 }] };
    expect(new PreparedEncoder().encode(event)).toEqual(new Encoder().encode(event));
  });
});
