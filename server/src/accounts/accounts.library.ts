import { AsyncLocalStorage } from 'node:async_hooks';
import { passkey } from '@better-auth/passkey';
import {
  CodedError,
  type ErrorCode,
  PASSWORD_MAX_CHARS,
  PASSWORD_MIN_CHARS,
  USER_CODE_CHARS,
  USERNAME_MAX_CHARS,
  USERNAME_PATTERN,
} from '@cowatch/shared/protocol';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { bearer, deviceAuthorization, username } from 'better-auth/plugins';
import type { Database } from '../platform/database/database.ts';
import type { Logger } from '../platform/log/log.ts';
import { type AccountsLibrary, type Ceremony, GRANT, LinkRefusal, type Refusal } from './accounts.library.types.ts';
import { LINK_INTERVAL_S, LINK_LIFE_S } from './accounts.limits.ts';
import {
  accountCredentials,
  accountDeviceCodes,
  accountDevices,
  accountPasskeys,
  accountUsers,
  accountVerifications,
} from './accounts.schema.ts';
import { DEVICE_TOKEN_LIFE_S } from './viewer-tokens.ts';

export interface AccountsLibraryDeps {
  readonly database: Database;
  readonly log: Logger;
  /** 32 bytes for what the library signs itself. */
  readonly secret: Buffer;
}

/** What the library calls its tables. */
const SCHEMA = {
  user: accountUsers,
  session: accountDevices,
  account: accountCredentials,
  verification: accountVerifications,
  passkey: accountPasskeys,
  deviceCode: accountDeviceCodes,
};

type Adapter = ReturnType<ReturnType<typeof drizzleAdapter>>;
type AdapterFactory = ReturnType<typeof drizzleAdapter>;

/** What went wrong below the library during one call: it answers for itself only, and keeps silent about the database. */
const failures = new AsyncLocalStorage<{ outage: CodedError | null }>();

/** The library's reads and writes on the one database, which refuses while it is away. */
function onDatabase(database: Database): AdapterFactory {
  return (options) => {
    const on = <T>(work: (adapter: Adapter) => Promise<T>): Promise<T> =>
      database
        .run((sql) => work(drizzleAdapter(sql, { provider: 'pg', schema: SCHEMA })(options)))
        .catch((error) => {
          const call = failures.getStore();
          if (error instanceof CodedError && call !== undefined) call.outage = error;
          throw error;
        });
    const adapter: Adapter = {
      id: 'cowatch',
      create: (data) => on((own) => own.create(data)),
      findOne: (data) => on((own) => own.findOne(data)),
      findMany: (data) => on((own) => own.findMany(data)),
      count: (data) => on((own) => own.count(data)),
      update: (data) => on((own) => own.update(data)),
      updateMany: (data) => on((own) => own.updateMany(data)),
      delete: (data) => on((own) => own.delete(data)),
      deleteMany: (data) => on((own) => own.deleteMany(data)),
      consumeOne: (data) => on((own) => own.consumeOne(data)),
      incrementOne: (data) => on((own) => own.incrementOne(data)),
      // Each of its steps may be repeated, or be forgotten: there is no two of them that belong together.
      transaction: (work) => work(adapter),
    };
    return adapter;
  };
}

