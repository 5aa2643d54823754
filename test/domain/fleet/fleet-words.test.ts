import { describe, expect, test } from 'vitest';
import {
  aliveWords,
  heldWords,
  knowledgeWords,
  lastThatKnew,
  refusedWords,
  waitingWords,
} from '../../../src/domain/fleet/fleet-words.js';
import { environmentsIn, KNOWS_ALL, lackIn } from '../../../src/domain/fleet/knowledge.js';
import { environmentName } from '../../../src/domain/model/ids.js';
import { API } from '../../support/fixtures.js';
import { aWorkerSign, knowing, knownService } from '../../support/worker-signs.js';

test('a refusal names the service, who is alive and what they know', () => {
  const workers = [
    aWorkerSign({ host: 'host-2', knowledge: knowing('web', 'shop') }),
    aWorkerSign({ host: 'host-1', knowledge: KNOWS_ALL }),
    aWorkerSign({ host: 'host-3', alive: false }),
  ];
  expect(refusedWords(API, workers)).toBe(
    'service: no worker is configured for production/api. Workers alive: host-1 (any service), ' +
      "host-2 (web in any environment, shop in any environment). Add it to a worker's configuration, or check the name.",
  );
});

test('workers of one host that know the same are named once, and nobody is none', () => {
  expect(aliveWords([aWorkerSign(), aWorkerSign({ id: 'other' })])).toBe(
    'host-1 (api in any environment)',
  );
  expect(aliveWords([aWorkerSign({ alive: false })])).toBe('none');
});

test('what is known names environments where they are not production alone, and stops after twenty', () => {
  const staged = knownService('api', { environments: { staging: 'f', qa: 'g' }, elsewhere: null });
  const usual = knownService('shop', { environments: { production: 'f' }, elsewhere: null });
  const none = knownService('odd', { elsewhere: null });
  const rest = knownService('*', { environments: { production: 'f' }, elsewhere: null });
  expect(knowledgeWords(knowing(staged, 'web', usual, none, rest))).toBe(
    'api in staging and qa, web in any environment, shop, any other service',
  );
  expect(knowledgeWords(knowing())).toBe('no service');
  const many = Array.from({ length: 23 }, (_, at) => `s${at}`);
  expect(knowledgeWords(knowing(...many))).toMatch(
    /^s0 in any environment, s1 .*, s19 in any environment, and 3 more$/,
  );
});

test('the last that knew is the one seen last, alive or not', () => {
  const workers = [
    aWorkerSign({ id: 'early', seenAt: 1, alive: false }),
    aWorkerSign({ id: 'late', seenAt: 5, alive: false }),
    aWorkerSign({ id: 'other', seenAt: 9, knowledge: knowing('web') }),
  ];
  expect(lastThatKnew(workers, { ref: API, bringsDriver: false })?.id).toBe('late');
  expect(lastThatKnew([], { ref: API, bringsDriver: false })).toBeUndefined();
});

describe('a service that workers are configured for and lack something of', () => {
  const lacking = knownService('api', {
    ...{ environments: { staging: 'f' }, elsewhere: null },
    lacks: { production: 'services.api.driver.env.TOKEN: it is not set' },
  });
  const workers = [
    aWorkerSign({ knowledge: knowing(lacking) }),
    aWorkerSign({ id: 'gone', host: 'host-9', alive: false, knowledge: knowing(lacking) }),
  ];
  const why =
    'no worker can carry out production/api: on host-1, services.api.driver.env.TOKEN: it is not set';

  test('is refused with what is lacking, and where', () => {
    expect(refusedWords(API, workers)).toBe(
      `service: ${why}. Set it there, and start the worker again.`,
    );
  });

  test('waits, and is held, with the same words', () => {
    expect(waitingWords(API, workers)).toBe(why);
    expect(heldWords(API, workers)).toBe(why);
    expect(heldWords(API, [])).toBe('no worker is configured for production/api');
  });

  test('has that environment all the same', () => {
    expect(environmentsIn([knowing(lacking)], 'api')).toEqual(['staging', 'production']);
    expect(lackIn(KNOWS_ALL, API)).toBeNull();
    const staging = { ...API, environment: environmentName('staging') };
    expect(lackIn(knowing(lacking), staging)).toBeNull();
    expect(lackIn(knowing('api'), API)).toBeNull();
  });
});
