import { DURATION_UNITS } from '../../contracts/written/duration-text.js';

/** `850ms`, `12.3s`, `4m 10s`, `2h 5m`: the two largest units that say something. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  if (ms < 60_000) return `${Math.floor(ms / 100) / 10}s`;
  const parts: string[] = [];
  let rest = ms;
  for (const [name, size] of DURATION_UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count}${name}`);
  }
  return parts.slice(0, 2).join(' ');
}

/** How long ago, in one unit. @param at epoch milliseconds */
export function agoText(at: number, now: number): string {
  const passed = Math.max(0, now - at);
  const unit = DURATION_UNITS.find(([, size]) => passed >= size);
  return unit ? `${Math.floor(passed / unit[1])}${unit[0]} ago` : 'now';
}

/** `2026-01-31 11:13:24Z` */
export const dateTimeText = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z`;

/** `11:13:24Z`: enough for what is happening now. */
export const clockText = (iso: string): string => `${iso.slice(11, 19)}Z`;
