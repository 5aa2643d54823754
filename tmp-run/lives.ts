import fc from 'fast-check';
import { live } from '../test/domain/orchestrator/safety/life.js';
import { SCENARIOS } from '../test/domain/orchestrator/safety/scenario.js';
import { faultsOf } from '../test/domain/orchestrator/safety/verdict.js';
const n = Number(process.argv[2] ?? 200); const from = Number(process.argv[3] ?? 1); const only = process.argv[4];
const kinds = Object.keys(SCENARIOS) as (keyof typeof SCENARIOS)[];
let bad = 0; const ends: Record<string, number> = {}; const t0 = Date.now();
for (let seed = from; seed < from + n; seed++) for (const kind of kinds) {
  if (only && !String(kind).includes(only)) continue;
  const [scenario] = fc.sample(SCENARIOS[kind], { seed, numRuns: 1 });
  const start = Date.now();
  const life = await live(scenario!);
  if (life === null) continue;
  const faults = [...await faultsOf(life)];
  const { state } = life.cluster.state.deployments.get(life.deployment.id)!.deployment;
  ends[state.status] = (ends[state.status] ?? 0) + 1;
  if (Date.now() - start > 2000 && (faults.push("slow"), true)) console.log('SLOW', kind, seed, Date.now() - start, state);
  if (faults.length > 0) { bad++; if (bad <= Number(process.env.SHOW ?? 5)) {
    console.log('----', kind, seed, JSON.stringify(scenario).slice(0, 900)); console.log(faults.slice(0, 3).map((f) => f.slice(0, 300)).join('\n'));
    if (process.env.EVENTS) for (const { deployment, events } of life.cluster.state.deployments.values()) { console.log(deployment.id, deployment.version, deployment.plan.floor, JSON.stringify(deployment.plan.steps)); for (const { at, event } of events) console.log('  ', at, JSON.stringify(event).slice(0, 260)); }
  } }
}
console.log(n, 'x', kinds.length, ends, 'bad', bad, Date.now() - t0, 'ms');
