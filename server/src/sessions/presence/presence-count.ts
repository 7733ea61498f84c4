/** People, and their connections: what the protocol counts as devices. */
export interface PresenceCount {
  readonly members: number;
  readonly devices: number;
}
