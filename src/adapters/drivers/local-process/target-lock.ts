interface Holder {
  readonly fence: number;
  readonly stop: AbortController;
}

interface Lane {
  tail: Promise<unknown>;
  readonly holders: Set<Holder>;
}

/** By the target's folder and for the whole process: drivers of one worker may share a target. */
const lanes = new Map<string, Lane>();

/**
 * Does one thing at a time per target. Work with an older fence, under way or in
 * line, is told to stop.
 */
export async function oneAtATime<T>(
  folder: string,
  { fence, signal }: { readonly fence: number; readonly signal: AbortSignal },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const lane = lanes.get(folder) ?? { tail: Promise.resolve(), holders: new Set() };
  lanes.set(folder, lane);
  for (const older of lane.holders) if (older.fence < fence) older.stop.abort();
  const holder = { fence, stop: new AbortController() };
  lane.holders.add(holder);
  const turn = lane.tail.then(() => work(AbortSignal.any([signal, holder.stop.signal])));
  lane.tail = turn.catch(() => {});
  try {
    return await turn;
  } finally {
    lane.holders.delete(holder);
    if (lane.holders.size === 0) lanes.delete(folder);
  }
}
