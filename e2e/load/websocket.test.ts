import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PING, readFrames, TEXT } from './websocket.ts';

/** A frame as a server sends it. */
function serverFrame(payload: Buffer, opcode: number): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload]);
  const header = Buffer.alloc(length < 65536 ? 4 : 10);
  header[0] = 0x80 | opcode;
  header[1] = length < 65536 ? 126 : 127;
  if (length < 65536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

it('whole frames are read however the bytes fall, and what is not whole is left', () => {
  const lengths = fc.constantFrom(0, 1, 125, 126, 300, 65535, 65536);
  const frames = fc.array(fc.record({ length: lengths, opcode: fc.constantFrom(TEXT, PING) }), { maxLength: 6 });
  fc.assert(
    fc.property(frames, fc.array(fc.nat(200_000), { maxLength: 8 }), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(({ length, opcode }, i) => serverFrame(Buffer.alloc(length, i), opcode)));
      const read: { length: number; opcode: number; filledWith: number | undefined }[] = [];
      let rest = Buffer.alloc(0);
      const ends = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
      let from = 0;
      for (const end of ends) {
        const bytes = Buffer.concat([rest, stream.subarray(from, end)]);
        from = end;
        const used = readFrames(bytes, bytes.length, (opcode, it, start, stop) => {
          read.push({ length: stop - start, opcode, filledWith: stop > start ? it[stop - 1] : undefined });
        });
        rest = bytes.subarray(used);
      }
      expect(rest).toHaveLength(0);
      expect(read).toEqual(sent.map((it, i) => ({ ...it, filledWith: it.length > 0 ? i : undefined })));
    }),
    { numRuns: 60 },
  );
});

it('fragments and masked frames are not taken for what they are not', () => {
  const ignore = () => {};
  expect(() => readFrames(Buffer.from([0x01, 1, 65]), 3, ignore)).toThrow();
  expect(() => readFrames(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 65]), 7, ignore)).toThrow();
});
