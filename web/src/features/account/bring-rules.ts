/** So few titles are what somebody watches before they think of signing in; more are somebody's habit. */
const FEW_TITLES = 10;

export interface BringDefault {
  readonly titles: number;
  /** Under which name somebody joined parties in this browser last; null where nobody chose one. */
  readonly chosenName: string | null;
  readonly username: string;
  /** Signed in by a code, which somebody else may have read off the screen. */
  readonly byCode: boolean;
}

/** Is what was watched in this browser likelier theirs who have just signed in? By whose name it bears, or how much it is. */
export function bringByDefault({ titles, chosenName, username, byCode }: BringDefault): boolean {
  if (byCode) return false;
  if (chosenName !== null) return plain(chosenName) === plain(username);
  return titles <= FEW_TITLES;
}

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
