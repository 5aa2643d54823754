import { fieldOf } from '../text/event-field.js';

const NAMED = 3;

/** By whose hand a target is out of service, where it is not ours. */
const HELD: Readonly<Record<string, string>> = {
  maintenance: 'in maintenance',
  drained: 'drained by somebody else',
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
  const parts = [...HELD_FIRST, OUT, IN].flatMap((place) => {
    const ids = places.get(place) ?? [];
    return ids.length === 0 ? [] : [`${named(ids)} ${place}`];
  });
  return `the router says: ${parts.join('; ') || 'nothing'}`;
}

const HELD_FIRST = Object.values(HELD);
const OUT = 'out of rotation';
const IN = 'in rotation';

const placeOf = (said: unknown): string =>
  HELD[String(fieldOf(said, 'heldOut'))] ?? (fieldOf(said, 'inRotation') === false ? OUT : IN);

const named = (ids: readonly string[]): string =>
  ids.length > NAMED
    ? `${ids.slice(0, NAMED).join(', ')} and ${ids.length - NAMED} more`
    : ids.join(', ');
