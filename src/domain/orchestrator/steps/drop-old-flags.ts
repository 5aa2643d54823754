import type { LeftFlag, OldFlag } from '../../model/deployment/old-flag.js';
import type { FlagStore, KeptFlag } from '../../ports/flag-store.js';
import { Fenced } from '../journal/fenced.js';
import type { Pass } from '../pass/pass.js';
import { flagKeepings } from '../../strategies/parts/flag-keeping.js';
import { isAnythingLive, oldFlags } from './old-flags.js';

/**
 * Removes the flags of versions before that the strategy does not keep, now that the
 * new version is found healthy. What a person changed stays. Nothing of it fails the
 * deployment: what could not be removed is told, and the next one tries again. After a
 * death it begins anew: what is gone by then is told as removed.
 */
export async function dropOldFlags(pass: Pass): Promise<void> {
  const { journal, flags, abort } = pass;
  const { plan, progress } = journal.deployment;
  if (flagKeepings(plan.strategy).length === 0) return;
  if (flags === null || progress.oldFlags?.done) return;
  const found = await foundIn(flags, pass);
  if (abort.aborted) return;
  if (typeof found === 'string') {
    journal.report({ type: 'deployment.flags_removed', removed: [], left: [], error: found });
    return;
  }
  const begun = progress.oldFlags?.removing ?? [];
  const gone = begun.filter(({ flag }) => found.every((each) => each.flag !== flag));
  const fresh = found.filter(({ flag }) => begun.every((each) => each.flag !== flag));
  if (fresh.length > 0) {
    journal.report({ type: 'deployment.flags_removing', flags: fresh.map(toldOf) });
    await journal.flush();
  }
  if (found.length + gone.length === 0) return;
  // Somebody may have paused it meanwhile.
  if (journal.deployment.state.status !== 'verifying') return;
  const ends = await removed(flags, pass, found);
  if (abort.aborted) return;
  journal.report({
    ...{ type: 'deployment.flags_removed', left: ends.left },
    removed: [...gone, ...ends.removed],
  });
}

/** Those that are to go, or why nobody can tell. */
async function foundIn(
  flags: FlagStore,
  { journal, versions, abort }: Pass,
): Promise<readonly KeptFlag[] | string> {
  const { deployment, service } = journal;
  if (isAnythingLive(service)) return 'it is not known what runs on each of the targets';
  const listed = await flags.list?.(abort);
  if (listed === undefined) return `a flag store of the kind ${flags.kind} does not list its flags`;
  if (!listed.ok) return listed.error.message;
  return oldFlags(listed.value, { deployment, service, record: await versions() });
}

interface Ends {
  readonly removed: readonly OldFlag[];
  readonly left: readonly LeftFlag[];
}

/** One after the other; a store that is away is not asked again. */
async function removed(flags: FlagStore, pass: Pass, old: readonly KeptFlag[]): Promise<Ends> {
  const { journal, fence, abort } = pass;
  const { id: deploymentId, service, environment, version } = journal.deployment;
  const call = { deploymentId, service, environment, version, fence };
  const gone: OldFlag[] = [];
  const left: LeftFlag[] = [];
  let away: string | null = null;
  for (const kept of old) {
    const { flag } = kept;
    if (away !== null) {
      left.push({ flag, reason: away });
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- a store that is away ends the others
    const answer = await flags.set(call, flag, null, abort);
    if (answer.ok) {
      gone.push(toldOf(kept));
      continue;
    }
    const { code, message, transient, change } = answer.error;
    if (code === 'flag/fenced') throw new Fenced(message);
    if (transient) away = message;
    const reason = change ? `somebody else changed it: it is ${change.found}` : message;
    left.push({ flag, reason });
  }
  return { removed: gone, left };
}

const toldOf = ({ flag, version, percent }: KeptFlag): OldFlag => ({ flag, version, percent });
