import { drawShape } from '../test/lives/draw-shape.js';
import { live } from '../test/lives/live.js';
import { Judge } from '../test/lives/judge.js';
import { writeSync } from 'node:fs';
const orig = Judge.prototype.note; let n = 0;
Judge.prototype.note = function (by: string, what: never, counted: never) { n++; if (n > 200 && n < 260) writeSync(1, `${by} ${JSON.stringify(what)} ${JSON.stringify(counted)}\n`); return orig.call(this, by, what, counted); } as never;
const shape = drawShape(Number(process.argv[2])); writeSync(1, JSON.stringify(shape).slice(0, 3000) + '\n');
await live(shape);