/** Opens it; rejects where it cannot be set up for this origin. */
export async function openLibrary({ database, log, secret }: AccountsLibraryDeps, origin: string): Promise<AccountsLibrary> {
  const auth = betterAuth({
    appName: 'Cowatch',
    baseURL: origin,
    secret: secret.toString('base64url'),
    database: onDatabase(database),
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) => (level === 'error' ? log.warn(message) : log.debug(message)),
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD_MIN_CHARS,
      // The library counts units of UTF-16, of which a character has at most two.
      maxPasswordLength: 2 * PASSWORD_MAX_CHARS,
    },
    session: { expiresIn: DEVICE_TOKEN_LIFE_S, freshAge: 0 },
    advanced: { cookiePrefix: 'cowatch', database: { validateSchema: false } },
    plugins: [
      username({ maxUsernameLength: USERNAME_MAX_CHARS, usernameValidator: (name) => USERNAME_PATTERN.test(name) }),
      bearer(),
      deviceAuthorization({
        expiresIn: `${LINK_LIFE_S}s`,
        interval: `${LINK_INTERVAL_S}s`,
        userCodeLength: USER_CODE_CHARS,
        verificationUri: '/link',
      }),
      passkey({ rpName: 'Cowatch', rpID: new URL(origin).hostname, origin }),
    ],
  });
  // The library sets itself up on the side, and whatever that rejects with would be nobody's.
  await auth.$context;
  const { api } = auth;
  type Asked = NonNullable<Parameters<typeof api.verifyPasskeyAuthentication>[0]>;

  return {
    addDevice: async (userId) => {
      const { internalAdapter } = await auth.$context;
      return (await call(() => internalAdapter.createSession(userId), unexpected)).id;
    },
    signIn: async (name, password) => (await call(() => api.signInUsername({ body: { username: name, password } }), wrongPassword)).token,
    signInByPasskey: async (answer, headers) => {
      // The library looks at what it is, and believes nothing that is not signed.
      const body = { response: answer } as unknown as Asked['body'];
      return (await call(() => api.verifyPasskeyAuthentication({ body, headers }), wrongPasskey)).session.token;
    },
    askForPasskey: async (headers) =>
      ceremony(await call(() => api.generatePasskeyAuthenticationOptions({ headers, returnHeaders: true }), unexpected)),
    askForNewPasskey: async (headers, name) => {
      const asked = { headers, query: { name }, returnHeaders: true } as const;
      return ceremony(await call(() => api.generatePasskeyRegistrationOptions(asked), notAccepted));
    },
    addPasskey: async (answer, name, headers) => {
      const body = { response: answer, name };
      const { id, createdAt } = await call(() => api.verifyPasskeyRegistration({ body, headers }), notAccepted);
      return { id, name, createdAtMs: new Date(createdAt).getTime() };
    },
    code: async (clientId) => {
      const answer = await call(() => api.deviceCode({ body: { client_id: clientId } }), unexpected);
      const complete = new URL(answer.verification_uri);
      complete.searchParams.set('code', answer.user_code);
      return { ...answer, verification_uri_complete: complete.href };
    },
    redeem: async (clientId, deviceCode) => {
      const body = { grant_type: GRANT, device_code: deviceCode, client_id: clientId } as const;
      return (
        await call(
          () => api.deviceToken({ body }),
          (refusal) => new LinkRefusal(refusal),
        )
      ).access_token;
    },
    claim: async (userCode, headers) => {
      await call(() => api.deviceVerify({ query: { user_code: userCode }, headers }), wrongCode);
    },
    answer: async (userCode, allowed, headers) => {
      const asked = { body: { userCode }, headers };
      await call<unknown>(() => (allowed ? api.deviceApprove(asked) : api.deviceDeny(asked)), wrongCode);
    },
  };
}

/** One call of the library; its refusals go through `refuse`, which says what they are here. */
function call<T>(work: () => Promise<T>, refuse: (refusal: Refusal) => Error): Promise<T> {
  const own: { outage: CodedError | null } = { outage: null };
  return failures.run(own, async () => {
    try {
      return await work();
    } catch (error) {
      if (own.outage !== null) throw own.outage;
      if (!(error instanceof APIError)) throw error;
      const { code, error: oauthCode, error_description: description } = (error.body ?? {}) as Record<string, unknown>;
      throw refuse({
        status: error.statusCode,
        code: String(oauthCode ?? code ?? ''),
        message: String(description ?? error.message),
      });
    }
  });
}

const ceremony = ({ headers, response }: { headers: Headers; response: { challenge: string } }): Ceremony => ({
  options: { ...response },
  cookies: headers.getSetCookie(),
});

const unexpected = ({ message }: Refusal) => new CodedError('internal', message);
const unless500 =
  (code: ErrorCode, message: string) =>
  (refusal: Refusal): CodedError =>
    refusal.status >= 500 ? unexpected(refusal) : new CodedError(code, message);
const wrongPassword = unless500('unauthenticated', 'The name or the password is not right.');
const notAccepted = () => new CodedError('bad_request', 'The passkey was not accepted. Begin again.');
const wrongPasskey = () => new CodedError('unauthenticated', 'This passkey is not known here. Sign in with your password.');

function wrongCode(refusal: Refusal): CodedError {
  if (refusal.code === 'expired_token') return new CodedError('gone', 'This code has run out. Show a new one.');
  if (refusal.code === 'access_denied') return new CodedError('conflict', 'Somebody else is answering this code.');
  return unless500('not_found', 'There is no such code. Look at the other device again.')(refusal);
}
