import { drawShape } from '../test/lives/draw-shape.js';
import { live } from '../test/lives/live.js';
const [n, from, kind] = [Number(process.argv[2]), Number(process.argv[3] ?? 1), process.argv[4] ?? ''];
const counts: Record<string, number> = {}; let shown = 0, faulty = 0; const t0 = Date.now();
for (let seed = from; seed < from + n; seed++) {
  const t = Date.now();
  const timer = setTimeout(() => { console.log('STUCK at', seed); process.exit(9); }, 15000);
  const life = await live(drawShape(seed));
  clearTimeout(timer);
  if (Date.now() - t > 3000) console.log('SLOW', seed, Date.now() - t);
  if (life.faults.length) faulty++;
  for (const k of new Set(life.faults.map((f) => f.kind))) { counts[k] = (counts[k] ?? 0) + 1; }
  const f = life.faults.find((x) => !kind || x.kind === kind);
  if (f && shown < Number(process.env.SHOW ?? 0)) { shown++; console.log('=== seed', seed, f.kind, f.said, 'line', f.line); if (process.env.STORY) { console.log(JSON.stringify(life.shape).slice(0,1500)); console.log(life.story.slice(Math.max(0, f.line - Number(process.env.STORY)), f.line + 3).join('\n')); } }
}
console.log(n, 'lives', faulty, 'faulty', counts, Date.now() - t0, 'ms');
