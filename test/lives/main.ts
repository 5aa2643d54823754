/**
 * Lives as many lives as SIGNALBOX_LIVES says, prints what was wrong in them, and
 * ends with the number of lives in which anything was, at most 250.
 * `tsx test/lives/main.ts [any | a kind of fault] [pair]`: stops at the first of that kind; with
 * `pair` two balancers stand before each service.
 */
import { drawPair } from './draw-pair.js';
import { drawShape } from './draw-shape.js';
import { firstSeed, howMany } from './how-many.js';
import { isFaultKind } from './judge.js';
import { liveMany, toldOf } from './many-lives.js';
import { shrunk } from './shrink.js';

const [said = '', how = ''] = process.argv.slice(2);
const kind = isFaultKind(said) ? said : undefined;
const began = process.cpuUsage();
const lived = await liveMany(
  howMany(),
  firstSeed(),
  ({ faults }) =>
    said === 'any' ? faults.length > 0 : faults.some((fault) => fault.kind === kind),
  how === 'pair' ? drawPair : drawShape,
);
const { user, system } = process.cpuUsage(began);
const { first, ...rest } = lived;
const perCpuSecond = Math.round((lived.lives * 1_000_000) / (user + system));
if (first !== null) console.error(toldOf(await shrunk(first, kind), kind));
console.log(JSON.stringify({ ...rest, perCpuSecond }, null, 1));
process.exitCode = Math.min(lived.faulty, 250);
