/** Mean luma of a frame that is neither black nor white, of 255. */
const MEAN_MIN = 16;
const MEAN_MAX = 244;
/** Standard deviation of luma below which a frame is one surface: a fade, a wall of titles in one colour, snow in the dark. */
const DEVIATION_MIN = 10;

/** Would a frame tell one title from another? Not where it is black, white or uniform. `rgba` is a small copy of it. */
export function isTelling(rgba: Uint8ClampedArray): boolean {
  let [sum, squares, count] = [0, 0, 0];
  for (let i = 0; i + 3 < rgba.length; i += 4) {
    // Rec. 709 luma.
    const luma = 0.2126 * (rgba[i] ?? 0) + 0.7152 * (rgba[i + 1] ?? 0) + 0.0722 * (rgba[i + 2] ?? 0);
    sum += luma;
    squares += luma * luma;
    count += 1;
  }
  if (count === 0) return false;
  const mean = sum / count;
  return mean >= MEAN_MIN && mean <= MEAN_MAX && Math.sqrt(Math.max(0, squares / count - mean * mean)) >= DEVIATION_MIN;
}
