declare const brand: unique symbol;

/** Names a release; safe in keys and job ids, as all ids are. */
export type ReleaseId = string & { readonly [brand]: 'ReleaseId' };

export const RELEASE_ID_PATTERN = /^rel_[0-9a-z]{10,40}$/;

/** @throws TypeError when it is no such name */
export function releaseId(text: string): ReleaseId {
  if (!RELEASE_ID_PATTERN.test(text)) {
    throw new TypeError(
      `${JSON.stringify(text)} is not a release id: it must match ${RELEASE_ID_PATTERN.source}`,
    );
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mint: checked on the lines above
  return text as ReleaseId;
}
