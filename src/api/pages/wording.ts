import { html, type Html } from '../http/html.js';
import { isoTime } from '../../contracts/views/deployment-view.js';

type Tone = 'good' | 'bad' | 'busy' | 'warn' | 'idle';

/** States of deployments and targets, and judgements on health; what is not named here is idle. */
const TONES: Readonly<Record<string, Tone>> = {
  executing: 'busy',
  verifying: 'busy',
  paused: 'warn',
  completed: 'good',
  rolling_back: 'warn',
  rolled_back: 'warn',
  failed: 'bad',
  started: 'busy',
  updated: 'good',
  restoring: 'warn',
  restored: 'warn',
  restore_failed: 'bad',
  retiring: 'busy',
  retire_failed: 'warn',
  running: 'busy',
  inconclusive: 'warn',
  healthy: 'good',
  degraded: 'warn',
  unhealthy: 'bad',
  unknown: 'warn',
};

export const stateBadge = (state: string): Html =>
  html`<span class="state ${TONES[state] ?? 'idle'}">${state}</span>`;

/** `2026-03-01 12:00:05.250Z` */
export const moment = (at: number): Html =>
  html`<time datetime="${isoTime(at)}">${isoTime(at).replace('T', ' ')}</time>`;

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** `1h 5m`, `2.5s`, `40ms` */
export function length(ms: number): string {
  if (ms < 1_000) return `${ms}ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10}s`;
  let rest = Math.round(ms / 1_000) * 1_000;
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const many = Math.floor(rest / size);
    rest -= many * size;
    if (many > 0) parts.push(`${many}${unit}`);
  }
  return parts.join(' ');
}

export const count = (many: number, one: string, more = `${one}s`): string =>
  `${many} ${many === 1 ? one : more}`;

export const absent = html`<span class="soft">–</span>`;
