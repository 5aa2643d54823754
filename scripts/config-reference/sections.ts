import { RULE_SECTIONS } from './rule-sections.js';
import type { Section } from './section.js';
import { SECURITY_SECTIONS } from './security-sections.js';
import { SERVICE_SECTIONS } from './service-sections.js';
import { STRATEGY_SECTIONS } from './strategy-sections.js';

/** The parts of the page, in their order. */
export const SECTIONS: readonly Section[] = [
  ...SERVICE_SECTIONS,
  ...STRATEGY_SECTIONS,
  ...RULE_SECTIONS,
  ...SECURITY_SECTIONS,
];
