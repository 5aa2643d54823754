import { fieldOf } from '../text/event-field.js';

const NAMED = 3;

/** By whose hand a target is out of service, where it is not ours. */
const HELD: Readonly<Record<string, string>> = {
  maintenance: 'in maintenance',
  drained: 'drained by somebody else',
  absent: 'not in the router',
};

/** What the router says of targets that is not what was asked of it: who is out of service comes first. */
export function routerSentence(targets: unknown): string {
  const seen: readonly (readonly [string, unknown])[] =
    typeof targets === 'object' && targets !== null ? Object.entries(targets) : [];
  const places = new Map<string, string[]>();
  for (const [id, said] of seen) {
    const place = placeOf(said);
    places.set(place, [...(places.get(place) ?? []), id]);
  }
  const parts = [...places]
    .toSorted(([a], [b]) => rankOf(a) - rankOf(b))
    .map(([place, ids]) => `${named(ids)} ${place}`);
  const away = [...new Set(seen.flatMap(([, said]) => awayIn(said)))];
  const missing =
    away.length === 0 ? [] : [`${named(away)} can't be asked, changes go on without it`];
  return `the router says: ${[...missing, ...parts].join('; ') || 'nothing'}`;
}

function awayIn(said: unknown): readonly string[] {
  const away: unknown = fieldOf(said, 'away');
  return Array.isArray(away) ? away.map(String) : [];
}

const OUT = 'out of rotation';
const IN = 'in rotation';
const FIRST = [...Object.values(HELD), OUT];

/** Who is out of service at one balancer stands with those who are so at all. */
function rankOf(place: string): number {
  const at = FIRST.findIndex((word) => place.startsWith(word));
  return at === -1 ? FIRST.length : at;
}

function placeOf(said: unknown): string {
  const held = HELD[String(fieldOf(said, 'heldOut'))];
  const at = fieldOf(said, 'heldOutAt');
  if (held !== undefined) return Array.isArray(at) ? `${held} at ${at.join(', ')}` : held;
  const also: unknown = fieldOf(said, 'also');
  const inRotation = fieldOf(said, 'inRotation') !== false;
  if (!Array.isArray(also)) return inRotation ? IN : OUT;
  const agree = also.every((one) => (fieldOf(one, 'inRotation') !== false) === inRotation);
  if (!agree) return 'out of rotation at some of its balancers only';
  return `${inRotation ? IN : OUT}, with another share at some of its balancers`;
}

const named = (ids: readonly string[]): string =>
  ids.length > NAMED
    ? `${ids.slice(0, NAMED).join(', ')} and ${ids.length - NAMED} more`
    : ids.join(', ');
