#!/usr/bin/env node
import { endingSignal } from './process/ending-signal.js';

// Heard before everything else is loaded: that takes a moment, and a signal may come in it.
const signal = endingSignal();
const { runProcess } = await import('./cli-process.js');
// At once: connections to a Redis that is away would keep the process for ever.
process.exit(await runProcess(process.argv.slice(2), signal));
