import { alwaysSafe } from './safety/always-safe.js';

alwaysSafe(['targets replaced in place', 'a feature flag', 'steps of their own']);
