import { AsyncLocalStorage } from 'node:async_hooks';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';

/** Whether the request that is answered right now may change queues and jobs. */
const changing = new AsyncLocalStorage<boolean>();

/** Answers a request as a board that shows what its sender may do; nobody may change anything elsewhere. */
export const answerAs = (mayChange: boolean, answer: () => void): void =>
  changing.run(mayChange, answer);

const mayChange = (): boolean => changing.getStore() === true;

/**
 * One queue for everybody: Bull Board takes whether it may be changed as a property
 * of the queue, and shows no button and takes no change where it may not.
 */
export function boardQueue(...of: ConstructorParameters<typeof BullMQAdapter>): BullMQAdapter {
  return Object.defineProperties(new BullMQAdapter(...of), {
    readOnlyMode: { get: () => !mayChange() },
    allowRetries: { get: mayChange },
    allowCompletedRetries: { get: mayChange },
  });
}
