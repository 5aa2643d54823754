import { livesWith } from '../test/lives/plant.js';
import { PLANTED_FAULTS } from '../test/lives/planted-faults.js';
for (const fault of PLANTED_FAULTS) {
  if (process.argv[3] && !fault.says.includes(process.argv[3])) continue;
  const t = Date.now();
  try { const { faulty, report } = await livesWith(fault, { lives: Number(process.argv[2]), seed: 77000 });
  const r = JSON.parse(report); console.log(faulty > 0 && (!fault.kind || r.kinds[fault.kind]) ? 'FOUND ' : 'MISSED', fault.says, '| lives', r.lives, Object.keys(r.kinds).join(','), Date.now() - t, 'ms');
  } catch (e) { console.log('ERROR', fault.says, String(e).slice(0, 500)); }
}
