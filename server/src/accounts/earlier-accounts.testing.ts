/**
 * Rows that better-auth 1.7.6 wrote on a test server, which kept accounts here before: an account with four devices, its
 * passkey, and two codes, of which one was allowed. The keys are of that server and open nothing else.
 */
export const EARLIER_ROWS = {
  account_users: [
    {
      id: 'a9089feb44550f7b75a412066924466d',
      viewer_id: 'r6M42WDZst_8ycAakd9ywQ',
      username: 'ana.before',
      display_username: 'Ana.before',
      name: 'Ana.before',
      email: 'ana.before@account.invalid',
      email_verified: false,
      image: null,
      created_at: '2026-11-26T21:34:09.274+00:00',
      updated_at: '2026-11-26T21:34:09.274+00:00',
    },
  ],
  account_credentials: [
    {
      id: 'bf21066ebbc24d0857153dde3ca0e6b5',
      account_id: 'a9089feb44550f7b75a412066924466d',
      provider_id: 'credential',
      user_id: 'a9089feb44550f7b75a412066924466d',
      access_token: null,
      refresh_token: null,
      id_token: null,
      access_token_expires_at: null,
      refresh_token_expires_at: null,
      scope: null,
      password:
        'c250465968573b05fca1d80d8eb71a7c:78b88eab9a179120a3145b2a85f3e6b9d3222bb543b23b0cf78423e0d7e96dc81a7b625587a2e60c2d9b667d1e33774ccb054f4ae52862bc11509822ce4e2ae8',
      created_at: '2026-11-26T21:34:09.274+00:00',
      updated_at: '2026-11-26T21:34:09.274+00:00',
    },
  ],
  account_devices: [
    {
      id: 'G5gI15lQt9LiDrT5Goce2jxn3ITyy4oD',
      token: 'DRzZ55TefwP3g6DAUE40vIQ3BB6vfDmw',
      user_id: 'a9089feb44550f7b75a412066924466d',
      name: 'Laptop',
      expires_at: '2027-12-31T21:34:09.587+00:00',
      ip_address: '',
      user_agent: '',
      created_at: '2026-11-26T21:34:09.588+00:00',
      updated_at: '2026-11-26T21:34:09.588+00:00',
    },
    {
      id: 'Up16gpO7H7UsqnghypVNePlT9SPGe1Fx',
      token: 'ZClVPtMzCjRDiGhLYr6Sb6yx9ipE3EMf',
      user_id: 'a9089feb44550f7b75a412066924466d',
      name: 'Phone',
      expires_at: '2027-12-31T21:34:10.467+00:00',
      ip_address: '',
      user_agent: '',
      created_at: '2026-11-26T21:34:10.467+00:00',
      updated_at: '2026-11-26T21:34:10.467+00:00',
    },
    {
      id: 'aingoq0l0eTOSXxYhm48B6CuowiwJ1Yn',
      token: 'OzYAMJMEwi9bpiktVqEzirNyuBYgJzuH',
      user_id: 'a9089feb44550f7b75a412066924466d',
      name: 'Tablet',
      expires_at: '2027-12-31T21:34:12.602+00:00',
      ip_address: '127.0.0.1',
      user_agent: '',
      created_at: '2026-11-26T21:34:12.602+00:00',
      updated_at: '2026-11-26T21:34:12.602+00:00',
    },
    {
      id: 'Brgtf01XXITwv8c5By8SHVMwf8o9ebuv',
      token: 'cWmGE6vnDHebq3uGlvBHs4wmiRLdtNBZ',
      user_id: 'a9089feb44550f7b75a412066924466d',
      name: 'TV',
      expires_at: '2027-12-31T21:34:19.859+00:00',
      ip_address: '',
      user_agent: '',
      created_at: '2026-11-26T21:34:19.859+00:00',
      updated_at: '2026-11-26T21:34:19.859+00:00',
    },
  ],
  account_passkeys: [
    {
      id: 'K8IsGKjSkzqmbvMcFjSxkwOKOibxriOH',
      name: 'My thumb',
      public_key: 'pQECAyYgASFYIL9umt90BY+mUM/aPZLsNNqlq/KKqLfZCRJh2OZcuUBWIlggcn5npgs66NUssCbz3opdSz64Fg3Lj7wmwHns8TwbKJE=',
      user_id: 'a9089feb44550f7b75a412066924466d',
      credential_id: 'wyM648AygUbFpCtzpGDgUw',
      counter: 1,
      device_type: 'singleDevice',
      backed_up: false,
      transports: 'internal',
      created_at: '2026-11-26T21:34:11.747+00:00',
      aaguid: '00000000-0000-0000-0000-000000000000',
    },
  ],
  account_device_codes: [
    {
      id: 'iJvpXP0Tl45tFYRSy0HckorXpj5mWxDT',
      device_code: 'EupQrwVMNEQKuzAeFGXT39bbGS4tv3gpABU1ziKX',
      user_code: '9MS329JS',
      user_id: null,
      expires_at: '2026-11-26T21:49:20.113+00:00',
      status: 'pending',
      last_polled_at: null,
      polling_interval: 5000,
      client_id: 'mpv',
      scope: null,
      name: '',
    },
    {
      id: 'vHAgp7MnBdifHcCMBldULKys9uea47JV',
      device_code: '2c5RxJ7yBlwW4amgKmVG954MaRLulYBNTBI340F0',
      user_code: 'MGKUDA8Q',
      user_id: 'a9089feb44550f7b75a412066924466d',
      expires_at: '2026-11-26T21:49:20.185+00:00',
      status: 'approved',
      last_polled_at: null,
      polling_interval: 5000,
      client_id: 'mpv',
      scope: null,
      name: 'Projector',
    },
  ],
  account_ended: [
    {
      subject: 'r6M42WDZst_8ycAakd9ywQ',
      ended_at_ms: 1795728849274,
      for_device: false,
      restored: false,
    },
  ],
} as const;

/** When they were written, in Unix milliseconds. */
export const EARLIER_NOW_MS = Date.parse('2026-11-26T21:34:19.859+00:00');

export const EARLIER_PASSWORD = 'correct horse';

/** What the laptop's cookie holds. */
export const EARLIER_TOKEN =
  'v2.r6M42WDZst_8ycAakd9ywQ.G5gI15lQt9LiDrT5Goce2jxn3ITyy4oD.tp4p8x.Q-lz81uBIhUE7cG8Ht_PtJKy51pYampAsqNDqa0DSeg';

export const EARLIER_KEY = {
  credentialId: 'wyM648AygUbFpCtzpGDgUw',
  jwk: {
    kty: 'EC',
    x: 'v26a33QFj6ZQz9o9kuw02qWr8oqot9kJEmHY5ly5QFY',
    y: 'cn5npgs66NUssCbz3opdSz64Fg3Lj7wmwHns8TwbKJE',
    crv: 'P-256',
    d: 'Z6hmIZNEGfnLOtRnFW0oY8cTakvfJ7jq4X6ww1ODKXI',
  },
  counter: 1,
};

export const EARLIER_CODES = {
  approved: '2c5RxJ7yBlwW4amgKmVG954MaRLulYBNTBI340F0',
  pending: 'EupQrwVMNEQKuzAeFGXT39bbGS4tv3gpABU1ziKX',
  pendingUserCode: '9MS329JS',
};
