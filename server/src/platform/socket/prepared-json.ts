import { Encoder, type Packet, PacketType } from 'socket.io-parser';

/**
 * Prepared JSON: an object that was serialized before. In an answer (`{ok: true, data}`) it leaves as the text it is; wherever else
 * it is written it is what the text says.
 */
export class PreparedJson<T> {
  readonly text: string;

  /** @param text JSON of a `T` */
  constructor(text: string) {
    this.text = text;
  }

  toJSON(): T {
    return JSON.parse(this.text) as T;
  }
}

/** Cache of shared objects and their text, for as long as they are held elsewhere. */
const written = new WeakMap<object, PreparedJson<unknown>>();

/** Serializes an object that goes to many sockets, and never changes, once. */
export function writtenOnce<T extends object>(shared: T): PreparedJson<T> {
  let text = written.get(shared);
  if (text === undefined) {
    text = new PreparedJson(JSON.stringify(shared));
    written.set(shared, text);
  }
  return text as PreparedJson<T>;
}

/** Serializes an object of parts that are serialized already and of others. */
export function prepare<T extends object>(parts: { readonly [K in keyof T]: T[K] | PreparedJson<T[K]> }): PreparedJson<T> {
  const fields = Object.entries(parts).flatMap(([name, part]) => {
    const text = part instanceof PreparedJson ? part.text : JSON.stringify(part);
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  return new PreparedJson(`{${fields.join(',')}}`);
}

/** Socket.IO's own encoder, which does not serialize again what is prepared. */
export class PreparedEncoder extends Encoder {
  override encode(packet: Packet) {
    const { type, nsp, id, data } = packet;
    const answer: unknown = type === PacketType.ACK && nsp === '/' ? data[0] : undefined;
    const text = preparedIn(answer);
    return text === null ? super.encode(packet) : [`${type}${id}[{"ok":true,"data":${text}}]`];
  }
}

function preparedIn(answer: unknown): string | null {
  if (typeof answer !== 'object' || answer === null || !('ok' in answer) || answer.ok !== true) return null;
  return 'data' in answer && answer.data instanceof PreparedJson ? answer.data.text : null;
}
