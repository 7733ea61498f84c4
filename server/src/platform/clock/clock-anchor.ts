/**
 * What ties cluster time to the clock of one Redis node: cluster ms = `TIME` of that node + `biasMs`. Kept at one key
 * and only ever replaced by compare-and-set on the text that was read, so that of two instances that would mend it one does.
 */
export interface ClockAnchor {
  /** Rises with every bias of an instance that knows the time; a guess keeps it. */
  readonly epoch: number;
  /** The run of the server process whose `TIME` the bias was made for. */
  readonly nodeId: string;
  readonly biasMs: number;
  /** An instance saw this node jump, and asks the others whether they saw it too. */
  readonly doubted: boolean;
  /** How often others answered that they did not. */
  readonly vouched: number;
}

/** The text under which an anchor is kept. */
export function formatAnchor({ epoch, nodeId, biasMs, doubted, vouched }: ClockAnchor): string {
  return `${epoch} ${nodeId} ${biasMs.toFixed(3)} ${vouched}${doubted ? ' ?' : ''}`;
}

const ANCHOR = /^(\d{1,15}) ([0-9a-z]+) (-?\d{1,15}\.\d{3}) (\d{1,15})( \?)?$/;

/** Null where there is none, or nothing that can be read as one: both mean that the bias is lost. */
export function parseAnchor(text: string | null): ClockAnchor | null {
  const [whole, epoch, nodeId, biasMs, vouched, doubt] = ANCHOR.exec(text ?? '') ?? [];
  if (whole === undefined || nodeId === undefined) return null;
  return {
    epoch: Number(epoch),
    nodeId,
    biasMs: Number(biasMs),
    vouched: Number(vouched),
    doubted: doubt !== undefined,
  };
}

/** Whether two anchors tell the same time, in doubt or not. */
export function tellsTheSame(one: ClockAnchor, other: ClockAnchor): boolean {
  return one.epoch === other.epoch && one.nodeId === other.nodeId && one.biasMs === other.biasMs;
}
