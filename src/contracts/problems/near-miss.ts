/** Longer words are no slip of the finger; comparing them all would take for ever. */
const LONGEST = 64;

/**
 * The word that was probably meant: the same but for capitals and separators, or
 * few slips away (a letter more, less, other, or two of them swapped). `null`
 * where nothing is near.
 */
export function nearMiss(word: string, among: readonly string[]): string | null {
  if (word === '' || word.length > LONGEST) return null;
  const plain = bare(word);
  const same = among.find((other) => other !== word && bare(other) === plain);
  if (same !== undefined) return same;
  const most = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  let best: { readonly other: string; readonly slips: number } | null = null;
  for (const other of among) {
    if (other === word || Math.abs(other.length - word.length) > most) continue;
    const slips = slipsBetween(plain, bare(other));
    if (slips <= most && slips < other.length && slips < (best?.slips ?? most + 1)) {
      best = { other, slips };
    }
  }
  return best?.other ?? null;
}

/** ` (did you mean …?)`, or nothing. */
export function didYouMean(word: string, among: readonly string[]): string {
  const meant = nearMiss(word, among);
  return meant === null ? '' : ` (did you mean \`${meant}\`?)`;
}

const bare = (word: string): string => word.toLowerCase().replaceAll(/[-_. ]/g, '');

/** Optimal string alignment distance: the edits from one word to the other. */
function slipsBetween(one: string, other: string): number {
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const least = Math.min(
        Number(last[j]) + 1,
        Number(row[j - 1]) + 1,
        Number(last[j - 1]) + (same ? 0 : 1),
      );
      row.push(swapped ? Math.min(least, Number(before[j - 2]) + 1) : least);
    }
    before = last;
    last = row;
  }
  return Number(last.at(-1));
}
