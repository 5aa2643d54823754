/** The fence is no longer ours: another run decides now, and nothing more may be done or written. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
}
