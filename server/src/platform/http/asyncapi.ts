import { clientEvents, type DescribedEvents, serverEvents } from '@cowatch/shared/answers';
import { type ClientToServerEvents, PROTOCOL_VERSION, type ServerToClientEvents } from '@cowatch/shared/protocol';
import { z } from 'zod';
import { letFieldsBeAdded } from './open-schema.ts';

const DESCRIPTION = `Live playback, over one Socket.IO 4 connection (Engine.IO 4, WebSocket only, namespace \`/\`).

A message is the one argument of an event of its name; its reply is the acknowledgement of that event. The handshake carries \`auth: {protocol: ${PROTOCOL_VERSION}, token?}\`. What the messages mean is said by the numbered rules of docs/protocol.md; HTTP is described by /openapi.json.`;

const CHANNEL = { $ref: '#/channels/root' };

type Schemas = Record<string, unknown>;
type Described = { readonly summary: string; readonly message: z.ZodType; readonly answer: z.ZodType | null };

interface Message {
  readonly name: string;
  readonly summary: string;
  readonly payload: unknown;
}

interface Wire {
  readonly messages: Readonly<Record<string, Message>>;
  readonly operations: Readonly<Record<string, object>>;
  readonly schemas: Schemas;
}

/** Made once, for the first request: it takes some milliseconds, and needs no identity. */
let wire: Wire | null = null;

function describeWire(): Wire {
  const schemas: Schemas = {};
  const messages: Record<string, Message> = {};
  const operations: Record<string, object> = {};
  const add = (events: DescribedEvents<ClientToServerEvents> | DescribedEvents<ServerToClientEvents>) => {
    const action = events === clientEvents ? 'receive' : 'send';
    for (const [event, { summary, message, answer }] of Object.entries<Described>(events)) {
      const name = `${camelCase(event)}${action === 'send' ? 'Event' : ''}`;
      const [asked, answered] = action === 'receive' ? (['input', 'output'] as const) : (['output', 'input'] as const);
      messages[name] = { name: event, summary, payload: jsonSchemaOf(message, asked, schemas) };
      if (answer !== null) {
        const payload = jsonSchemaOf(answer, answered, schemas);
        messages[`${name}Answer`] = { name: event, summary: `The acknowledgement of \`${event}\`.`, payload };
      }
      operations[name] = {
        action,
        summary,
        channel: CHANNEL,
        messages: [refTo(name)],
        ...(answer === null ? {} : { reply: { channel: CHANNEL, messages: [refTo(`${name}Answer`)] } }),
      };
    }
  };
  add(clientEvents);
  add(serverEvents);
  return { messages, operations, schemas };
}

/**
 * AsyncAPI 3 document of the socket protocol, as the server sees it: it receives what clients send. Made from the very schemas
 * that check what comes in.
 *
 * @param origin where people reach the server
 * @param viewerCookie the name of the cookie that identifies a viewer
 */
export function describeEvents(origin: string, viewerCookie: string): object {
  wire ??= describeWire();
  const { messages, operations, schemas } = wire;
  const { host, protocol } = new URL(origin);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Cowatch, live',
      version: String(PROTOCOL_VERSION),
      description: DESCRIPTION,
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
      contact: { name: 'The operator of this server', url: origin },
      tags: [{ name: 'parties' }, { name: 'resume' }, { name: 'devices' }],
    },
    defaultContentType: 'application/json',
    servers: {
      this: {
        host,
        protocol: protocol === 'https:' ? 'wss' : 'ws',
        pathname: '/socket.io/',
        description: 'This server.',
        security: [{ $ref: '#/components/securitySchemes/token' }, { $ref: '#/components/securitySchemes/viewerCookie' }],
      },
    },
    channels: {
      root: { address: '/', description: 'The one namespace.', servers: [{ $ref: '#/servers/this' }], messages },
    },
    operations,
    components: {
      schemas,
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: '`auth.token` of the handshake.' },
        viewerCookie: { type: 'httpApiKey', in: 'cookie', name: viewerCookie },
      },
    },
  };
}

const refTo = (message: string) => ({ $ref: `#/channels/root/messages/${message}` });

/** `session:join` → `sessionJoin` */
const camelCase = (event: string) => event.replaceAll(/:(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The schema of a message; what has a name of its own goes to `schemas`. AsyncAPI's own schemas are those of draft 7. */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output', schemas: Schemas): unknown {
  const { $schema: _, definitions = {}, ...own } = z.toJSONSchema(schema, { io, target: 'draft-7' });
  const [described, named] = JSON.parse(JSON.stringify([own, definitions]).replaceAll('"#/definitions/', '"#/components/schemas/')) as [
    Schemas,
    Schemas,
  ];
  if (io === 'output') letFieldsBeAdded([described, named]);
  Object.assign(schemas, named);
  return described;
}
