import { describe, expect, test } from 'vitest';
import { OutputSchema } from '../../src/contracts/config/retention.schema.js';
import { outputGaps, outputText, outputTitle } from '../../src/contracts/views/output-text.js';
import { driverCall } from '../adapters/drivers/driver-calls.js';
import { MemoryOutput } from '../support/memory-output.js';

const ID = driverCall().deploymentId;

async function written(...lines: readonly string[]) {
  const output = new MemoryOutput(() => 0);
  const said = output.open(driverCall());
  for (const line of lines) said.write([line]);
  said.end();
  const [call] = await output.calls(ID);
  if (call === undefined) throw new Error('no call');
  return { output, call };
}

describe('the output of calls as text', () => {
  test('has every line of every call, below whose it is', async () => {
    const { output } = await written('one', 'two', 'three');
    let text = '';
    for await (const part of outputText(output, ID, await output.calls(ID))) text += part;
    expect(text).toBe(
      '--- web-1 deploy, since 1970-01-01T00:00:00.000Z, by worker-1 ---\none\ntwo\nthree\n',
    );
  });

  test('says which lines are missing, and whether a newer run had taken over', async () => {
    const { call } = await written('one');
    expect(outputGaps(call)).toEqual([]);
    expect(outputGaps({ ...call, cut: 7, dropped: 2 })).toEqual([
      '7 earlier lines are not kept',
      '2 lines were dropped',
    ]);
    expect(outputTitle({ ...call, outdated: true })).toMatch(
      /, outdated: a newer run had taken over$/,
    );
  });
});

describe('how much of an output is kept', () => {
  test('is 1 MiB a call unless said otherwise, and may be nothing', () => {
    expect(OutputSchema.parse(undefined)).toEqual({
      ...{ perCall: 1_048_576, perDeployment: 67_108_864 },
    });
    expect(OutputSchema.parse({ perCall: 0 }).perCall).toBe(0);
  });

  test.each([
    ['perCall', -1],
    ['perCall', 67_108_865],
    ['perCall', 1.5],
    ['perDeployment', 1_073_741_825],
  ])('can not be %s: %d, naming the field', (field, value) => {
    const { error } = OutputSchema.safeParse({ [field]: value });
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
});
