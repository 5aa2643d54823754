import { serviceKey } from '../../../src/domain/model/ids.js';
import { type Declared, declaredVersion } from '../../../src/domain/model/declared.js';
import type { ChaosService } from '../fleet.js';
import type { Observer } from '../observer.js';
import type { Judged, RouterSees } from '../router-host.js';
import type { PlaceSeen } from '../router-table.js';
import type { TargetClient } from '../target-client.js';
import type { Violation } from './violation.js';

export interface TrafficChecked {
  readonly violations: readonly Violation[];
  readonly judged: Omit<Judged, 'faults'>;
}

/**
 * What the router's own table showed: at any time as many with traffic as must,
 * and at the end nothing that we have left out of it, or in it.
 */
export async function checkTraffic(
  observer: Observer,
  fleet: readonly ChaosService[],
  client: TargetClient,
): Promise<TrafficChecked> {
  const { faults, ...judged } = await client.post<Judged>('/judged', {});
  const found: Violation[] = faults.map(({ service, kind, said, story }) => ({
    check: `traffic: ${kind}`,
    subject: service,
    said: [said, ...story].join('\n    '),
  }));
  for (const one of fleet.filter(({ routed }) => routed)) {
    found.push(...(await checkEnd(observer, one, client)));
  }
  return { violations: found, judged };
}

async function checkEnd(
  { index }: Observer,
  one: ChaosService,
  client: TargetClient,
): Promise<readonly Violation[]> {
  const { service } = one;
  const { targets, sharesAstray } = await client.post<RouterSees>('/table', { service });
  const { active, stable } = await index.versions(one);
  const declared = stable[0]?.declared ?? null;
  const wrong = one.targets.flatMap(({ id }) => {
    const place = targets[id];
    if (place === undefined || place.heldOut || !place.alive) return [];
    const left = declared === null ? null : leftOut(declared, id, place, sharesAstray);
    const strays =
      !sharesAstray && active?.version != null && isIn(place) && place.version !== active.version;
    return [
      ...(left === null ? [] : [left]),
      ...(strays ? [`${id} has traffic and runs ${place.version}, not ${active.version}`] : []),
    ];
  });
  if (wrong.length === 0) return [];
  const story = await client.post<readonly string[]>('/story', { service });
  return wrong.map((said) => ({
    check: 'traffic: the end is as declared',
    subject: serviceKey(one),
    said: [said, JSON.stringify({ active, declared }), ...story].join('\n    '),
  }));
}

/** What runs what is declared, and gets nothing, though nobody holds it out. */
function leftOut(
  declared: Declared,
  id: string,
  place: PlaceSeen,
  sharesAstray: boolean,
): string | null {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a target of the fleet
  const version = declaredVersion(declared, id as Parameters<typeof declaredVersion>[1]);
  if (place.version === null || place.version !== version) return null;
  if (place.drained) return `${id} runs ${version}, as declared, and is left drained`;
  const meant = declared.shares === null ? 1 : (declared.shares[id] ?? 0);
  if (meant > 0 && place.share === 0 && !sharesAstray)
    return `${id} runs ${version}, and has no share`;
  return null;
}

const isIn = ({ drained, share }: PlaceSeen): boolean => !drained && share > 0;
