import { listed } from '../../domain/plan/listed.js';

/** Balancers that were away when something was changed, and what becomes of them. */
export const behindText = (places: readonly string[]): string =>
  `${listed(places)} missed changes while away; a worker makes up for it as soon as ${places.length === 1 ? 'it answers' : 'they answer'}`;
