/** What an authenticator answered, as the server reads it. */
export type PasskeyAnswer = ReturnType<PublicKeyCredential['toJSON']>;

/**
 * Can this page ask for a passkey? Browsers keep them for secure pages, and for names: an address in numbers has none.
 */
export function hasPasskeys(): boolean {
  return (
    window.isSecureContext &&
    typeof PublicKeyCredential === 'function' &&
    typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function' &&
    typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function' &&
    !isNumericHost(window.location.hostname)
  );
}

/** An IPv4 address, or an IPv6 address in its brackets. */
export const isNumericHost = (host: string) => /^\d+(?:\.\d+){3}$/.test(host) || host.startsWith('[');

/** Makes a passkey on this device. Rejects as the browser does where the person does not want to. */
export async function createPasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<PasskeyAnswer> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return jsonOf(await navigator.credentials.create({ publicKey }));
}

/**
 * Asks for one of the person's passkeys.
 * @param suggested among the suggestions of the name field, instead of a dialog of the browser's own
 */
export async function askPasskey(
  options: PublicKeyCredentialRequestOptionsJSON,
  { suggested = false, signal }: { readonly suggested?: boolean; readonly signal?: AbortSignal } = {},
): Promise<PasskeyAnswer> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return jsonOf(
    await navigator.credentials.get({
      publicKey,
      ...(suggested ? { mediation: 'conditional' } : {}),
      ...(signal ? { signal } : {}),
    }),
  );
}

/** Can passkeys be among the suggestions of a field? */
export async function hasSuggestedPasskeys(): Promise<boolean> {
  return hasPasskeys() && (await PublicKeyCredential.isConditionalMediationAvailable?.()) === true;
}

function jsonOf(credential: Credential | null): PasskeyAnswer {
  if (credential instanceof PublicKeyCredential) return credential.toJSON();
  throw new DOMException('No passkey was chosen.', 'NotAllowedError');
}
