import { drawShape } from '../test/lives/draw-shape.js';
import { live } from '../test/lives/live.js';
import { writeSync } from 'node:fs';
for (let seed = Number(process.argv[2]); seed < Number(process.argv[3]); seed++) { writeSync(1, seed + ' '); await live(drawShape(seed)); }
