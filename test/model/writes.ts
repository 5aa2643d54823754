import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { evolve } from '../../src/domain/plan/fold/evolve.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import type { AppendAnswer, Transition } from '../../src/domain/ports/deployment-store.js';
import { record } from '../support/fixtures.js';
import type { Move } from './moves.js';
import { serviceWrite } from '../support/service-write.js';
import { restsOnOther } from './model-service.js';
import type { Said } from '../../src/domain/plan/machine/decided.js';
import { eventsOf, nextWork, type Session } from './next-work.js';
import { at, type Call, type Stage } from './stage.js';

type MoveOf<Do extends Move['do']> = Extract<Move, { do: Do }>;

const WORDS = { 'store/stale': 'STALE', 'store/fenced': 'FENCED', 'store/missing': 'MISSING' };

/** What a worker has to write, as one write; of what it knows, which may be old. */
export function work(stage: Stage, move: MoveOf<'work'>): Call | null {
  const session = stage.session(move.session);
  if (session === undefined) return null;
  const before = session.view;
  let after = before;
  const events: RecordedEvent[] = [];
  for (const luck of move.luck) {
    const said = nextWork(session, after, luck);
    if (said === null) break;
    const more = eventsFor(after, said);
    after = more.reduce(evolve, after);
    events.push(...more);
  }
  if (events.length === 0) return null;
  const fence = { own: session.fence, wrong: session.fence + 1, none: null }[move.fence];
  const write = serviceWrite(before, events, session.service);
  const service = move.older ? { ...write, revision: session.service.revision - 1 } : write;
  // Only a claim has a lease to give up.
  const release = move.release && fence !== null;
  const transition = { before, after, events, service, fence, release };
  return append(stage, transition, move.twice, (answer) =>
    learn(stage, session, transition, answer),
  );
}

/** A person's word. */
export function order(stage: Stage, { which, order: said, age, twice }: MoveOf<'order'>) {
  const views = stage.views.get(stage.any(which)) ?? [];
  const before = views.at(-1 - age) ?? views[0];
  if (before === undefined) return null;
  const events = eventsFor(before, said);
  if (events.length === 0) return null;
  const after = events.reduce(evolve, before);
  const service = serviceWrite(before, events, stage.model.record(before));
  return append(stage, { before, after, events, service, fence: null, release: false }, twice);
}

/** A write that was sent before is sent once more, whatever came after it. */
export function again({ sent, model }: Stage, which: number): Call | null {
  const earlier = at(sent.toReversed(), which);
  if (earlier === undefined) return null;
  const { send, transition, op } = earlier;
  return {
    name: 'again',
    ask: send,
    expected: () => {
      const answer = model.append(transition, op);
      return answer.ok ? 'OK' : WORDS[answer.error.code];
    },
  };
}

function append(
  stage: Stage,
  transition: Transition,
  twice: boolean,
  learned?: (answer: AppendAnswer) => void,
): Call {
  const { subject, model, sent } = stage;
  stage.op += 1;
  const { op } = stage;
  const { after, fence, service } = transition;
  const isOlder = restsOnOther(model.service(after), service);
  const name = fence === null ? 'append' : 'append under a claim';
  return {
    ...{ name: isOlder ? 'append on an older service' : name, twice },
    ask: async () => {
      const answer = await subject.store.append(transition);
      const send = subject.lastSent();
      if (send !== null) sent.push({ send, transition, op });
      return answer;
    },
    expected: () => model.append(transition, op),
    after: (answer) => learned?.(answer as AppendAnswer),
  };
}

/** After a refusal a worker reads anew where it may; one that was fenced off goes on as it was, a zombie. */
function learn(
  { model }: Stage,
  session: Session,
  { after, service }: Transition,
  answer: AppendAnswer,
): void {
  if (answer.ok) {
    session.view = { ...after, run: answer.value.run };
    const targets = new Map([...session.service.targets, ...service.targets]);
    session.service = { ...session.service, targets, ...answer.value.service };
  } else if (answer.error.code === 'store/stale') {
    session.view = model.deployments.get(session.id)?.deployment ?? session.view;
    session.service = model.record(session.view);
  }
}

const eventsFor = (deployment: Deployment, said: Said): readonly RecordedEvent[] =>
  record(deployment, eventsOf(deployment, said));
