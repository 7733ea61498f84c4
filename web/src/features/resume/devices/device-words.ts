import type { DeviceAction, ProtocolError } from '@cowatch/shared/protocol';

/** Why a device did not do what it was told, and what to do about it: a key of the catalogue. */
export function refusalWords({ code }: Pick<ProtocolError, 'code'>, kind: DeviceAction['kind']) {
  const opens = kind === 'open';
  switch (code) {
    case 'not_found':
      return 'devices.gone';
    case 'unavailable':
      return 'devices.silent';
    case 'rate_limited':
      return 'devices.tooOften';
    case 'forbidden':
      return opens ? 'devices.inParty' : 'devices.onlyHosts';
    case 'conflict':
      return opens ? 'devices.cannotPlay' : 'devices.nothingPlays';
    default:
      return 'devices.failed';
  }
}
