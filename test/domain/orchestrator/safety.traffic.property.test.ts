import { alwaysSafe } from './safety/always-safe.js';

alwaysSafe(['traffic moved by weight', 'two colours']);
