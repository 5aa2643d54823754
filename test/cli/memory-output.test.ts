import { deploymentId } from '../../src/domain/model/ids.js';
import { outputLogSuite } from '../suites/output-log.suite.js';
import { MemoryOutput } from '../support/memory-output.js';

outputLogSuite('the output in memory', () => {
  const output = new MemoryOutput();
  const id = deploymentId('dep_0123456789');
  return Promise.resolve({ log: output, reader: output, deploymentId: id, fence: 1 });
});
