/**
 * What of `level` the look number `look` of `looks` may spend: the power family
 * with ρ = 2 of Kim & DeMets, Biometrika 74 (1987), little at first and most at the end.
 * The levels add up to `level`, so that tests at them are together wrong at most
 * so often by Bonferroni's inequality, whatever their dependence. A last look
 * before its time spends all that is left.
 */
export function levelOfLook(level: number, look: number, looks: number, last: boolean): number {
  const spent = (k: number): number => Math.min(1, k / looks) ** 2;
  return level * ((last ? 1 : spent(look)) - spent(look - 1));
}
