import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What a page hands an authenticator, as far as this one looks at it. */
interface Ceremony {
  readonly challenge: string;
}

/** A passkey that an authenticator keeps. */
export interface AuthenticatorKey {
  readonly credentialId: string;
  /** As JSON Web Key, the private part with it. */
  readonly jwk: object;
  /** How often it has signed. */
  readonly counter: number;
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const KEY_INCLUDED = 0x40;

/** An authenticator with one ES256 key, and the page that asks it: answers as `navigator.credentials` gives them in JSON. */
export class TestAuthenticator {
  readonly #origin: string;
  readonly #key: KeyObject;
  readonly #id: Buffer;
  #counter: number;

  constructor(origin: string, known: AuthenticatorKey | null = null) {
    this.#origin = origin;
    this.#counter = known?.counter ?? 0;
    this.#id = known === null ? randomBytes(16) : Buffer.from(known.credentialId, 'base64url');
    this.#key =
      known === null
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
        : createPrivateKey({ key: known.jwk as never, format: 'jwk' });
  }

  /** What it keeps, to be handed to another one. */
  get key(): AuthenticatorKey {
    return { credentialId: this.#id.toString('base64url'), jwk: this.#key.export({ format: 'jwk' }), counter: this.#counter };
  }

  /** Makes a passkey (WebAuthn, section 6.5.1: attestation `none`). */
  create({ challenge }: Ceremony): object {
    const { x = '', y = '' } = this.#key.export({ format: 'jwk' }) as { x?: string; y?: string };
    const length = Buffer.from([0, this.#id.length]);
    // COSE: key type EC2, algorithm ES256, curve P-256, and the point.
    const point = [hex('a5010203262001215820'), Buffer.from(x, 'base64url'), hex('225820'), Buffer.from(y, 'base64url')];
    const data = Buffer.concat([this.#data(KEY_INCLUDED), Buffer.alloc(16), length, this.#id, ...point]);
    // CBOR: {"fmt": "none", "attStmt": {}, "authData": data}
    const head = hex('a363666d74646e6f6e656761747453746d74a068617574684461746158');
    const attestation = Buffer.concat([head, Buffer.from([data.length]), data]);
    return this.#answer({
      clientDataJSON: this.#clientData('webauthn.create', challenge).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** Signs with the passkey. */
  get({ challenge }: Ceremony): object {
    this.#counter += 1;
    const [data, client] = [this.#data(0), this.#clientData('webauthn.get', challenge)];
    const signature = sign('sha256', Buffer.concat([data, createHash('sha256').update(client).digest()]), this.#key);
    return this.#answer({
      clientDataJSON: client.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: signature.toString('base64url'),
    });
  }

  #data(flags: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.#counter);
    const site = createHash('sha256').update(new URL(this.#origin).hostname).digest();
    return Buffer.concat([site, Buffer.from([USER_PRESENT | USER_VERIFIED | flags]), counter]);
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false }));
  }

  #answer(response: object): object {
    const id = this.#id.toString('base64url');
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, authenticatorAttachment: 'platform', response };
  }
}

const hex = (text: string) => Buffer.from(text, 'hex');
