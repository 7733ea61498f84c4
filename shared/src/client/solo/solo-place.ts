/** A player that is this much before the place one meant has not got there, in seconds: engines go to a key frame. */
const SHORT_OF_S = 10;

/** Who is this far before the end has not seen it, in seconds: players tell four times a second where they are. */
const FAR_BEFORE_S = 10;

/**
 * Where a person is in what they watch alone. A player that starts over because it cannot be sought is at a place that nobody
 * chose; one whose data breaks off says that it is at its end. Neither may take the place of the one that was meant.
 */
export class SoloPlace {
  /** The place that was meant and is still ahead, in seconds; null where the player is, or has come by, where one meant to be. */
  #aheadS: number | null = null;
  #seenS: number | null = null;

  /** Somebody means to be at `toS` and is at `fromS`, in seconds. */
  goes(toS: number, fromS: number): void {
    // A jump on that leads nowhere leaves one where one was: that is no worse a place than before.
    const wasThere = this.#aheadS === null && this.#seenS !== null;
    this.#aheadS = wasThere ? Math.min(toS, fromS) : toS;
    this.#seenS = toS;
  }

  /** The player was seen here, in seconds, and not at its end. */
  at(positionS: number): void {
    if (this.#aheadS !== null && positionS >= this.#aheadS - SHORT_OF_S) this.#aheadS = null;
    this.#seenS = positionS;
  }

  /** The place to remember of a player that is here, in seconds. @param hereS null where the player says what is not so */
  placeS(hereS: number | null): number | null {
    if (hereS === null) return this.#aheadS ?? this.#seenS;
    return this.#aheadS !== null && hereS < this.#aheadS - SHORT_OF_S ? this.#aheadS : hereS;
  }

  /** Was it last seen far from this end? */
  isFarBefore(endS: number): boolean {
    return this.#seenS !== null && endS - this.#seenS > FAR_BEFORE_S;
  }
}
