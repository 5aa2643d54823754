import pc from 'picocolors';
import type { AnalysisVerdict } from '../../domain/model/deployment/analysis-report.js';
import type { PlanStatus } from '../../domain/model/deployment/plan-state.js';
import type { HealthStatus } from '../../domain/model/verification.js';
import type { TargetState } from '../../domain/model/target.js';

export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'faint' | 'strong' | 'plain';
export type Paint = (tone: Tone, text: string) => string;

export function createPaint(colours: boolean): Paint {
  const { green, red, yellow, cyan, dim, bold } = pc.createColors(colours);
  const tones: Readonly<Record<Tone, (text: string) => string>> = {
    good: green,
    bad: red,
    warn: yellow,
    busy: cyan,
    faint: dim,
    strong: bold,
    plain: (text) => text,
  };
  return (tone, text) => tones[tone](text);
}

export const STATUS_TONE: Readonly<Record<PlanStatus, Tone>> = {
  draft: 'faint',
  approved: 'busy',
  executing: 'busy',
  verifying: 'busy',
  paused: 'warn',
  completed: 'good',
  rolling_back: 'warn',
  rolled_back: 'warn',
  failed: 'bad',
  cancelled: 'faint',
};

export const TARGET_TONE: Readonly<Record<TargetState, Tone>> = {
  pending: 'faint',
  started: 'busy',
  updated: 'good',
  failed: 'bad',
  restoring: 'busy',
  restored: 'warn',
  restore_failed: 'bad',
  retiring: 'busy',
  retired: 'faint',
  retire_failed: 'warn',
};

export const HEALTH_TONE: Readonly<Record<HealthStatus, Tone>> = {
  healthy: 'good',
  degraded: 'warn',
  unhealthy: 'bad',
  unknown: 'warn',
};

/** By the verdict of an analysis or of one of its metrics. */
export const VERDICT_TONE: Readonly<Record<string, Tone>> = {
  running: 'busy',
  healthy: 'good',
  unhealthy: 'bad',
  inconclusive: 'warn',
} satisfies Record<AnalysisVerdict, Tone>;
