import { isInForce, type Freeze } from '../../domain/model/plan/freeze.js';
import { stamp } from './hold-text.js';

/** What a freeze covers: `production/api`, `every service in staging`, `tier=db everywhere`. */
export function scopeText({ scope }: Pick<Freeze, 'scope'>): string {
  const { environment, service, labels } = scope;
  const labelled = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const named = service ?? (labelled.length === 0 ? 'every service' : 'services');
  const what = [named, ...(labelled.length === 0 ? [] : [`with ${labelled.join(', ')}`])].join(' ');
  return environment === null ? `${what} everywhere` : `${what} in ${environment}`;
}

/** `in force until …`, `from … until somebody lifts it` */
export function spanText(freeze: Freeze, now: number): string {
  const from = isInForce(freeze, now) ? 'in force' : `from ${stamp(freeze.from)}`;
  return `${from} until ${freeze.until === null ? 'somebody lifts it' : stamp(freeze.until)}`;
}
